"""A crowd at the page's server: what others wait, and what memory it takes.

200 connections that never finish a request and 9 uploads from one address that stop
just short of the largest body; then 16 whole uploads from 16 addresses, all at once.
Exits with 1 if anybody else waits a second, or memory exceeds the number given.

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


def waits(port, asked):
    """The longest of a few waits of one client from an address of its own, in s."""
    client, found = Client(port, 3), []
    for _ in range(REPEATS):
        start = time.perf_counter()
        if asked == "page":
            client.health_ms()
        elif client.edit(example_wav("notes"), 1) != 200:
            return float("inf")
        found.append(time.perf_counter() - start)
    return max(found)


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
    """Sixteen at once; gives the answers, and the longest wait for the page, in s."""
    answers = Counter()

    def upload(number):
        answers[Client(port, number).edit(wav, number)] += 1

    threads = [threading.Thread(target=upload, args=(10 + i,)) for i in range(16)]
    for thread in threads:
        thread.start()
    longest = 0.0
    while any(thread.is_alive() for thread in threads):
        longest = max(longest, waits(port, "page"))
    return answers, longest


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
            edit_s, page_s = waits(port, "edit"), waits(port, "page")
            print(f"alone: edit {edit_s:.3f} s, page {page_s:.3f} s")
            with contextlib.ExitStack() as stack:
                slow_crowd(port, limits, stack)
                edit_s, page_s = waits(port, "edit"), waits(port, "page")
            at_most = most_memory_mb(process)
            print(f"beside the slow: edit {edit_s:.3f} s, page {page_s:.3f} s")
            print(f"memory: {at_most:.0f} MB at most")
            answers, while_s = whole_uploads(port, wav)
            at_most = most_memory_mb(process)
            print(f"16 uploads of {len(wav) / 1e6:.1f} MB: {dict(answers)}")
            print(f"page beside them {while_s:.3f} s; memory {at_most:.0f} MB at most")
        finally:
            process.terminate()
    return 0 if max(edit_s, page_s, while_s) < MOST_S and at_most < memory else 1


if __name__ == "__main__":
    sys.exit(main())
