"""Peak memory and speed of the commands on sounds of 1, 3 and 10 minutes.

A shipped model, notes of `$VQKERAS_DATA` one after the other (synthesised ones where
there are none), at its rate, 16 bits, one channel. Each command is a process of its own
and regenerates all but the first and last second; its peak memory is compared with that
of the same command on the shortest sound, its processor time with how long the sound
takes. Exits with 1 if the longest needs more memory than a target allows.

    python tests/benchmarks/bench_long_edit.py
    python tests/benchmarks/bench_long_edit.py --model general --minutes 1 3
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from edge_runtime import load_model
from edge_runtime.audio.audio_file import AudioFile, read_audio, write_audio
from edge_runtime.audio.resample import resample
from edge_runtime.engines.load import ENGINES

RATE, NOTES = 16000, 100  # of the notes
# Peak memory of the longest sound, times that of the shortest.
TARGET = 1.15
COMMANDS = {
    "inpaint": ["inpaint"],
    "inpaint, original phase": ["inpaint", "--phase", "original"],
    "transform": ["transform", "--effect", "noise"],
    "reconstruct": ["reconstruct"],
    "reconstruct, new phase": ["reconstruct", "--phase", "continued"],
}
PROGRAM = """
import sys, time
from edge_runtime.__main__ import main
from edge_runtime.bench.memory import peak_memory_mb

assert main(sys.argv[1:]) == 0
print(peak_memory_mb(), time.process_time())
"""


def notes():
    """Some minutes of notes, in 16 bits."""
    folder = Path(os.environ.get("VQKERAS_DATA", "")) / "nsynth" / "audio"
    paths = sorted(folder.glob("*.flac"))
    if paths:
        chosen = paths[:: max(1, len(paths) // NOTES)]
        return np.concatenate([read_audio(path).samples[:, :1] for path in chosen])
    times = np.arange(4 * RATE) / RATE
    pitches = 110.0 * 2.0 ** (np.arange(0, 36, 3) / 12)
    sounds = [np.sin(2 * np.pi * pitch * times) * np.exp(-times) for pitch in pitches]
    return np.rint(0.5 * 32767 * np.concatenate(sounds)[:, np.newaxis]).astype(np.int16)


def cost(arguments):
    """Peak memory in MB and processor time in s of a command."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    peak, seconds = map(float, done.stdout.split()[-2:])
    return peak, seconds


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", default="nsynth_light")
    parser.add_argument("--minutes", type=int, nargs="+", default=[1, 3, 10])
    parser.add_argument("--engine", nargs="+", default=ENGINES[1:])
    parser.add_argument("--command", nargs="+", choices=COMMANDS, default=COMMANDS)
    return parser.parse_args()


def main() -> int:
    failed, given = False, parsed()
    rate = load_model(given.model).settings.sample_rate
    sound = notes()
    if rate != RATE:
        heard = resample(sound[:, 0].astype(np.float32), RATE, rate)
        sound = np.rint(heard).clip(-32768, 32767).astype(np.int16)[:, np.newaxis]
    with tempfile.TemporaryDirectory() as folder:
        paths = {minutes: Path(folder) / f"{minutes}.wav" for minutes in given.minutes}
        for minutes, path in paths.items():
            tiled = np.resize(sound, (minutes * 60 * rate, 1))
            write_audio(path, AudioFile(tiled, rate, "PCM_16"))
        for engine in given.engine:
            for name in given.command:
                command = COMMANDS[name]
                peaks = []
                for minutes, path in paths.items():
                    output = Path(folder) / "out.wav"
                    arguments = [command[0], path, "-o", output, *command[1:]]
                    arguments += ["--engine", engine, "--force", "--model", given.model]
                    if command[0] != "reconstruct":
                        arguments += ["--time", f"1:{minutes * 60 - 1}"]
                    peak, seconds = cost(arguments)
                    peaks.append(peak)
                    print(
                        f"{engine}, {name}, {minutes} min: {peak:.0f} MB "
                        f"({peak / peaks[0]:.2f} times the shortest), {seconds:.1f} s "
                        f"of one core, {minutes * 60 / seconds:.0f} times real time",
                        flush=True,
                    )
                failed |= peaks[-1] > TARGET * peaks[0]
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
