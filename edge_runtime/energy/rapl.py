"""CPU packages and their memory, by the RAPL energy counters of Intel and AMD."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from edge_runtime.energy.meter import LARGEST_READING, Domain, Reading, unread

POWERCAP = Path("/sys/class/powercap")

# More than any package draws. A counter that went back by more than this much energy
# since the last reading was reset (suspend, driver reload) and did not wrap around.
MAX_ZONE_POWER_W = 2000.0

# Two zones within this much of each other are one counter shown twice, as on
# Threadripper, where every die shows the socket's (mlco2/codecarbon, issue 1274).
MIRROR_J = 1.0

# Bytes of a file that hold what is asked for.
_LONGEST = 64

GRANT = f"sudo chmod a+r {POWERCAP}/intel-rapl:*/energy_uj"


class RaplMeter:
    """Energy counters of every CPU package, and of its memory where there is one.

    Linux shows them as `intel-rapl:<package>` with sub-zones, on AMD too. Packages and
    `dram` are counted; `core` and `uncore` lie inside the package, `psys` around it,
    and `intel-rapl-mmio` is the same package by another route: none of them is added.
    A counter starts again from 0 at its `max_energy_range_uj`, after some minutes at
    full power; this is added back.

    Args:
        root: The folder with the zones. Defaults to `/sys/class/powercap`.
        clock: Monotonic time, in seconds. Defaults to `time.monotonic`.

    Reference: the kernel's `Documentation/power/powercap/powercap.rst`.
    """

    name = "rapl"
    measures = "CPU packages and memory, by the RAPL counters of Intel and AMD (Linux)"

    def __init__(
        self, root: Path = POWERCAP, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._why = ""
        self._zones: list[_Zone] = []
        candidates = _zone_folders(root)
        if not candidates:
            self._why = (
                f"{root} has no intel-rapl zone: a virtual machine or container, "
                "another kind of processor, or the module intel_rapl_msr is not loaded"
            )
        for name, folder in candidates:
            try:
                self._add(name, folder)
            except PermissionError:
                self._why = f"{folder}/energy_uj is for root only; {GRANT}"
            except (OSError, ValueError) as error:
                self._why = f"{folder} cannot be read: {error}"

    def _add(self, name: str, folder: Path) -> None:
        counter_j = _joules(folder / "energy_uj")
        is_mirror = any(
            counter_j > 0 and abs(counter_j - zone.last_j) < MIRROR_J
            for zone in self._zones
        )
        if not is_mirror:
            range_j = _joules(folder / "max_energy_range_uj")
            self._zones.append(_Zone(name, folder, range_j, counter_j, self._clock()))

    def why_unavailable(self) -> str:
        """Why there is nothing to read; the command that grants permission."""
        return "" if self._zones else self._why

    def domains(self) -> tuple[Domain, ...]:
        """One per package and memory zone that can be read."""
        return tuple(zone.domain() for zone in self._zones)

    def read(self) -> dict[str, Reading]:
        """Joules since this meter was made, wrap-arounds added."""
        return {zone.name: zone.read(self._clock()) for zone in self._zones}

    def close(self) -> None:
        """Nothing to let go of."""


@dataclass
class _Zone:
    name: str
    folder: Path
    range_j: float
    last_j: float
    last_s: float
    total_j: float = 0.0

    def domain(self) -> Domain:
        is_memory = self.name.startswith("memory")
        return Domain(
            name=self.name,
            quantity="energy_j",
            method="measured:rapl",
            measures=(
                "memory on this package"
                if is_memory
                else "the whole package: cores, caches, built-in graphics, whatever "
                "process uses them; without mainboard, disks and power supply"
            ),
            uncertainty=(
                "none stated by the makers; memory within about 20 % of an external "
                "meter (Desrochers et al., MEMSYS 2016)"
                if is_memory
                else "none stated by the makers"
            ),
        )

    def read(self, now_s: float) -> Reading:
        try:
            counter_j = _joules(self.folder / "energy_uj")
        except (OSError, ValueError) as error:
            return unread(f"{self.folder.name}: {error}")
        energy_j = counter_j - self.last_j
        if energy_j < 0 and self.last_j <= self.range_j:
            energy_j += self.range_j
        interval_s = now_s - self.last_s
        self.last_j, self.last_s = counter_j, now_s
        if not 0 <= energy_j <= MAX_ZONE_POWER_W * max(interval_s, 0.001):
            return unread(f"{self.folder.name}: the counter was reset")
        self.total_j += energy_j
        return Reading(self.total_j)


def _joules(path: Path) -> float:
    with path.open("rb") as file:
        microjoules = int(file.read(_LONGEST))
    if not 0 <= microjoules <= 1e6 * LARGEST_READING:
        raise ValueError(f"{path.name} holds no counter: {microjoules}")
    return microjoules * 1e-6


def _zone_folders(root: Path) -> list[tuple[str, Path]]:
    """The zones that do not overlap, with the names of their domains."""
    zones = []
    for package in sorted(root.glob("intel-rapl:*")):
        if package.name.count(":") != 1:
            continue  # a sub-zone, reached through its package
        label = _label(package)
        if not label.startswith("package"):
            continue
        zones.append((f"cpu:{label}", package))
        # The class folder links every zone flat; the device folder nests sub-zones.
        beside, within = root.glob(f"{package.name}:*"), package.glob("intel-rapl:*")
        subzones = {zone.name: zone for zone in (*beside, *within)}
        for _, zone in sorted(subzones.items()):
            if _label(zone) == "dram":
                zones.append((f"memory:{label}", zone))
    return zones


def _label(zone: Path) -> str:
    try:
        with (zone / "name").open("rb") as file:
            return file.read(_LONGEST).decode("utf-8", "replace").strip()
    except OSError:
        return ""
