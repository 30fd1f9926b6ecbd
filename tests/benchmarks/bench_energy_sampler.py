"""What counting energy costs a training, at one reading a second.

Two figures in one run: the sampler's own CPU time over the training's time, which the
callback also puts into every summary, and the medians of interleaved trainings with and
without it, whose difference drowns in noise. Exits with 1 if the first is not below
0.1 %. Each fit trains 10 s on random numbers and writes into a temporary folder.

    python tests/benchmarks/bench_energy_sampler.py
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from vqkeras.energy.callback import EnergyCallback
from vqkeras.energy.record import read_summary

TARGET_SHARE = 0.001
ROUNDS, SECONDS_PER_FIT = 3, 10.0


class StopAfter(keras.callbacks.Callback):
    """Times every step after the first and ends the fit after some seconds of them."""

    def on_train_begin(self, logs=None):
        self.steps_s = []

    def on_train_batch_end(self, batch, logs=None):
        now_s = time.perf_counter()
        if batch == 0:  # may have built the graph
            self.start_s = self.last_s = now_s
            return
        self.steps_s.append(now_s - self.last_s)
        self.last_s = now_s
        if now_s - self.start_s > SECONDS_PER_FIT:
            self.model.stop_training = True


def main() -> int:
    rng = np.random.default_rng(0)
    model = keras.Sequential(
        [
            keras.Input((64, 32, 1)),
            keras.layers.Conv2D(16, 3, strides=2, padding="same", activation="relu"),
            keras.layers.Conv2DTranspose(1, 3, strides=2, padding="same"),
        ]
    )
    model.compile("adam", "mse")
    sounds = rng.random((512, 64, 32, 1), np.float32)
    pairs = tf.data.Dataset.from_tensor_slices((sounds, sounds)).batch(16).repeat()

    def step_s(*callbacks):
        steps = StopAfter()
        model.fit(
            pairs,
            steps_per_epoch=1_000_000,
            callbacks=[*callbacks, steps],
            verbose=0,
        )
        return statistics.median(steps.steps_s)

    step_s()  # builds the graph
    without_s, with_s, shares = [], [], []
    for _ in range(ROUNDS):
        without_s.append(step_s())
        with tempfile.TemporaryDirectory() as folder:
            with_s.append(step_s(EnergyCallback(folder)))
            shares.append(read_summary(Path(folder))["sampling_share"])
    share = statistics.median(shares)
    ratio = statistics.median(with_s) / statistics.median(without_s)
    print(f"sampling, CPU time over the training's time: {100 * share:.4f} %")
    print(
        f"median step: {1e3 * statistics.median(without_s):.2f} ms without, "
        f"{1e3 * statistics.median(with_s):.2f} ms with, ratio {ratio:.3f}"
    )
    if share >= TARGET_SHARE:
        print(f"sampling costs more than {100 * TARGET_SHARE} %", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
