"""Divergence check: a run ends once its loss is no longer a number."""

import math
from typing import Any

import keras

from edge_runtime.errors import UserError


class Divergence(keras.callbacks.Callback):
    """Raises an error that says what to do, before a checkpoint is overwritten.

    `keras.callbacks.TerminateOnNaN` ends the run as if all were well. Must be the first
    callback.
    """

    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        if not math.isfinite(logs["loss"]):
            raise UserError(
                f"The loss is {logs['loss']} after epoch {epoch + 1}. "
                "Start again with a lower training.learning_rate."
            )
