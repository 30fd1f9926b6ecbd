"""Run the edge commands on one machine, and compare what two machines made.

`sound FILE` writes a test sound. `run FOLDER SOUND ENGINE` runs the commands of the
installed edge runtime on it and keeps what they make in a folder below FOLDER that is
named after the engine which ran, also if ENGINE is auto. `same A B` fails unless both
folders hold the same: golden outputs equal bit for bit, equal codes on the whole sound
and in takes that learned priors draw, audio within one 16-bit step (the last digit of
an FFT may differ between processors), also where iterations find the phase.
"""

import contextlib
import io
import json
import sys
import wave
from pathlib import Path

import numpy as np

MODEL = "nsynth_light"  # small enough for an emulated processor
TAKES = "nsynth_light", "general"  # whose priors draw
MOST_STEPS = 1
REGION = ["--time", "0.8:1.6", "--seed", "1"]


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


def printed_by(arguments):
    """What a command prints; stops at the first that fails."""
    from edge_runtime.__main__ import main

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        code = main(arguments)
    if code:
        sys.exit(f"{arguments[0]} failed with exit code {code}: {printed.getvalue()}")
    return printed.getvalue()


def run(parent, sound, engine):
    """Run verify, inpaint, reconstruct and transform, and the golden input alone."""
    name = json.loads(printed_by(["verify", "--json", "--engine", engine, MODEL]))[
        "engine"
    ]
    folder = parent / name
    folder.mkdir(parents=True, exist_ok=True)
    save_golden_outputs(folder / "golden.npz", engine)
    save_takes(folder / "takes.npz", sound, engine)
    commands = {
        "inpaint": ["inpaint", *REGION],
        "inpaint_original_phase": ["inpaint", "--phase", "original", *REGION],
        "reconstruct": ["reconstruct", "--spectrogram", str(folder / "codes.npz")],
        "reconstruct_new_phase": ["reconstruct", "--phase", "continued"],
        "reconstruct_random_start": ["reconstruct", "--phase", "griffin_lim"],
        "transform": ["transform", "--effect", "noise", "--strength", "0.5", *REGION],
    }
    for made, (command, *flags) in commands.items():
        output = ["-o", str(folder / f"{made}.wav"), "--force", "--engine", engine]
        printed_by([command, sound, "--model", MODEL, *output, *flags])
    print(f"{name}: verify, {', '.join(commands)} ran")


def save_golden_outputs(path, engine):
    """Save what the packaged model makes of its recorded input."""
    from edge_runtime.bundle.bundle_file import read_bundle
    from edge_runtime.bundle.shipped import shipped_path
    from edge_runtime.engines.load import load_engine

    bundle = read_bundle(shipped_path(MODEL))
    codec, golden = load_engine(bundle, engine), bundle.golden
    np.savez(
        path,
        latents=codec.encode(golden["spectrogram"]),
        decoded=codec.decode(golden["codemap"]),
    )


def save_takes(path, sound, engine):
    """Save codes that the learned priors of the packaged models draw in a second."""
    from edge_runtime import (
        Inpainter,
        PriorChoice,
        Region,
        load_engine,
        make_prior,
        read_audio,
        read_bundle,
    )
    from edge_runtime.bundle.shipped import shipped_path

    takes = {}
    for name in TAKES:
        bundle = read_bundle(shipped_path(name))
        codec = load_engine(bundle, engine)
        choice = PriorChoice("learned", variation=1.0)
        prior = make_prior(bundle, codec, choice)
        edit = Inpainter(bundle, engine=codec).inpaint(
            read_audio(Path(sound)), Region(0.8, 1.6, 0.0, 8000.0), prior=prior, seed=1
        )
        takes[name] = edit.codemap_after
    np.savez(path, **takes)


def read_samples(path):
    """Samples of a 16-bit WAV file."""
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(int)


def same(first, second):
    """Exit with the reason if two folders made by `run` differ by more than allowed."""
    golden = [np.load(folder / "golden.npz") for folder in (first, second)]
    for name in golden[0].files:
        if golden[0][name].tobytes() != golden[1][name].tobytes():
            sys.exit(f"The golden {name} are not equal bit for bit.")
    codes = [np.load(folder / "codes.npz")["codemap"] for folder in (first, second)]
    if not np.array_equal(*codes):
        sys.exit(f"{np.mean(codes[0] != codes[1]):.2%} of the codes differ.")
    takes = [np.load(folder / "takes.npz") for folder in (first, second)]
    for name in TAKES:
        if not np.array_equal(takes[0][name], takes[1][name]):
            share = np.mean(takes[0][name] != takes[1][name])
            sys.exit(f"{share:.2%} of the codes of a take of {name} differ.")
    steps = {}
    for path in sorted(first.glob("*.wav")):
        difference = read_samples(path) - read_samples(second / path.name)
        steps[path.stem] = np.abs(difference).max()
        if steps[path.stem] > MOST_STEPS:
            sys.exit(f"{path.name}: samples differ by up to {steps[path.stem]} steps.")
    print(
        f"same as {first.parent.name}/{first.name}: golden outputs bit-equal, "
        f"{codes[0].size} codes and takes of {' and '.join(TAKES)} equal; largest "
        "difference in 16-bit steps: "
        + ", ".join(f"{name} {step}" for name, step in steps.items())
    )


if __name__ == "__main__":
    if sys.argv[1] == "sound":
        write_sound(Path(sys.argv[2]))
    elif sys.argv[1] == "run":
        run(Path(sys.argv[2]), *sys.argv[3:])
    else:
        same(Path(sys.argv[2]), Path(sys.argv[3]))
