/* Speaks the part of NVML's C interface that the meter uses, for any number of GPUs.
 *
 * The file named by FAKE_NVML_STATE is read at every call, so that a test changes the
 * GPUs by writing it. Its first line is the return code of nvmlInitWithFlags; every
 * other line is one GPU: UUID|name|energy in mJ|power in mW, where "!N" in place of a
 * value makes that call return the NVML error code N.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_GPUS 16
#define NVML_SUCCESS 0
#define NVML_ERROR_UNINITIALIZED 1
#define NVML_ERROR_INVALID_ARGUMENT 2

typedef struct {
    char uuid[96];
    char name[96];
    char energy[32];
    char power[32];
} gpu;

static gpu gpus[MAX_GPUS];
static unsigned int num_gpus;
static int init_code;
static int users; /* nvmlInit and nvmlShutdown are counted */

static void read_state(void) {
    char line[512];
    FILE *file = fopen(getenv("FAKE_NVML_STATE"), "r");
    num_gpus = 0;
    if (!file) abort();
    init_code = fgets(line, sizeof line, file) ? atoi(line) : 999;
    while (num_gpus < MAX_GPUS && fgets(line, sizeof line, file)) {
        gpu *g = &gpus[num_gpus];
        if (sscanf(line, "%95[^|]|%95[^|]|%31[^|]|%31[^|\n]", g->uuid, g->name,
                   g->energy, g->power) == 4)
            num_gpus++;
    }
    fclose(file);
}

int nvmlInitWithFlags(unsigned int flags) {
    read_state();
    if (init_code == NVML_SUCCESS) users++;
    return init_code;
}

int nvmlShutdown(void) {
    if (users == 0) return NVML_ERROR_UNINITIALIZED;
    users--;
    return NVML_SUCCESS;
}

/* For tests only: not a part of NVML. */
int fake_nvml_users(void) { return users; }

const char *nvmlErrorString(int code) { return code == 15 ? "GPU is lost" : "error"; }

int nvmlDeviceGetCount_v2(unsigned int *count) {
    if (users == 0) return NVML_ERROR_UNINITIALIZED;
    read_state();
    *count = num_gpus;
    return NVML_SUCCESS;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned int index, gpu **device) {
    if (users == 0) return NVML_ERROR_UNINITIALIZED;
    read_state();
    if (index >= num_gpus) return NVML_ERROR_INVALID_ARGUMENT;
    *device = &gpus[index];
    return NVML_SUCCESS;
}

int nvmlDeviceGetName(gpu *device, char *name, unsigned int length) {
    snprintf(name, length, "%s", device->name);
    return NVML_SUCCESS;
}

int nvmlDeviceGetUUID(gpu *device, char *uuid, unsigned int length) {
    snprintf(uuid, length, "%s", device->uuid);
    return NVML_SUCCESS;
}

int nvmlDeviceGetTotalEnergyConsumption(gpu *device, unsigned long long *millijoules) {
    if (users == 0) return NVML_ERROR_UNINITIALIZED;
    read_state();
    if (device->energy[0] == '!') return atoi(device->energy + 1);
    *millijoules = strtoull(device->energy, NULL, 10);
    return NVML_SUCCESS;
}

int nvmlDeviceGetPowerUsage(gpu *device, unsigned int *milliwatts) {
    if (users == 0) return NVML_ERROR_UNINITIALIZED;
    read_state();
    if (device->power[0] == '!') return atoi(device->power + 1);
    *milliwatts = (unsigned int)strtoul(device->power, NULL, 10);
    return NVML_SUCCESS;
}
