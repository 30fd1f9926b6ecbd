"""Run the edge commands on one machine, and compare what two machines made.

`sound FILE` writes a test sound, `run FOLDER SOUND` runs the commands of the installed
edge runtime on it, `same A B` fails unless both folders hold the same: golden outputs
equal bit for bit, equal codes on the whole sound, audio within one 16-bit step (the
last digit of an FFT may differ between processors).
"""

import contextlib
import io
import json
import sys
import wave
from pathlib import Path

import numpy as np

REGION = ["--time", "0.8:1.6", "--seed", "1", "--force"]


def write_sound(path):
    """Write two decaying harmonic notes of 2 s each, 16 kHz mono, 16 bit."""
    time = np.arange(32000) / 16000
    notes = [
        sum(np.sin(2 * np.pi * pitch * k * time) / k for k in range(1, 9))
        for pitch in (220.0, 330.0)
    ]
    audio = 0.3 * np.concatenate([note * np.exp(-1.5 * time) for note in notes])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes((audio * 32767).astype("<i2").tobytes())


def run(folder, sound):
    """Run verify, inpaint, reconstruct and transform; stop at the first failure."""
    from edge_runtime.__main__ import main
    from edge_runtime.bundle import default_bundle_path

    folder.mkdir(parents=True, exist_ok=True)
    commands = {
        "verify": ["verify", str(default_bundle_path()), "--json"],
        "inpaint": ["inpaint", sound, "-o", str(folder / "inpaint.wav"), *REGION],
        "inpaint_original_phase": [
            *["inpaint", sound, "-o", str(folder / "inpaint_original_phase.wav")],
            *["--phase", "original", *REGION],
        ],
        "reconstruct": [
            *["reconstruct", sound, "-o", str(folder / "reconstruct.wav"), "--force"],
            *["--spectrogram", str(folder / "reconstruct.npz")],
        ],
        "transform": [
            *["transform", sound, "-o", str(folder / "transform.wav")],
            *["--effect", "noise", "--strength", "0.5", *REGION],
        ],
    }
    for name, arguments in commands.items():
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            code = main(arguments)
        if code:
            sys.exit(f"{name} failed with exit code {code}: {printed.getvalue()}")
        if name == "verify":
            (folder / "verify.json").write_text(printed.getvalue())
        print(f"{name}: ok")


def read_samples(path):
    """Samples of a 16-bit WAV file."""
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(int)


def same(first, second):
    """Exit with the reason if two folders made by `run` differ by more than allowed."""
    for folder in (first, second):
        verified = json.loads((folder / "verify.json").read_text())
        differences = [
            value for key, value in verified.items() if "largest_difference" in key
        ]
        if not differences or any(differences):
            sys.exit(f"Golden outputs of {folder.name} are not bit-equal: {verified}")
    codes = [np.load(f / "reconstruct.npz")["codemap"] for f in (first, second)]
    if not np.array_equal(*codes):
        sys.exit(f"{np.mean(codes[0] != codes[1]):.2%} of the codes differ.")
    for path in sorted(first.glob("*.wav")):
        step = np.abs(read_samples(path) - read_samples(second / path.name)).max()
        if step > 1:
            sys.exit(f"{path.name}: samples differ by up to {step} steps of 16 bit.")
        print(f"{path.stem}: largest difference {step} steps of 16 bit")
    print(f"golden outputs bit-equal, {codes[0].size} codes equal")


if __name__ == "__main__":
    if sys.argv[1] == "sound":
        write_sound(Path(sys.argv[2]))
    elif sys.argv[1] == "run":
        run(Path(sys.argv[2]), sys.argv[3])
    else:
        same(Path(sys.argv[2]), Path(sys.argv[3]))
