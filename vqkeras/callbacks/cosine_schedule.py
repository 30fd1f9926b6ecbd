"""Cosine learning-rate schedule, over steps or over time."""

import math
from typing import Any

import keras

from vqkeras.callbacks.time_limit import TimeLimit

# The last steps still learn a little; a rate of 0 would waste them.
FINAL_SHARE = 0.01


class CosineSchedule(keras.callbacks.Callback):
    """Lets the learning rate fall to a hundredth (Loshchilov and Hutter 2017).

    Progress is the share of the steps done or, under a time limit, the share of the
    time used up, whichever is larger. So the rate has fallen when the run ends, on a
    slow machine too. After Loshchilov and Hutter, "SGDR", https://arxiv.org/abs/1608.03983.

    Args:
        learning_rate: Rate of the first step.
        total_steps: Steps of the whole run.
        time_limit: The limit of the same run. Must come before this callback.
            Defaults to `None`.
    """

    def __init__(
        self,
        learning_rate: float,
        total_steps: int,
        time_limit: TimeLimit | None = None,
    ):
        super().__init__()
        self.learning_rate = learning_rate
        self.total_steps = total_steps
        self.time_limit = time_limit

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        iterations = self.model.optimizer.iterations
        self._step = int(keras.ops.convert_to_numpy(iterations))

    def on_train_batch_begin(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        progress = self._step / self.total_steps
        if self.time_limit is not None:
            progress = max(progress, self.time_limit.progress)
        fall = 0.5 * (1.0 + math.cos(math.pi * min(progress, 1.0)))
        share = FINAL_SHARE + (1.0 - FINAL_SHARE) * fall
        self.model.optimizer.learning_rate = self.learning_rate * share
        self._step += 1
