"""One worker of trainings on a few images; it leaves the weights that they end with.

Arguments: a folder, and `whole` or `resumed`. `whole` trains two epochs into `whole/`,
and then again into `parts/`, where worker 1 is killed after the first epoch; `resumed`
goes on in `parts/`. A program of its own, because the strategy must come before
anything of TensorFlow, and the fewer starts of it the better.
"""

import functools
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import conftest as tiny
import keras
import numpy as np

from vqkeras import train, training
from vqkeras.command import run_command
from vqkeras.distribution.cluster import this_worker

# Of the 6 images to validate on, one worker has fewer; codes restart at once.
CONFIG = tiny.with_training(
    epochs=2, batch_size=12, weight_averaging=0.9, strategy="workers"
)


def run_worker(arguments):
    folder, part = Path(arguments[0]), arguments[1]
    training.load_dataset = tiny.load_images
    # A process has one.
    training.strategy_of = functools.cache(training.strategy_of)
    number = this_worker("workers").number
    if part == "whole":
        train_and_keep(folder / "whole", number, [])
        train_and_keep(folder / "parts", number, [Killed()] if number else [])
    else:
        train_and_keep(folder / "parts", number, [], resume=True)


def train_and_keep(run_dir, number, more, **options):
    fit = keras.Model.fit

    def kept(model, *args, callbacks, **kwargs):
        fit(model, *args, callbacks=[*callbacks, *more], **kwargs)
        weights = {weight.path: weight.numpy() for weight in model.weights}
        np.savez(f"{run_dir}-{number}.npz", **weights)

    keras.Model.fit = kept
    train.train(CONFIG, run_dir, **options)
    keras.Model.fit = fit


class Killed(keras.callbacks.Callback):
    """Ends this process in its second epoch, as a power cut would."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(run_command(run_worker, None))
