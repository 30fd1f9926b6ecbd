"""Which meter speaks for this machine."""

from __future__ import annotations

from edge_runtime.energy.cpu_time import CpuTimeMeter
from edge_runtime.energy.meter import Meter
from edge_runtime.energy.rapl import RaplMeter
from edge_runtime.energy.raspberry_pi import RaspberryPi5Meter


def machine_meter() -> Meter:
    """The best source for processor and board: a sensor if there is one.

    Returns:
        RAPL's meter, else the Raspberry Pi 5's, else the estimate from CPU time.
    """
    sensors: tuple[Meter, ...] = (RaplMeter(), RaspberryPi5Meter())
    for meter in sensors:
        if not meter.why_unavailable():
            return meter
    return CpuTimeMeter()
