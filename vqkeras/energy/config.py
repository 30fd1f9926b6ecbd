"""How a training's energy is counted. Imports no TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from edge_runtime.errors import UsageError
from vqkeras.energy.constants import preset_for
from vqkeras.energy.meters import meters_from


@dataclass(frozen=True)
class EnergyConfig:
    """Meters and constants of one run; they change nothing of what it learns.

    Attributes:
        meters: `"auto"`: GPUs and the best source for the processor; `"codecarbon"`:
            CodeCarbon (`pip install codecarbon`); a number: the whole machine's power,
            in watts.
        interval_s: Seconds between readings.
        preset: `"default"`, or `"paper"`: its eq. 6, GPUs only.
        country: The grid's country, an ISO code of three letters. Defaults to the
            world's mean.
        grid_g_per_kwh: The grid's intensity instead, in g/kWh.

    Raises:
        UsageError: If a field is out of range or two contradict each other.
    """

    meters: Literal["auto", "codecarbon"] | float = "auto"
    interval_s: float = 1.0
    preset: Literal["default", "paper"] = "default"
    country: str | None = None
    grid_g_per_kwh: float | None = None

    def __post_init__(self) -> None:
        meters_from(self.meters)
        preset_for(
            self.preset, country=self.country, grid_g_per_kwh=self.grid_g_per_kwh
        )
        if not 0.0 < self.interval_s < float("inf"):
            raise UsageError(
                f"energy.interval_s must be positive. Received: {self.interval_s}."
            )
