"""Checkpoints: the best and the last model of a run, each whole at any moment."""

import math
from pathlib import Path
from typing import Any

import keras

from edge_runtime.output_file import output_file
from vqkeras.callbacks.averaged_weights import averaged_weights


class Checkpoints(keras.callbacks.Callback):
    """Saves `last.keras` after each epoch and `best.keras` after each better one.

    With a moving average of the weights, that average is what is saved.
    `keras.callbacks.ModelCheckpoint` writes in place: a kill leaves half a file.

    Args:
        folder: Where the two files go.
        monitor: Metric that decides; lower is better.
        best: Its best value in earlier epochs of a resumed run. Defaults to infinity.
    """

    def __init__(self, folder: Path, monitor: str, *, best: float = math.inf):
        super().__init__()
        self.folder = folder
        self.monitor = monitor
        self.best = best

    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        value = float(logs[self.monitor])
        with averaged_weights(self.model):
            self._save("last.keras")
            if value < self.best:
                self.best = value
                self._save("best.keras")

    def _save(self, name: str) -> None:
        with output_file(self.folder / name, force=True) as temporary:
            self.model.save(temporary)
