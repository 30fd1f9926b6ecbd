"""Time limit: training stops once its time is used up."""

import time
from collections.abc import Callable
from typing import Any

import keras


class TimeLimit(keras.callbacks.Callback):
    """Stops at the end of the epoch in which the time ran out.

    Args:
        minutes: Time the whole run may take, in minutes.
        seconds_spent: Time that earlier parts of a resumed run took, in s.
            Defaults to `0.0`.
        clock: Monotonic time in s. Defaults to `time.monotonic`.
    """

    def __init__(
        self,
        minutes: float,
        *,
        seconds_spent: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ):
        super().__init__()
        self.minutes = minutes
        self.seconds_spent = seconds_spent
        self.clock = clock
        self._start = clock() - seconds_spent

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._start = self.clock() - self.seconds_spent

    @property
    def progress(self) -> float:
        """Share of the time that is used up; above 1 in the last epoch."""
        return (self.clock() - self._start) / (60.0 * self.minutes)

    @property
    def seconds_left(self) -> float:
        """Time until no further epoch begins, in s; negative once it is over."""
        return 60.0 * self.minutes + self._start - self.clock()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self.progress >= 1.0:
            self.model.stop_training = True
