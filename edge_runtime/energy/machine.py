"""Which meter speaks for this machine."""

from __future__ import annotations

import logging

from edge_runtime.energy.cpu_time import CpuTimeMeter
from edge_runtime.energy.meter import Meter
from edge_runtime.energy.rapl import RaplMeter
from edge_runtime.energy.raspberry_pi import RaspberryPi5Meter

logger = logging.getLogger(__name__)


def sensors() -> tuple[Meter, ...]:
    """Every sensor of processor or board that can be asked, whether it is here or not.

    Returns:
        The meters, the best first.
    """
    found: list[Meter] = []
    for kind in (RaplMeter, RaspberryPi5Meter):
        try:
            found.append(kind())
        except Exception as error:  # a sensor never ends what is measured
            logger.warning("No sensor %s: %r", kind.name, error)
    return tuple(found)


def machine_meter() -> Meter:
    """The best source for processor and board: a sensor if there is one.

    Returns:
        The first of `sensors` that can be read, else the estimate from CPU time.
    """
    for meter in sensors():
        if not meter.why_unavailable():
            return meter
    return CpuTimeMeter()
