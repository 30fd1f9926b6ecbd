"""Weight averaging (EMA): a model is judged and kept by the average of its weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras


@contextmanager
def averaged_weights(model: keras.Model) -> Iterator[None]:
    """Put the optimizer's moving average of the weights in place for a while.

    Afterwards the weights are bit for bit what they were, so training does not notice.
    (`keras.callbacks.SwapEMAWeights` swaps by adding and subtracting, which rounds.)
    Without `use_ema` in the optimizer nothing changes.

    Args:
        model: A compiled model.
    """
    if not model.optimizer.use_ema:
        yield
        return
    weights = model.trainable_variables
    own = [keras.ops.convert_to_numpy(weight) for weight in weights]
    model.optimizer.finalize_variable_values(weights)
    try:
        yield
    finally:
        for weight, value in zip(weights, own, strict=True):
            weight.assign(value)


class AveragedValidation(keras.callbacks.Callback):
    """Validates the moving average of the weights, the ones that checkpoints keep."""

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._average = averaged_weights(self.model)
        self._average.__enter__()

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        self._average.__exit__(None, None, None)
