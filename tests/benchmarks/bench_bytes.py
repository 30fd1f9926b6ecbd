"""What a click costs in bytes, and what the server holds after many of them.

Stereo noise of 44.1 kHz in 16 bits, 4, 30 and 60 s long: a box of half a second, the
same painted as cells, and one after a mix that the page has made. Then 50 sounds of a
minute are opened, and 1,000 edits are made of a second, on edits of it, during which
the memory of the server must stay flat. Exits with 1 if a click takes more than 300 kB,
the mix before it not counted, or if memory grows.

    python tests/benchmarks/bench_bytes.py [--model X.tflite] [--edits 1000]
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.audio.wav import wav_bytes

RATE = 44_100
SECONDS = (4, 30, 60)
SOUNDS = 50
MOST_BYTES = 300_000
# Until all that is kept has been kept once: 256 results, and arenas of the allocator.
WARM_UP_EDITS = 300
MOST_GROWTH_MB = 16.0
EDIT = {"tool": "inpaint", "time": [1.0, 1.5], "seed": 1}


def sound(seconds, seed=0):
    """Stereo noise as a WAV file."""
    noise = np.random.default_rng(seed).normal(scale=3000, size=(seconds * RATE, 2))
    return wav_bytes(AudioFile(noise.astype(np.int16), RATE, "PCM_16"))


class Client:
    """Counts the bytes of bodies and of reports; a connection for each request."""

    def __init__(self, port):
        self.port = port
        self.bytes = 0

    def request(self, *request):
        """The answer and its content."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        with contextlib.closing(connection):
            connection.request(*request)
            answer = connection.getresponse()
            return answer, answer.read()

    def post(self, path, **parts):
        """Report or JSON, and the body."""
        head = '--limit\r\nContent-Disposition: form-data; name="{}"\r\n\r\n'
        body = b"".join(
            head.format(name).encode() + part + b"\r\n" for name, part in parts.items()
        )
        body += b"--limit--\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=limit"}
        answer, content = self.request("POST", path, body, headers)
        if answer.status != 200:
            raise RuntimeError(content.decode())
        report = answer.headers.get("Edit-Report") or content.decode()
        self.bytes += len(body) + len(content) + len(report)
        return json.loads(report), content

    def edit(self, name, **changes):
        """Edit a kept sound; gives the report, the patch and the bytes it took."""
        before = self.bytes
        edit = json.dumps({**EDIT, **changes}).encode()
        report, patch = self.post("/api/edit", sound_id=name, edit=edit)
        return report, patch, self.bytes - before


def memory_mb(process):
    """Resident memory of the server, in MB."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")


def clicks(client, card):
    """Bytes of the dearest click, over lengths; one after a mix is only shown."""
    settings = card["spectrogram"]
    cell_s = card["time_stride"] * settings["hop_length"] / settings["sample_rate"]
    bins = len(card["cell_edges_hz"]) - 1
    dearest = 0
    print("length s   box kB   painted kB   after a mix kB")
    for seconds in SECONDS:
        name = client.post("/api/sounds", sound=sound(seconds))[0]["id"].encode()
        report, patch, box = client.edit(name)
        heard = -(-seconds * RATE * settings["sample_rate"] // RATE)
        frames = -(-(heard // settings["hop_length"] + 1) // card["time_stride"])
        first, end = int(1.0 / cell_s), int(1.5 / cell_s)
        rows = ["0" * bins] * frames
        rows[first:end] = ["1" * bins] * (end - first)
        before = client.bytes
        edit = json.dumps({**EDIT, "time": None, "cells": rows})
        edit = edit.replace('"time": null, ', "").encode()
        client.post("/api/edit", sound_id=name, edit=edit)
        painted = client.bytes - before
        before = client.bytes
        first = str(report["first_sample"]).encode()
        mixed, _ = client.post(
            "/api/sounds", sound_id=name, patch=patch, first_sample=first
        )
        client.edit(mixed["id"].encode())
        mix = client.bytes - before
        print(
            f"{seconds:8d} {box / 1e3:8.0f} {painted / 1e3:12.0f} {mix / 1e3:16.0f}",
            flush=True,
        )
        dearest = max(dearest, box, painted)
    return dearest


def memory(client, process, edits):
    """Growth over opened sounds and over edits, in MB."""
    opened = []
    for number in range(SOUNDS):
        client.post("/api/sounds", sound=sound(60, number))
        opened.append(memory_mb(process))
    # From the 26th on what is kept is full; medians, for a body may still be there.
    third, last = np.median(opened[26:38]), np.median(opened[38:])
    print(
        f"memory over {SOUNDS} opened sounds of a minute: {opened[0]:.0f} MB after "
        f"the first, {third:.0f} after 26 to 38, {last:.0f} after that"
    )
    name = client.post("/api/sounds", sound=sound(1))[0]["id"].encode()
    sizes = []
    print(f"memory over {edits} edits, after {WARM_UP_EDITS}, in MB:", end="")
    for number in range(WARM_UP_EDITS + edits + 1):
        if number >= WARM_UP_EDITS and number % 100 == 0:
            sizes.append(memory_mb(process))
            print(f" {sizes[-1]:.0f}", end="", flush=True)
        report, _, _ = client.edit(name, seed=number, time=[0.4, 0.6])
        if number % 10 == 9:
            name = report["id"].encode()  # an edit on an edit on an edit
    print()
    return last - third, sizes[-1] - sizes[0]


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
            print(process.stdout.readline().strip())
            address = process.stdout.readline().split()[1]
            port = int(address.rstrip("/").rpartition(":")[2])
            client = Client(port)
            card = json.loads(client.request("GET", "/api/model")[1])
            dearest = clicks(client, card)
            growths = memory(client, process, arguments.edits)
        finally:
            process.terminate()
    return 0 if dearest <= MOST_BYTES and max(growths) < MOST_GROWTH_MB else 1


if __name__ == "__main__":
    sys.exit(main())
