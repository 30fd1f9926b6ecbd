/* A disk that fails: put before libc with LD_PRELOAD, it counts the calls that touch
 * files below a folder, and lets one of them fail. It also tells which files were
 * renamed, or lost an older one, before their content was on the disk; in a journal it
 * keeps an empty file for each that is not on the disk, also when it is killed. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST 4096

static char folder[4096], journal[4000];
static long fails_at = -1, calls, early;
static int fails_with, is_armed;
static char what[64];
static struct { dev_t dev; ino_t ino; } dirty[MOST];
static int dirty_count;

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

void disk_arm(const char *below, long at, int error) {
    snprintf(folder, sizeof folder, "%s", below);
    fails_at = at, fails_with = error, calls = early = dirty_count = 0, what[0] = 0;
    is_armed = 1;
}
void disk_keep_journal(const char *in) {
    snprintf(journal, sizeof journal, "%s", in);
}
long disk_disarm(void) { is_armed = 0; return calls; }
long disk_early(void) { return early; }
const char *disk_what(void) { return what; }

static int is_below(const char *path) {
    char whole[4096];
    if (!is_armed || !path) return 0;
    if (path[0] != '/') {
        if (!getcwd(whole, sizeof whole)) return 0;
        size_t length = strlen(whole);
        snprintf(whole + length, sizeof whole - length, "/%s", path);
        path = whole;
    }
    return strncmp(path, folder, strlen(folder)) == 0;
}

static int is_file_below(int file) {
    char link[64], path[4096];
    if (!is_armed) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_below(path);
}

static int fails(const char *name) {
    if (calls++ != fails_at) return 0;
    snprintf(what, sizeof what, "%s", name);
    errno = fails_with;
    return 1;
}

static int place_of(const struct stat *status) {
    for (int i = 0; i < dirty_count; i++)
        if (dirty[i].dev == status->st_dev && dirty[i].ino == status->st_ino) return i;
    return -1;
}

static void tell(const struct stat *status, int is_dirty) {
    char path[4096];
    if (!journal[0]) return;
    snprintf(path, sizeof path, "%s/%lu-%lu", journal, (unsigned long)status->st_dev,
             (unsigned long)status->st_ino);
    if (!is_dirty) { unlink(path); return; }
    int file = open(path, O_CREAT | O_WRONLY, 0600);
    if (file >= 0) close(file);
}

static void mark(int file) {
    struct stat status;
    if (fstat(file, &status) || !S_ISREG(status.st_mode)) return;
    if (place_of(&status) >= 0 || dirty_count == MOST) return;
    dirty[dirty_count].dev = status.st_dev, dirty[dirty_count++].ino = status.st_ino;
    tell(&status, 1);
}

static void clean(int file) {
    struct stat status;
    if (fstat(file, &status)) return;
    int place = place_of(&status);
    if (place < 0) return;
    dirty[place] = dirty[--dirty_count];
    tell(&status, 0);
}

static void look(const char *path) {
    struct stat status;
    if (is_below(path) && !lstat(path, &status) && place_of(&status) >= 0) early++;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | O_TMPFILE)) { \
            va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); \
            va_end(rest); \
        } \
        int writes = flags & (O_WRONLY | O_RDWR | O_CREAT); \
        if (writes && is_below(path) && fails("open")) return -1; \
        return real(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

#define WRITE(name, type, arguments, given) \
    type name arguments { \
        REAL(name); \
        if (!is_file_below(file)) return real given; \
        if (fails(#name)) return -1; \
        mark(file); \
        return real given; \
    }
WRITE(write, ssize_t, (int file, const void *data, size_t size), (file, data, size))
WRITE(writev, ssize_t, (int file, const struct iovec *v, int n), (file, v, n))
WRITE(pwrite, ssize_t, (int file, const void *d, size_t n, off_t o), (file, d, n, o))
WRITE(pwrite64, ssize_t, (int file, const void *d, size_t n, off64_t o), (file, d, n, o))
WRITE(ftruncate, int, (int file, off_t size), (file, size))
WRITE(ftruncate64, int, (int file, off64_t size), (file, size))

#define SYNC(name) \
    int name(int file) { \
        REAL(name); \
        if (!is_file_below(file)) return real(file); \
        if (fails(#name)) return -1; \
        clean(file); \
        return real(file); \
    }
SYNC(fsync)
SYNC(fdatasync)

int rename(const char *from, const char *to) {
    REAL(rename);
    if (!is_below(to)) return real(from, to);
    if (fails("rename")) return -1;
    look(from);
    return real(from, to);
}

int chmod(const char *path, mode_t mode) {
    REAL(chmod);
    if (is_below(path) && fails("chmod")) return -1;
    return real(path, mode);
}

int unlink(const char *path) {
    REAL(unlink);
    if (is_below(path) && fails("unlink")) return -1;
    return real(path);
}

int close(int file) {
    REAL(close);
    if (is_file_below(file) && fails("close")) {
        real(file); /* as Linux does it: closed all the same */
        errno = fails_with;
        return -1;
    }
    return real(file);
}
