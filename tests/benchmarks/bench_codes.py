"""Bytes of files of codes, beside what the marginal of their model asks for.

100 sounds of at most 10 s of each kind, seed 0, from the folder that `VQKERAS_DATA`
names; and a sound of two channels that is computed here. All of each file counts.

    VQKERAS_DATA=../shared/data python tests/benchmarks/bench_codes.py
"""

from __future__ import annotations

import os
import tempfile
import time
from itertools import islice
from pathlib import Path

import numpy as np

from edge_runtime import load_model, read_audio
from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.codes.codes_file import read_codes, write_codes
from edge_runtime.edit.from_codes import codes_of_sound
from edge_runtime.engines.load import load_engine
from edge_runtime.priors.marginal import MarginalPrior

SOUNDS, LONGEST_S = 100, 10
KINDS = {"nsynth_light": "nsynth", "general": "general"}


def tone_and_noise():
    """Two seconds at 44.1 kHz: a decaying tone, and noise in the other channel."""
    at = np.arange(2 * 44100) / 44100
    tone = np.sin(2 * np.pi * 220 * at) * np.exp(-2 * at)
    noise = np.random.default_rng(0).normal(0, 0.1, len(at))
    samples = np.stack([0.5 * tone, noise], axis=1)
    return AudioFile(np.rint(samples * 32767).astype(np.int16), 44100, "PCM_16")


def sounds_of(folder):
    """Some sounds of a folder, always the same ones."""
    paths = sorted(folder.rglob("*.flac"))
    for index in np.random.default_rng(0).permutation(len(paths)):
        sound = read_audio(paths[index])
        if sound.duration <= LONGEST_S:
            yield sound


def measured(sound, bundle, engine, path):
    """Bytes, bytes that the marginal asks for, and microseconds a code of packing."""
    codes = codes_of_sound(sound, bundle, engine=engine)
    start = time.process_time()
    size = write_codes(path, codes, bundle, force=True)
    read_codes(path, bundle)
    spent = (time.process_time() - start) / codes.codemap.size
    chances = MarginalPrior(bundle.marginal).probabilities[codes.codemap]
    return size, -np.log2(chances).sum() / 8, 1e6 * spent


def main():
    data = Path(os.environ["VQKERAS_DATA"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.vqc"
        for model, kind in KINDS.items():
            bundle = load_model(model)
            engine = load_engine(bundle)
            size, asked, _ = measured(tone_and_noise(), bundle, engine, path)
            print(f"{model}: tone and noise in {size} bytes; marginal {asked:.0f}")
            given = islice(sounds_of(data / kind), SOUNDS)
            found = np.array([measured(each, bundle, engine, path) for each in given])
            parts = np.sort(found[:, 0] / found[:, 1])
            print(
                f"{model}: {len(found)} sounds, {found[:, 0].sum():.0f} bytes, "
                f"{found[:, 0].sum() / found[:, 1].sum():.3f} of what the marginal "
                f"asks for; each {parts[0]:.3f} to {parts[-1]:.3f}, "
                f"median {np.median(parts):.3f}; "
                f"{np.mean(parts <= 1.02):.0%} within 2% or less; "
                f"there and back {np.median(found[:, 2]):.0f} us a code"
            )


if __name__ == "__main__":
    main()
