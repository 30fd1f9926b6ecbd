"""Processor time of one edit in memory: of any sound, and of notes by both priors.

One thread, LiteRT, medians of 15 interleaved edits. `general` regenerates 0.5 s of 4 s
at 44.1 kHz over the whole band, in a tone with bursts of noise; `nsynth_light` 1 s of a
4 s tone at 16 kHz.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python tests/benchmarks/bench_edit.py
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from edge_runtime import Inpainter, Region, load_model
from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.engines.load import load_engine
from edge_runtime.priors.choice import PriorChoice, make_prior

ROUNDS, SECONDS = 15, 4
# Model, prior, length of what is regenerated in s.
EDITS = (
    ("general", "learned", 0.5),
    ("nsynth_light", "learned", 1.0),
    ("nsynth_light", "naive_bayes", 1.0),
)


def sound(rate):
    """A decaying tone with bursts of noise, twice a second."""
    time_s = np.arange(SECONDS * rate) / rate
    noise = np.random.default_rng(0).standard_normal(len(time_s))
    audio = 0.3 * np.sin(2 * np.pi * 220 * time_s)
    audio += 0.1 * noise * np.exp(-8 * (time_s % 0.5))
    return AudioFile(audio.astype(np.float32)[:, np.newaxis], rate, "FLOAT")


def edit_of(model, prior, length_s):
    """What makes one edit."""
    bundle = load_model(model)
    engine = load_engine(bundle)
    inpainter = Inpainter(bundle, engine=engine)
    rate = bundle.settings.sample_rate
    given, region = sound(rate), Region(1.5, 1.5 + length_s, 0.0, rate / 2)
    chosen = make_prior(bundle, engine, PriorChoice(prior))
    return lambda: inpainter.inpaint(given, region, prior=chosen)


def main():
    edits = [edit_of(*which) for which in EDITS]
    times = [[] for _ in edits]
    for number in range(ROUNDS + 1):  # the first one warms up
        for edit, found in zip(edits, times, strict=True):
            start = time.process_time()
            edit()
            if number:
                found.append(time.process_time() - start)
    for (model, prior, length_s), found in zip(EDITS, times, strict=True):
        median = statistics.median(found)
        print(
            f"{model}, {prior}: {length_s:g} s of {SECONDS} s in {1e3 * median:.0f} ms "
            f"of processor time ({SECONDS / median:.0f} times real time)"
        )


if __name__ == "__main__":
    main()
