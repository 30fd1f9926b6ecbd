"""A crowd at the page's server: what others wait, and what memory it takes.

200 connections that never finish a request and 9 uploads from one address that stop
just short of the largest body; then 16 whole uploads from 16 addresses, all at once.
Beside both, others ask for the page and for edits; 503 is an answer too. Exits with 1
if anybody else waits a second, or memory exceeds the number given.

    python tests/benchmarks/bench_crowd.py [--memory 1024]
"""

from __future__ import annotations

import argparse
import contextlib
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np
from bench_server import Client

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.audio.examples import example_wav
from edge_runtime.audio.wav import wav_bytes
from edge_runtime.page.limits import Limits

MOST_S = 1.0
REPEATS = 5
HEAD = (
    "POST /api/edit HTTP/1.1\r\nHost: localhost\r\n"
    "Content-Type: multipart/form-data; boundary=limit\r\nContent-Length: {}\r\n\r\n"
)


class Other:
    """A client from an address of its own that asks for one thing and nothing else."""

    def __init__(self, port, number, asked):
        self.client, self.asked = Client(port, number), asked
        self.answers, self.longest_s = Counter(), 0.0

    def ask(self):
        """Ask once."""
        start = time.perf_counter()
        if self.asked == "page":
            self.client.health_ms()
        else:
            self.answers[self.client.edit(example_wav("notes"), 1)] += 1
        self.longest_s = max(self.longest_s, time.perf_counter() - start)

    def __str__(self):
        answers = f" {dict(self.answers)}" if self.answers else ""
        return f"{self.asked} {self.longest_s:.3f} s{answers}"


def others(port):
    """Two others after a few questions each."""
    found = [Other(port, 3, "edit"), Other(port, 3, "page")]
    for other in found:
        for _ in range(REPEATS):
            other.ask()
    return found


def slow_crowd(port, limits, stack):
    """Connections that wait; uploads that stop are one address's."""
    for number in range(209):
        connection = socket.create_connection(("127.0.0.1", port), 30, ("127.0.0.2", 0))
        stack.enter_context(connection)
        if number < 200:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: loc")
            continue
        with contextlib.suppress(ConnectionError):  # one too many
            connection.sendall(HEAD.format(limits.body_bytes).encode())
            connection.sendall(bytes(limits.body_bytes - 1000))


def whole_uploads(port, wav):
    """Sixteen at once; gives the answers, and two others who asked meanwhile."""
    answers = Counter()

    def upload(number):
        answers[Client(port, number).edit(wav, number)] += 1

    def ask(other):
        while any(thread.is_alive() for thread in uploads):
            other.ask()

    uploads = [threading.Thread(target=upload, args=(10 + i,)) for i in range(16)]
    found = [Other(port, 3, "edit"), Other(port, 4, "page")]
    asking = [threading.Thread(target=ask, args=(other,)) for other in found]
    for thread in uploads + asking:
        thread.start()
    for thread in uploads + asking:
        thread.join()
    return answers, found


def most_memory_mb(process):
    """The most that the server has held, in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--memory", type=int, default=1024)
    memory = parser.parse_args().memory
    limits = Limits.within(memory)
    command = [sys.executable, "-m", "edge_runtime", "serve", "--port", "0"]
    command += ["--model", "nsynth_live", "--memory", str(memory)]
    noise = np.random.default_rng(0).integers(-9000, 9000, (20 * 48000, 2), np.int16)
    wav = wav_bytes(AudioFile(noise, 48000, "PCM_16"))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            process.stdout.readline()
            address = process.stdout.readline().split()[1]
            port = int(address.rstrip("/").rpartition(":")[2])
            print("alone:", *others(port))
            with contextlib.ExitStack() as stack:
                slow_crowd(port, limits, stack)
                asked = others(port)
            print("beside the slow:", *asked)
            print(f"memory: {most_memory_mb(process):.0f} MB at most")
            answers, found = whole_uploads(port, wav)
            at_most = most_memory_mb(process)
            print(f"16 uploads of {len(wav) / 1e6:.1f} MB: {dict(answers)}")
            print("beside them:", *found)
            print(f"memory: {at_most:.0f} MB at most")
        finally:
            process.terminate()
    longest_s = max(other.longest_s for other in asked + found)
    return 0 if longest_s < MOST_S and at_most < memory else 1


if __name__ == "__main__":
    sys.exit(main())
