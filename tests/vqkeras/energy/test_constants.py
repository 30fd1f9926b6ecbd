"""Joules to grams: the paper's equation to the digit, and the desk's own figures."""

import math

import pytest

from edge_runtime.errors import UsageError
from vqkeras.energy.constants import (
    GRID_G_PER_KWH,
    PAPER,
    STRUBELL_KG_PER_KWH,
    WORLD_G_PER_KWH,
    preset_for,
)


@pytest.mark.parametrize("kwh", [1.0, 0.001, 123.456])
def test_paper_preset_is_equation_6_exactly(kwh):
    """CO2e = 0.477 x 1.58 x energy, in kg: the PUE is not forgotten."""
    kg = 0.477 * 1.58 * kwh
    preset = preset_for("paper")
    assert preset.emissions_g(kwh * 3.6e6) == pytest.approx(1000 * kg, rel=1e-14)


def test_paper_preset_multiplies_by_pue():
    """The paper's program defined the PUE and never used it."""
    assert PAPER.emissions_g(3.6e6) / 477.0 == pytest.approx(1.58)


def test_paper_preset_counts_gpus_only():
    assert PAPER.counts("gpu:1")
    assert not PAPER.counts("cpu:package-0")
    assert preset_for().counts("cpu:package-0")


def test_strubell_prints_pounds():
    assert pytest.approx(0.433, abs=5e-4) == STRUBELL_KG_PER_KWH
    assert "0.954 pounds" in PAPER.grid_source and "0.433 kg" in PAPER.grid_source


def test_a_desk_machine_has_no_overhead():
    preset = preset_for(grid_g_per_kwh=100.0)
    assert preset.pue == 1.0
    assert preset.emissions_g(3.6e6) == pytest.approx(100.0)
    assert preset.grid_source == "given by the user"


def test_countries_have_plausible_figures_with_source_and_year():
    assert preset_for(country="SWE").emissions_g(3.6e6) == pytest.approx(41.0)
    assert "Ember" in preset_for(country="SWE").grid_source
    assert "2023" in preset_for(country="SWE").grid_source
    for code, (name, g_per_kwh) in GRID_G_PER_KWH.items():
        assert len(code) == 3 and code.isupper() and name
        assert 20 <= g_per_kwh <= 1000


def test_without_a_country_the_world_mean_is_named_as_such():
    preset = preset_for()
    assert preset.emissions_g(3.6e6) == pytest.approx(WORLD_G_PER_KWH)
    assert "no country given" in preset.place


def test_unknown_energy_stays_unknown():
    assert math.isnan(preset_for().emissions_g(math.nan))


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"name": "best"}, "Unknown preset 'best'. Expected one of default, paper"),
        ({"name": "paper", "country": "FRA"}, "fixes the grid intensity"),
        ({"name": "paper", "grid_g_per_kwh": 1.0}, "fixes the grid intensity"),
        ({"country": "FRA", "grid_g_per_kwh": 1.0}, "not both"),
        ({"country": "France"}, "Known: ARG, .*give the g/kWh"),
        ({"grid_g_per_kwh": -1.0}, "0 g/kWh or more. Received: -1.0"),
        ({"grid_g_per_kwh": math.nan}, "0 g/kWh or more"),
    ],
)
def test_contradictions_are_refused(arguments, message):
    with pytest.raises(UsageError, match=message):
        preset_for(**arguments)
