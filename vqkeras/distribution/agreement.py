"""What workers must agree on: where they go on from, and what time it is."""

from __future__ import annotations

import json
import zlib
from typing import Any

import tensorflow as tf

from edge_runtime.errors import UserError
from vqkeras.callbacks.time_limit import TimeLimit
from vqkeras.distribution.cluster import Worker
from vqkeras.distribution.strategy import has_workers
from vqkeras.layers.replicas import sum_over_replicas


class Agreement:
    """Sums over the workers of a training. Every worker must ask, in the same order.

    Args:
        strategy: Of the training.
        worker: Which one this is.
    """

    def __init__(self, strategy: tf.distribute.Strategy, worker: Worker) -> None:
        self.strategy = strategy
        self.worker = worker

        def summed(number: tf.Tensor) -> tf.Tensor:
            (total,) = sum_over_replicas([tf.identity(number)])
            return total

        @tf.function(autograph=False)
        def sum_of(number: tf.Tensor) -> Any:
            return strategy.run(summed, args=(number,))

        self._sum = sum_of

    def of_first(self, value: float) -> float:
        """The number of worker 0."""
        return self._summed(value if self.worker.is_first else 0.0)

    def is_same(self, value: float) -> bool:
        """Whether all have the number of worker 0; the same answer for each of them."""
        differs = float(self.of_first(value) != value)
        return self._summed(differs) == 0.0

    def _summed(self, value: float) -> float:
        if self.worker.count == 1:
            return value
        sums = self._sum(tf.constant(value, tf.float64))
        mine = self.strategy.experimental_local_results(sums)
        return float(mine[0]) / len(mine)


def check_agreement(agreement: Agreement, finished: int, config: Any) -> None:
    """Refuse workers that would not train one model.

    Args:
        agreement: Of the workers.
        finished: Epochs in the backup that this one goes on from.
        config: Plain values that must be the same on all.

    Raises:
        UserError: If one differs. All workers raise it.
    """
    if not has_workers(agreement.strategy):
        return
    if not agreement.is_same(float(zlib.crc32(json.dumps(config).encode()))):
        raise UserError(
            "The workers were given different configs. Give all of them the same."
        )
    if not agreement.is_same(float(finished)):
        raise UserError(
            "The workers do not see the same backup. Put --run_dir on a file system "
            "that all of them share."
        )


class AgreedTimeLimit(TimeLimit):
    """A time limit by the clock of worker 0: all stop after the same epoch.

    Args:
        agreement: Of the workers.
        minutes: As for `TimeLimit`.
        seconds_spent: As for `TimeLimit`.
    """

    def __init__(
        self, agreement: Agreement, minutes: float, *, seconds_spent: float
    ) -> None:
        super().__init__(minutes, seconds_spent=seconds_spent)
        self.agreement = agreement

    @property
    def progress(self) -> float:
        """As of worker 0; asked by all at once."""
        return self.agreement.of_first(super().progress)
