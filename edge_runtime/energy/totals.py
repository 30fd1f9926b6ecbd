"""Energy counted so far, per domain and together, with its method and its gaps."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from edge_runtime.energy.meter import Domain


@dataclass(frozen=True)
class DomainTotal:
    """The energy of one domain between a sampler's first reading and its latest.

    Attributes:
        domain: What was counted, and how.
        counted_j: Joules counted; they cover `counted_s` seconds only.
        counted_s: Seconds between readings that could be joined.
        gap_s: Seconds of the sampler's time for which no energy is known.
        longest_interval_s: Longest time between two readings that were joined.
        power_w: Latest power: the reading itself, or a counter's mean since the reading
            before. NaN if the latest reading could not be had.
        reason: Why the latest gap arose; `""` if there was none.
    """

    domain: Domain
    counted_j: float
    counted_s: float
    gap_s: float
    longest_interval_s: float
    power_w: float
    reason: str

    @property
    def energy_j(self) -> float:
        """Joules counted, or NaN if no stretch of time could be counted."""
        return self.counted_j if self.counted_s > 0 else math.nan


@dataclass(frozen=True)
class EnergyTotals:
    """All domains of a sampler at one moment.

    Attributes:
        elapsed_s: Seconds from the first reading to the latest, monotonic clock.
        domains: One `DomainTotal` each.
        num_readings: How often the meters were read.
        sampling_cpu_s: CPU seconds that reading them took.
    """

    elapsed_s: float
    domains: tuple[DomainTotal, ...]
    num_readings: int
    sampling_cpu_s: float

    @property
    def energy_j(self) -> float:
        """Sum over the domains that could be counted, in J; NaN if none could."""
        energies = [total.energy_j for total in self.domains]
        known = [energy for energy in energies if not math.isnan(energy)]
        return math.fsum(known) if known else math.nan

    @property
    def power_w(self) -> float:
        """Latest power of all domains, in W; NaN if that of any is unknown."""
        if not self.domains:
            return math.nan
        return math.fsum(total.power_w for total in self.domains)

    @property
    def method(self) -> str:
        """Methods of the counted domains, such as `measured:rapl + estimated:...`."""
        return joined_methods(total.domain.method for total in self.domains)

    @property
    def gaps(self) -> dict[str, str]:
        """For each domain with a gap: its length in seconds and its reason."""
        return {
            total.domain.name: f"{total.gap_s:.1f} s: {total.reason}"
            for total in self.domains
            if total.gap_s > 0
        }


def joined_methods(methods: Iterable[str]) -> str:
    """Several methods as one word list, each once, in order of appearance.

    Args:
        methods: `measured:...` and `estimated:...` strings.

    Returns:
        The methods joined by `" + "`; `"none"` without any.

    Example:

    >>> joined_methods(["measured:rapl", "measured:rapl", "estimated:cpu-time"])
    'measured:rapl + estimated:cpu-time'
    """
    return " + ".join(dict.fromkeys(methods)) or "none"
