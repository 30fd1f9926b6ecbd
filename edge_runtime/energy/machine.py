"""Which meter speaks for this machine."""

from __future__ import annotations

from edge_runtime.energy.cpu_time import CpuTimeMeter
from edge_runtime.energy.meter import Meter
from edge_runtime.energy.rapl import RaplMeter
from edge_runtime.energy.raspberry_pi import RaspberryPi5Meter


def sensors() -> tuple[Meter, ...]:
    """Every sensor of processor or board, whether there is one here or not.

    Returns:
        The meters, the best first.
    """
    return (RaplMeter(), RaspberryPi5Meter())


def machine_meter() -> Meter:
    """The best source for processor and board: a sensor if there is one.

    Returns:
        The first of `sensors` that can be read, else the estimate from CPU time.
    """
    for meter in sensors():
        if not meter.why_unavailable():
            return meter
    return CpuTimeMeter()
