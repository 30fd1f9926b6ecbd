"""One worker of trainings on a few images; it leaves the weights that they end with.

Arguments: a folder, and `whole`, `resumed` or `three`. `whole` trains two epochs into
`whole/`, a prior of that into `prior/`, and then again into `parts/`, where worker 1 is
killed after the first epoch; `resumed` goes on in `parts/`; `three` trains into
`three/`. A program of its own, because the strategy must come before anything of
TensorFlow, and the fewer starts of it the better.
"""

import contextlib
import dataclasses
import functools
import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import conftest as tiny
import keras
import numpy as np

from vqkeras import datasets, train, train_prior, training
from vqkeras.command import run_command
from vqkeras.config import TrainingConfig
from vqkeras.distribution.cluster import this_worker
from vqkeras.priors import training as prior_training
from vqkeras.priors.config import PriorConfig
from vqkeras.run import load_run

# Of the 6 images to validate on, one worker has fewer; codes restart at once.
CONFIG = tiny.with_training(
    epochs=2, batch_size=12, weight_averaging=0.9, strategy="workers"
)

PRIOR = PriorConfig(
    "prior",
    units=4,
    dilations=((1, 1),),
    crop_cells=2,
    training=TrainingConfig(
        epochs=2, steps_per_epoch=2, batch_size=4, learning_rate=0.01
    ),
)


def run_worker(arguments):
    folder, part = Path(arguments[0]), arguments[1]
    training.load_dataset = datasets.load_dataset = tiny.load_images
    # A process has one.
    strategy_of = functools.cache(training.strategy_of)
    training.strategy_of = prior_training.strategy_of = strategy_of
    number = this_worker("workers").number
    if part == "whole":
        train_and_keep(folder / "whole", number, [])
        train_prior_and_keep(folder, number)
        train_and_keep(folder / "parts", number, [Killed()] if number else [])
    else:
        run_dir = folder / {"resumed": "parts", "three": "three"}[part]
        train_and_keep(run_dir, number, [], resume=part == "resumed")


def train_and_keep(run_dir, number, more, **options):
    with keeping(f"{run_dir}-{number}.npz", more):
        train.train(CONFIG, run_dir, **options)


def train_prior_and_keep(folder, number):
    while not (folder / "whole" / "summary.json").exists():
        time.sleep(0.1)  # worker 0 writes it
    several = dataclasses.replace(PRIOR.training, strategy="workers")
    config = dataclasses.replace(PRIOR, training=several)
    with keeping(folder / f"prior-{number}.npz", []):
        train_prior.train_prior(config, load_run(folder / "whole"), folder / "prior")


@contextlib.contextmanager
def keeping(path, more):
    """Each `fit` has more callbacks and leaves its weights in a file."""
    fit = keras.Model.fit

    def kept(model, *args, callbacks, **kwargs):
        fit(model, *args, callbacks=[*callbacks, *more], **kwargs)
        weights = {weight.path: weight.numpy() for weight in model.weights}
        np.savez(path, **weights)

    keras.Model.fit = kept
    yield
    keras.Model.fit = fit


class Killed(keras.callbacks.Callback):
    """Ends this process in its second epoch, as a power cut would."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(run_command(run_worker, None))
