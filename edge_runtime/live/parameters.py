"""What a player can change while the effect runs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from edge_runtime.errors import UsageError
from edge_runtime.priors.prior import check_temperature

LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True)
class LiveParameters:
    """Settings of the rule that regenerates cells; a change makes a new object.

    Attributes:
        density: Share of the band's cells that is regenerated, in [0, 1].
        low_hz: Lower edge of the band, in Hz.
        high_hz: Upper edge of the band, in Hz. Defaults to `inf`: up to the top.
        prior: Name of what predicts the codes.
        freeze: Whether to hold the codes of the moment it was switched on, instead of
            asking the prior.
        wet: Share of the regenerated sound, in [0, 1]; the rest is the input.
        bypass: Whether to pass the input on, delayed as ever, and compute nothing.
        seed: Of the choice of cells, of the prior and of texture, 0 to 2^32 - 1.
        temperature: Of the prior's draws, in [0.01, 100]: 1 draws with its own
            probabilities, less prefers likely codes, more evens them out.
        texture: How much of noise's own texture the sound gets where the model says
            that it is noise, in [0, 1]. Models without a spread say nothing.

    Raises:
        UsageError: If a number is out of range.
    """

    density: float = 0.5
    low_hz: float = 0.0
    high_hz: float = math.inf
    prior: str = "naive_bayes"
    freeze: bool = False
    wet: float = 1.0
    bypass: bool = False
    seed: int = 0
    temperature: float = 1.0
    texture: float = 1.0

    def __post_init__(self) -> None:
        for name in ("density", "wet", "texture"):
            value = getattr(self, name)
            if not 0.0 <= value <= 1.0:
                raise UsageError(f"{name} must lie in [0, 1]. Received: {value:g}.")
        if not 0.0 <= self.low_hz < self.high_hz:
            raise UsageError(
                "The band must go from 0 Hz or more up to more. "
                f"Received: {self.low_hz:g} to {self.high_hz:g} Hz."
            )
        if not 0 <= self.seed <= LARGEST_SEED:
            raise UsageError(
                f"seed must be 0 or more, {LARGEST_SEED} at most. "
                f"Received: {self.seed}."
            )
        try:
            check_temperature(self.temperature)
        except ValueError as error:
            raise UsageError(str(error)) from error

    @property
    def changes_nothing(self) -> bool:
        """Whether the output is the input."""
        return self.bypass or self.density == 0.0 or self.wet == 0.0
