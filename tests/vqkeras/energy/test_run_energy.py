"""A run's energy across fits: sums, gaps of both sides, and NaN where nothing is."""

import math

import pytest

from edge_runtime.energy.meter import Domain
from edge_runtime.energy.totals import DomainTotal, EnergyTotals
from vqkeras.energy.constants import preset_for
from vqkeras.energy.run_energy import RunEnergy, power_between_w

DEFAULT, PAPER = preset_for(), preset_for("paper")


def totals(seconds, **joules):
    """Totals of a sampler; a domain with `None` was never read."""
    domains = []
    for name, energy in joules.items():
        kind = "measured" if name.startswith("gpu") else "estimated"
        domain = Domain(name, "energy_j", f"{kind}:fake-{name}", "all", "none", name)
        counted = seconds if energy is not None else 0.0
        reason = "" if energy is not None else "no permission"
        domains.append(
            DomainTotal(
                domain, energy or 0.0, counted, seconds - counted, 1.0, 0.0, reason
            )
        )
    return EnergyTotals(seconds, tuple(domains), 3, 0.01)


def test_energies_of_two_fits_add_up():
    first = RunEnergy().plus(totals(10.0, gpu=100.0, cpu=20.0), DEFAULT, {})
    both = first.plus(totals(5.0, gpu=50.0, cpu=10.0), DEFAULT, {"rapl": "not here"})
    assert both.energy_j == pytest.approx(180.0)
    assert both.energy_wh == pytest.approx(180.0 / 3600)
    assert both.seconds == pytest.approx(15.0)
    assert both.gaps == {}
    assert both.method == "measured:fake-gpu + estimated:fake-cpu"
    assert both.hardware == "gpu, cpu"
    assert both.unavailable == {"rapl": "not here"}
    assert (both.num_readings, both.sampling_cpu_s) == (6, 0.02)


def test_a_domain_read_in_one_fit_only_has_a_gap_for_the_other():
    first = RunEnergy().plus(totals(10.0, gpu=100.0), DEFAULT, {})
    both = first.plus(totals(5.0, cpu=10.0), DEFAULT, {})
    assert both.energy_j == pytest.approx(110.0)
    assert both.gaps == {
        "gpu": "5.0 s: not read in another part of the run",
        "cpu": "10.0 s: not read in another part of the run",
    }


def test_nothing_read_is_nan_and_not_zero():
    energy = RunEnergy().plus(totals(10.0, gpu=None), DEFAULT, {})
    assert math.isnan(energy.energy_j)
    assert energy.gaps == {"gpu": "10.0 s: no permission"}
    assert math.isnan(RunEnergy().energy_j)
    assert RunEnergy().method == "none"


def test_the_papers_preset_leaves_the_processor_out():
    energy = RunEnergy().plus(totals(10.0, gpu=100.0, cpu=20.0), PAPER, {})
    assert energy.energy_j == pytest.approx(100.0)


def test_power_is_energy_over_time_and_nan_if_a_part_is_unknown():
    first = RunEnergy().plus(totals(10.0, gpu=100.0, cpu=20.0), DEFAULT, {})
    second = first.plus(totals(5.0, gpu=75.0, cpu=5.0), DEFAULT, {})
    assert power_between_w(RunEnergy(), first) == pytest.approx(12.0)
    assert power_between_w(first, second) == pytest.approx(16.0)
    lost = first.plus(totals(5.0, gpu=None, cpu=5.0), DEFAULT, {})
    assert math.isnan(power_between_w(first, lost))
    assert math.isnan(power_between_w(RunEnergy(), RunEnergy()))
