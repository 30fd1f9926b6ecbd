"""Figure 11: what is trained, how rounds are joined, what is said about them."""

import pytest
import tensorflow as tf

from vqkeras.model.build import build_model
from vqkeras.model.conv_architecture import ConvArchitecture
from vqkeras.reproduce.energy_variants import (
    NETWORKS,
    is_reference,
    multiply_adds,
)
from vqkeras.reproduce.figures.energy import energy_figure
from vqkeras.reproduce.page import text
from vqkeras.reproduce.plan import EnergyPlan
from vqkeras.reproduce.training_energy import rounds_of, weighed

PLAN = EnergyPlan(steps=10, rounds=3)
# Joules of a step, which are Wh of 10 steps times 360.
GRID_J = {"4x4": 8.0, "4x8": 4.0, "8x8": 2.0, "16x16": 1.0}


def rounds(method="estimated:cpu-time-12W-per-core", spread=0.0, **other_j):
    """Three rounds of every network; the last two differ by `spread` from the first."""
    found = {}
    for variant in NETWORKS:
        name = variant.key.removeprefix("grid-")
        joules = GRID_J.get(name, other_j.get(name.replace("-", "_"), 2.0))
        found[variant.key] = [
            {
                "energy_wh": joules * share / 360,
                "emissions_g": joules * share / 720,
                "seconds": 10.0 * share,
                "cpu_seconds": 5.0 * share,
                "mean_power_w": joules,
                "method": method,
                "measures": {"cpu:process": "CPU seconds times 12 W"},
                "grid_g_per_kwh": 500.0,
                "grid_source": "a table",
                "place": "here",
                "pue": 1.0,
                "num_parameters": 66_000,
                "multiply_adds": round(1e7 * joules),
                "series": {
                    "seconds": [1.0, 2.0, 3.0, 4.0],
                    "power_w": [joules, None, joules, joules],
                    "emissions_g": [share, 2 * share, 3 * share, 4 * share],
                },
            }
            for share in (1.0, 1.0 - spread, 1.0 + spread)
        ]
    return found


def section(**arguments):
    return section_of(rounds(**arguments))


def section_of(rounds):
    """Without the breaks of lines."""
    return " ".join(text.section("energy", energy=weighed(rounds, PLAN)).split())


def test_every_network_is_trained_once_per_round():
    done = [(variant.key, seed) for variant, seed in rounds_of(PLAN)]
    assert len(set(done)) == len(done) == 3 * len(NETWORKS)
    assert [seed for _, seed in done] == sorted(seed for _, seed in done)


def test_the_reference_is_one_of_the_grids_and_the_others_keep_its_grid():
    (reference,) = filter(is_reference, NETWORKS)
    assert reference.axis == "grid"
    assert {v.cell for v in NETWORKS if v.axis == "other"} == {reference.cell}
    assert len({v.cell for v in NETWORKS if v.axis == "grid"}) == 4


def test_what_says_equal_parameters_has_them_but_for_a_hundredth():
    for network in NETWORKS:
        if network.axis == "grid" or "equal parameters" in network.name:
            model = build_model(network.model, (None, 512, 1), 1.0)
            count = model.encoder.count_params() + model.decoder.count_params()
            assert 65_400 < count < 66_200, network.key


def test_multiply_adds_are_those_counted_by_hand():
    config = ConvArchitecture(
        channels=(5,), strides=((2, 4),), codebook_dim=3, codebook_size=7
    )
    cells = 8 * 8
    encoder = cells * (3 * 4 * 5 + 5 * 3)
    codebook = cells * (3 + 1) * 7  # the squared length of a codeword joins its values
    decoder = cells * (3 * 5 + 9 * 5 * 2 * 4)
    model = build_model(config, (None, 32, 1), 1.0)
    assert multiply_adds(model, (16, 32, 1)) == encoder + codebook + decoder


def test_depthwise_convolutions_count_once_per_channel():
    inputs = tf.keras.Input((8, 8, 6))
    outputs = tf.keras.layers.DepthwiseConv2D(3, padding="same")(inputs)
    model = tf.keras.Model(inputs, outputs)
    assert multiply_adds(model, (8, 8, 6)) == 8 * 8 * 9 * 6


def test_rows_are_medians_with_the_curves_of_a_real_round():
    results = weighed(rounds(spread=0.25), PLAN)
    row = results["rows"][0]
    assert row["energy_wh"] * 360 == pytest.approx(8.0)
    assert row["least_energy_wh"] * 360 == pytest.approx(6.0)
    assert row["most_energy_wh"] * 360 == pytest.approx(10.0)
    assert row["seconds_per_step"] == pytest.approx(1.0)
    assert row["cpu_seconds_per_step"] == pytest.approx(0.5)
    assert row["series"]["emissions_g"][0] == 1.0
    assert results["method"] == "estimated:cpu-time-12W-per-core"


def test_the_figure_has_a_line_per_grid_and_a_bar_per_network():
    figure = energy_figure(weighed(rounds(spread=0.25), PLAN))
    power, emissions, bars = figure.axes
    assert [line.get_label() for line in power.lines] == [
        f"cells of {cell}" for cell in GRID_J
    ]
    assert list(emissions.lines[0].get_ydata()) == [1e3, 2e3, 3e3, 4e3]
    widths = [bar.get_width() for bar in bars.patches]
    assert widths[:4] == pytest.approx(list(GRID_J.values()))
    assert len(widths) == len(NETWORKS)
    assert figure.get_suptitle().startswith("Energy and emissions, estimated:")


def test_the_claim_falls_if_anything_else_changes_the_energy():
    told = section(double=5.0)
    assert "cells of 4x4 take 8.0 times the energy of cells of 16x16" in told
    assert "**not true here**" in told
    assert "the energy is 2.50 times (twice the channels)." in told
    assert "No change beyond the spread: 1.00 times (64 codewords)" in told


def test_the_claim_stands_if_nothing_else_does():
    assert "does is **true here**" in section()


def test_a_change_within_the_spread_of_the_rounds_is_none():
    assert "**not true here**" in section(double=2.5, spread=0.1)
    assert "does is **true here**" in section(double=2.5, spread=0.2)
    assert "does is **true here**" in section(double=2.15)
    assert "does not show here" in section(spread=0.9)


def test_estimated_and_measured_are_never_mixed_up():
    estimated = section()
    assert "The energy is estimated, not measured, by" in estimated
    assert "nothing a GPU would have to repeat" in estimated
    measured = section(method="measured:nvml")
    assert "The energy is measured, by" in measured
    assert "estimated" not in measured and "busy cores" not in measured


def test_power_over_time_is_told_without_its_gaps():
    assert "varies by 0 %" in section()
    short = rounds()
    for found in short.values():
        for each in found:
            each["series"] = {name: [] for name in each["series"]}
    assert "too short to tell" in section_of(short)
