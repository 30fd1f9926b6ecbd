"""What a run has cost so far, across fits and resumptions."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field

from edge_runtime.energy.totals import EnergyTotals, joined_methods
from vqkeras.energy.constants import Preset


@dataclass(frozen=True)
class DomainEnergy:
    """One domain's share of a run.

    Attributes:
        counted_j: Joules counted.
        counted_s: Seconds they cover.
        gap_s: Seconds of the run for which no energy is known.
        longest_interval_s: Longest time between two readings that were joined.
        reason: Why the latest gap arose; `""` if there was none.
        method: `measured:...` or `estimated:...`.
        measures: What is inside the figure.
        uncertainty: How far to trust it.
        hardware: Product name, as far as it is known.
    """

    counted_j: float
    counted_s: float
    gap_s: float
    longest_interval_s: float
    reason: str
    method: str
    measures: str
    uncertainty: str
    hardware: str

    def plus(self, later: DomainEnergy) -> DomainEnergy:
        """This share and a later one of the same domain."""
        return dataclasses.replace(
            later,
            counted_j=self.counted_j + later.counted_j,
            counted_s=self.counted_s + later.counted_s,
            gap_s=self.gap_s + later.gap_s,
            longest_interval_s=max(self.longest_interval_s, later.longest_interval_s),
            reason=later.reason or self.reason,
            method=joined_methods([*self.method.split(" + "), later.method]),
        )


@dataclass(frozen=True)
class RunEnergy:
    """The energy of a run.

    Attributes:
        seconds: Time under the sampler, over all fits, in s.
        domains: Shares by domain name.
        unavailable: Meters that could not be read, and why.
        num_readings: How often the meters were read.
        sampling_cpu_s: CPU seconds that reading them took.
    """

    seconds: float = 0.0
    domains: dict[str, DomainEnergy] = field(default_factory=dict)
    unavailable: dict[str, str] = field(default_factory=dict)
    num_readings: int = 0
    sampling_cpu_s: float = 0.0

    def plus(
        self, totals: EnergyTotals, preset: Preset, unavailable: dict[str, str]
    ) -> RunEnergy:
        """This energy and that of a sampler since.

        A domain that one of the two does not have was not read for the other's time.

        Args:
            totals: What the sampler counted.
            preset: Decides which domains count.
            unavailable: Meters that could not be read, and why.

        Returns:
            The sum.
        """
        later = {
            total.domain.name: DomainEnergy(
                counted_j=total.counted_j,
                counted_s=total.counted_s,
                gap_s=total.gap_s,
                longest_interval_s=total.longest_interval_s,
                reason=total.reason,
                method=total.domain.method,
                measures=total.domain.measures,
                uncertainty=total.domain.uncertainty,
                hardware=total.domain.hardware,
            )
            for total in totals.domains
            if preset.counts(total.domain.name)
        }
        domains = dict(self.domains)
        for name, share in later.items():
            if name in self.domains:
                domains[name] = self.domains[name].plus(share)
            else:
                domains[name] = _with_gap(share, self.seconds)
        for name in self.domains.keys() - later.keys():
            domains[name] = _with_gap(self.domains[name], totals.elapsed_s)
        return RunEnergy(
            seconds=self.seconds + totals.elapsed_s,
            domains=domains,
            unavailable=unavailable,
            num_readings=self.num_readings + totals.num_readings,
            sampling_cpu_s=self.sampling_cpu_s + totals.sampling_cpu_s,
        )

    @property
    def energy_j(self) -> float:
        """Joules of all domains that could be counted; NaN if none could."""
        known = [d.counted_j for d in self.domains.values() if d.counted_s > 0]
        return math.fsum(known) if known else math.nan

    @property
    def energy_wh(self) -> float:
        """The same in Wh."""
        return self.energy_j / 3600.0

    @property
    def method(self) -> str:
        """Methods of all domains; `"none"` without any."""
        return joined_methods(
            method
            for domain in self.domains.values()
            for method in domain.method.split(" + ")
        )

    @property
    def gaps(self) -> dict[str, str]:
        """For each domain with a gap: its length and its reason."""
        return {
            name: f"{domain.gap_s:.1f} s: {domain.reason}"
            for name, domain in self.domains.items()
            if domain.gap_s > 0
        }

    @property
    def hardware(self) -> str:
        """Product names of the domains, each once."""
        names = dict.fromkeys(d.hardware for d in self.domains.values() if d.hardware)
        return ", ".join(names)


def power_between_w(earlier: RunEnergy, later: RunEnergy) -> float:
    """Mean power between two moments of a run.

    Args:
        earlier: The run's energy at the first moment.
        later: The same run's energy at the second.

    Returns:
        Watts of all domains together; NaN if any of them was not read in between.
    """
    if not later.domains:
        return math.nan
    powers = []
    for name, domain in later.domains.items():
        before = earlier.domains.get(name)
        energy_j = domain.counted_j - (before.counted_j if before else 0.0)
        seconds = domain.counted_s - (before.counted_s if before else 0.0)
        powers.append(energy_j / seconds if seconds > 0 else math.nan)
    return math.fsum(powers)


def _with_gap(share: DomainEnergy, seconds: float) -> DomainEnergy:
    if seconds <= 0:
        return share
    return dataclasses.replace(
        share,
        gap_s=share.gap_s + seconds,
        reason=share.reason or "not read in another part of the run",
    )
