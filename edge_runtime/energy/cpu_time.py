"""The last resort: this process's CPU seconds times a stated power per core."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from edge_runtime.energy.meter import Domain, Reading

DEVICE_TREE_MODEL = Path("/proc/device-tree/model")


@dataclass(frozen=True)
class CorePower:
    """What one busy core is taken to draw.

    Attributes:
        watts: Power of one busy core, in watts.
        low_w: Lower end of what cores of this kind draw, in watts.
        high_w: Upper end, in watts.
        source: Where the figures come from.
        year: Year of the source.
    """

    watts: float
    low_w: float
    high_w: float
    source: str
    year: int


# "Any" processor, and the smallest and largest entry of the same table.
# https://github.com/GreenAlgorithms/green-algorithms-tool, data/latest/TDP_cpu.csv;
# Lannelongue, Grealey and Inouye, "Green Algorithms", Advanced Science, 2021.
ANY_CORE = CorePower(
    12.0,
    3.8,
    23.8,
    "Green Algorithms, design power per core (Lannelongue et al.)",
    2021,
)

# Pi 4: 2.7 W idle and 6.4 W with four busy cores, so 0.9 W each; the board's idle power
# is not in it. https://www.pidramble.com/wiki/benchmarks/power-consumption, 2019.
# A Pi 3 B's come to 0.6 W; twice the Pi 4's is our allowance for a Pi 5.
RASPBERRY_PI_CORE = CorePower(
    0.9, 0.6, 1.8, "pidramble.com, Pi 4: four busy cores less idle", 2019
)


def core_power_here(model: Path = DEVICE_TREE_MODEL) -> CorePower:
    """The figure for this machine: a Raspberry Pi's, or any processor's.

    Args:
        model: File with the board's name. Defaults to `/proc/device-tree/model`.

    Returns:
        `RASPBERRY_PI_CORE` on a Raspberry Pi, `ANY_CORE` elsewhere.
    """
    try:
        name = model.read_text()
    except (OSError, ValueError):
        return ANY_CORE
    return RASPBERRY_PI_CORE if "Raspberry Pi" in name else ANY_CORE


class CpuTimeMeter:
    """CPU seconds of this process, its threads and finished children, times watts.

    Args:
        core_power: Power of one busy core. Defaults to `core_power_here()`.
    """

    name = "cpu-time"
    measures = "this process's CPU seconds times a stated power per core"

    def __init__(self, core_power: CorePower | None = None) -> None:
        self._core = core_power or core_power_here()

    def why_unavailable(self) -> str:
        """Always available."""
        return ""

    def domains(self) -> tuple[Domain, ...]:
        """One: this process."""
        core = self._core
        return (
            Domain(
                name="cpu:process",
                quantity="energy_j",
                method=f"estimated:cpu-time-{core.watts:g}W-per-core",
                measures=(
                    f"CPU seconds of this process times {core.watts:g} W "
                    f"({core.source}, {core.year}); without memory, idle power and GPU"
                ),
                uncertainty=(
                    f"{core.low_w:g} to {core.high_w:g} W per core; a hyper-thread "
                    "counts as a core, so busy pairs count up to twice"
                ),
            ),
        )

    def read(self) -> dict[str, Reading]:
        """Joules since the process began."""
        children = os.times()
        cpu_s = time.process_time() + children.children_user + children.children_system
        return {"cpu:process": Reading(cpu_s * self._core.watts)}

    def close(self) -> None:
        """Nothing to let go of."""
