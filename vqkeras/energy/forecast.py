"""Forecast of a run's energy at its end, judged by its epochs so far."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class EpochCost:
    """What one epoch took.

    Attributes:
        energy_j: Energy, in J; NaN if it is not known.
        seconds: Time, in s.
    """

    energy_j: float
    seconds: float


class Forecast:
    """Predicts the epochs to come and their energy from the epochs of one `fit`.

    The first epoch also builds the graph, so it speaks for the others only as long as
    there are none. carbontracker (Anthony et al., 2020) predicts from epochs too.

    Example:

    >>> forecast = Forecast()
    >>> for seconds in (30.0, 20.0, 20.0):
    ...     forecast.add(EpochCost(energy_j=5 * seconds, seconds=seconds))
    >>> forecast.epochs_left(1000, seconds_left=50.0)
    3
    >>> forecast.energy_left_j(3)
    300.0
    """

    def __init__(self) -> None:
        self._epochs: list[EpochCost] = []

    def add(self, epoch: EpochCost) -> None:
        """Learn from an epoch that has ended."""
        self._epochs.append(epoch)

    def epochs_left(self, planned: int, seconds_left: float = math.inf) -> int:
        """How many epochs are still to come.

        Args:
            planned: Epochs that are left by their number.
            seconds_left: Time until no further epoch begins, in s; the epoch in which
                it runs out is trained to its end, as `TimeLimit` does. Defaults to no
                limit.

        Returns:
            Epochs, `planned` at most.
        """
        if seconds_left <= 0:
            return 0
        epoch_s = _mean([epoch.seconds for epoch in self._typical])
        if math.isinf(seconds_left) or not epoch_s > 0:
            return planned
        return min(planned, math.ceil(seconds_left / epoch_s))

    def energy_left_j(self, epochs: int) -> float:
        """Energy of some epochs to come.

        Args:
            epochs: How many.

        Returns:
            Joules; NaN if the energy of an earlier epoch is not known.
        """
        return epochs * _mean([epoch.energy_j for epoch in self._typical])

    @property
    def _typical(self) -> list[EpochCost]:
        return self._epochs[1:] or self._epochs


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan
