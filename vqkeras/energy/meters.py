"""Which meters a training run is counted with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from edge_runtime.energy.constant import ConstantMeter
from edge_runtime.energy.machine import machine_meter
from edge_runtime.energy.meter import Meter
from edge_runtime.errors import UsageError
from vqkeras.energy.codecarbon_backend import CodeCarbonMeter
from vqkeras.energy.nvidia import NvidiaMeter


def training_meters() -> Sequence[Meter]:
    """Every GPU, and the best source for processor and board.

    Returns:
        The NVIDIA meter, available or not, and `machine_meter()`.
    """
    return (NvidiaMeter(), machine_meter())


def meters_from(source: str | float) -> Callable[[], Sequence[Meter]]:
    """What a config's choice of meters stands for.

    Args:
        source: `"auto"`: `training_meters`. `"codecarbon"`: CodeCarbon alone. A number:
            that power of the whole machine all the time, in watts.

    Returns:
        A function that makes the meters, as `EnergyCallback` takes it.

    Raises:
        UsageError: If `source` is none of these.

    Example:

    >>> [meter.name for meter in meters_from(65.0)()]
    ['constant']
    """
    if source == "auto":
        return training_meters
    if source == "codecarbon":
        return lambda: (CodeCarbonMeter(),)
    if isinstance(source, str) or not 0 <= source < float("inf"):
        raise UsageError(
            "Energy meters are auto, codecarbon, or the machine's power in watts. "
            f"Received: {source!r}."
        )
    return lambda: (ConstantMeter(source),)
