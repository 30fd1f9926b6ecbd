"""The forecast alone: by epochs, by time, and without knowledge."""

import math

import pytest

from vqkeras.energy.forecast import EpochCost, Forecast


def forecast_of(*epochs):
    forecast = Forecast()
    for energy_j, seconds in epochs:
        forecast.add(EpochCost(energy_j, seconds))
    return forecast


def test_without_a_time_limit_every_planned_epoch_comes():
    forecast = forecast_of((10.0, 2.0))
    assert forecast.epochs_left(7) == 7
    assert forecast.energy_left_j(7) == 70.0


@pytest.mark.parametrize(
    ("seconds_left", "epochs"),
    [(-1.0, 0), (0.0, 0), (0.1, 1), (20.0, 1), (20.1, 2), (100.0, 5), (1e9, 30)],
)
def test_the_epoch_in_which_the_time_runs_out_is_trained_to_its_end(
    seconds_left, epochs
):
    forecast = forecast_of((10.0, 20.0))
    assert forecast.epochs_left(30, seconds_left) == epochs


def test_the_first_epoch_counts_only_while_it_is_alone():
    forecast = forecast_of((90.0, 60.0), (10.0, 19.0), (30.0, 21.0))
    assert forecast.epochs_left(30, 100.0) == 5
    assert forecast.energy_left_j(5) == 100.0


def test_unknown_energy_is_not_taken_for_none():
    forecast = forecast_of((10.0, 2.0), (math.nan, 2.0))
    assert math.isnan(forecast.energy_left_j(3))
    assert forecast.epochs_left(9, 5.0) == 3


def test_epochs_of_no_time_say_nothing_about_the_time_left():
    assert forecast_of((10.0, 0.0)).epochs_left(9, 5.0) == 9
