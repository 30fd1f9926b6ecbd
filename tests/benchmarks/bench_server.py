"""What the page's server holds: edits a second, waits, refusals, memory.

Clients on loopback, each from an address of its own, inpaint a box of half a second in
four seconds of sound as fast as they get answers: 1, 2, 4, 8, 16 and 32 of them, each
for a few seconds. Then 1,000 edits of one second in a row, during which the memory of
the server must stay flat. Exits with 1 if the server answers anything but 200, 429 or
503, if it does not answer /healthz under full load, or if memory grows.

    python tests/benchmarks/bench_server.py [--model X.tflite] [--edits 1000]
"""

from __future__ import annotations

import argparse
import http.client
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.audio.examples import example_wav
from edge_runtime.audio.wav import parse_wav, wav_bytes

CLIENTS = (1, 2, 4, 8, 16, 32)
SECONDS = 5.0
WARM_UP_EDITS = 100
MOST_GROWTH_MB = 8.0
MOST_HEALTH_MS = 2000.0
EDIT = {"tool": "inpaint", "time": [0.2, 0.7], "freq": [200, 2000], "predict": "sample"}


def form(wav, seed):
    """Body of one edit."""
    parts = {"sound": wav, "edit": json.dumps({**EDIT, "seed": seed}).encode()}
    head = '--limit\r\nContent-Disposition: form-data; name="{}"\r\n\r\n'
    body = b"".join(head.format(k).encode() + v + b"\r\n" for k, v in parts.items())
    return body + b"--limit--\r\n"


class Client:
    """One address that keeps its connection."""

    def __init__(self, port, number=1):
        self.connection = http.client.HTTPConnection(
            "127.0.0.1", port, timeout=60, source_address=(f"127.0.0.{number}", 0)
        )

    def edit(self, wav, seed):
        headers = {"Content-Type": "multipart/form-data; boundary=limit"}
        self.connection.request("POST", "/api/edit", form(wav, seed), headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status

    def health_ms(self):
        start = time.perf_counter()
        self.connection.request("GET", "/healthz")
        self.connection.getresponse().read()
        return 1e3 * (time.perf_counter() - start)


def load(port, clients, wav):
    """Let clients edit for a while; gives waits in ms, statuses, slowest /healthz."""
    waits, statuses = [], Counter()
    end = time.perf_counter() + SECONDS

    def play(number):
        client = Client(port, number)
        while time.perf_counter() < end:
            start = time.perf_counter()
            status = client.edit(wav, number)
            statuses[status] += 1
            if status == 200:
                waits.append(1e3 * (time.perf_counter() - start))
            else:
                threading.Event().wait(0.2)  # as a polite client does

    threads = [threading.Thread(target=play, args=(2 + i,)) for i in range(clients)]
    for thread in threads:
        thread.start()
    watcher, health = Client(port, 250), []
    while time.perf_counter() < end:
        health.append(watcher.health_ms())
        threading.Event().wait(0.1)
    for thread in threads:
        thread.join()
    return waits, statuses, max(health)


def memory_mb(process):
    """Resident memory of the server, in MB."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", type=Path)
    parser.add_argument("--edits", type=int, default=1000)
    arguments = parser.parse_args()
    command = [sys.executable, "-m", "edge_runtime", "serve", "--port", "0"]
    if arguments.model:
        command += ["--model", str(arguments.model)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            model = process.stdout.readline().strip()
            address = process.stdout.readline().split()[1]
            print(f"{model}; {arguments.edits} edits for memory; loopback")
            good = run(int(address.rstrip("/").rpartition(":")[2]), process, arguments)
        finally:
            process.terminate()
    return 0 if good else 1


def run(port, process, arguments):
    wav = example_wav("notes")
    print("clients  edits/s  median ms  95 % ms   200  429/503  slowest /healthz ms")
    good = True
    for clients in CLIENTS:
        waits, statuses, health = load(port, clients, wav)
        refused = statuses[429] + statuses[503]
        median, late = np.percentile(waits, [50, 95])
        print(
            f"{clients:7d} {len(waits) / SECONDS:8.1f} {median:10.0f} {late:8.0f} "
            f"{statuses[200]:5d} {refused:8d} {health:10.0f}"
        )
        good &= sum(statuses.values()) == statuses[200] + refused
        good &= health < MOST_HEALTH_MS
    stored = parse_wav(wav)
    second = AudioFile(
        stored.samples[: stored.sample_rate], stored.sample_rate, stored.subtype
    )
    short = wav_bytes(second)
    client, sizes = Client(port), []
    for number in range(WARM_UP_EDITS + arguments.edits):
        if client.edit(short, number) != 200:
            return False
        if number >= WARM_UP_EDITS and number % 100 == 0:
            sizes.append(memory_mb(process))
    sizes.append(memory_mb(process))
    growth = sizes[-1] - sizes[0]
    print(f"memory over {arguments.edits} edits: {sizes[0]:.1f} -> {sizes[-1]:.1f} MB")
    return good and growth < MOST_GROWTH_MB


if __name__ == "__main__":
    sys.exit(main())
