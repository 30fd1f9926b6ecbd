"""Which meters a training run is counted with."""

from __future__ import annotations

from collections.abc import Sequence

from edge_runtime.energy.machine import machine_meter
from edge_runtime.energy.meter import Meter
from vqkeras.energy.nvidia import NvidiaMeter


def training_meters() -> Sequence[Meter]:
    """Every GPU, and the best source for processor and board.

    Returns:
        The NVIDIA meter, available or not, and `machine_meter()`.
    """
    return (NvidiaMeter(), machine_meter())
