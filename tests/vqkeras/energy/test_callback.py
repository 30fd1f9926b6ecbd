"""The callback in real trainings: logs, files, resumption, trouble, Ctrl-C."""

import csv
import math
from functools import partial
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import yaml

from edge_runtime.energy.constant import ConstantMeter
from edge_runtime.energy.cpu_time import CpuTimeMeter
from edge_runtime.energy.sampler import Sampler
from edge_runtime.errors import UsageError
from tests.vqkeras.energy.counted_training import (
    KEYS,
    WATTS,
    GpuMeter,
    counting,
    epoch_lines,
    fit,
)
from vqkeras.callbacks.time_limit import TimeLimit
from vqkeras.energy.callback import EnergyCallback
from vqkeras.energy.record import read_run_energy, read_summary


def test_logs_have_the_keys_from_the_first_epoch_on(model, tmp_path):
    history = fit(
        model,
        counting(tmp_path),
        keras.callbacks.CSVLogger(tmp_path / "log.csv"),
        epochs=3,
    ).history
    with (tmp_path / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3
    for epoch, row in enumerate(rows):
        for key in KEYS:
            assert float(row[key]) == pytest.approx(history[key][epoch])
            assert float(row[key]) > 0
    assert history["power_w"] == pytest.approx([WATTS] * 3)
    assert history["energy_wh"] == sorted(history["energy_wh"])
    emissions = np.asarray(history["emissions_g"])
    assert emissions == pytest.approx(np.asarray(history["energy_wh"]) * 0.5)


# Keras reads the learning rate for TensorBoard in a way that NumPy 2 warns of.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_tensorboard_gets_epochs_beside_the_losses_and_seconds_by_themselves(
    model, tmp_path
):
    from tensorboard.backend.event_processing.event_accumulator import (
        EventAccumulator,
    )

    fit(
        model,
        EnergyCallback(tmp_path, interval_s=0.02, meters=lambda: [CpuTimeMeter()]),
        keras.callbacks.TensorBoard(tmp_path / "tensorboard"),
    )

    def tags(name):
        events = EventAccumulator(str(tmp_path / "tensorboard" / name))
        events.Reload()
        return set(events.Tags()["tensors"])

    assert {"epoch_loss", *(f"epoch_{key}" for key in KEYS)} <= tags("train")
    assert tags("energy") == {"energy/power_w", "energy/emissions_g"}
    assert read_summary(tmp_path)["method"].startswith("estimated:cpu-time")


def test_one_line_per_epoch_with_a_prediction_for_the_rest(model, tmp_path):
    fit(model, counting(tmp_path), epochs=4)
    lines = epoch_lines(tmp_path)
    assert [line["epoch"] for line in lines] == [1, 2, 3, 4]
    assert [line["epochs_left"] for line in lines] == [3, 2, 1, 0]
    energies = [line["epoch_energy_wh"] for line in lines]
    assert math.fsum(energies) == pytest.approx(lines[-1]["energy_wh"])
    assert lines[0]["predicted_energy_wh"] == pytest.approx(4 * energies[0])
    # Epoch 0 builds the graph, so later epochs speak for those to come.
    third = math.fsum(energies[:3]) + (energies[1] + energies[2]) / 2
    assert lines[2]["predicted_energy_wh"] == pytest.approx(third)
    assert lines[3]["predicted_energy_wh"] == pytest.approx(lines[3]["energy_wh"])
    assert lines[2]["predicted_emissions_g"] == pytest.approx(third * 0.5)
    assert all(line["method"] == "estimated:constant-3600W" for line in lines)


@pytest.mark.parametrize(
    ("spent_s", "epochs"), [(0.0, 5), (100.0, 2), (149.0, 1), (500.0, 1)]
)
def test_with_a_time_limit_the_prediction_goes_by_the_time_that_is_left(
    model, tmp_path, monkeypatch, spent_s, epochs
):
    """Epochs of 36 s at 100 W, 1 Wh each, of which 1000 are planned."""
    clock = SimpleNamespace(now=7.0)

    def pass_36_s(epoch, logs):
        clock.now += 36.0

    def now():
        return clock.now

    monkeypatch.setattr("vqkeras.energy.callback.Sampler", partial(Sampler, clock=now))
    limit = TimeLimit(2.5, seconds_spent=spent_s, clock=now)
    energy = counting(tmp_path, 100.0, interval_s=600.0, time_limit=limit)
    tick = keras.callbacks.LambdaCallback(on_epoch_end=pass_36_s)
    fit(model, tick, energy, limit, epochs=1000)
    lines = epoch_lines(tmp_path)
    assert len(lines) == epochs
    assert [line["epochs_left"] for line in lines] == list(reversed(range(epochs)))
    for line in lines:
        assert line["predicted_energy_wh"] == pytest.approx(float(epochs))
        assert line["predicted_emissions_g"] == pytest.approx(0.5 * epochs)
    assert read_run_energy(tmp_path).energy_wh == pytest.approx(float(epochs))


def test_one_object_serves_two_fits(model, tmp_path):
    energy = counting(tmp_path)
    fit(model, energy)
    after_first = read_run_energy(tmp_path)
    second = fit(model, energy).history
    after_second = read_run_energy(tmp_path)
    assert second["energy_wh"][0] > after_first.energy_wh > 0
    assert after_second.seconds > after_first.seconds
    assert after_second.energy_j == pytest.approx(WATTS * after_second.seconds)
    assert len(epoch_lines(tmp_path)) == 4


def test_a_resumed_run_goes_on_counting(model, tmp_path):
    fit(model, counting(tmp_path), epochs=1)
    before = read_run_energy(tmp_path)
    fit(model, counting(tmp_path), epochs=3, initial_epoch=1)
    after = read_run_energy(tmp_path)
    assert after.energy_j > before.energy_j
    assert after.energy_j == pytest.approx(WATTS * after.seconds)
    lines = epoch_lines(tmp_path)
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    assert [line["epochs_left"] for line in lines[1:]] == [1, 0]
    energies = [line["energy_wh"] for line in lines]
    assert energies == sorted(energies)


def test_summary_and_model_card_are_left_in_the_run_folder(model, tmp_path):
    fit(model, counting(tmp_path))
    summary = read_summary(tmp_path)
    assert summary["emissions_g"] == pytest.approx(summary["energy_wh"] * 0.5)
    assert summary["gaps"] == {}
    _, front, _ = (tmp_path / "model_card.md").read_text().split("---\n", 2)
    entry = yaml.safe_load(front)["co2_eq_emissions"]
    assert entry["emissions"] == pytest.approx(summary["emissions_g"])
    assert "estimated:constant-3600W" in entry["source"]
    assert "500 g/kWh (given by the user), PUE 1" in entry["source"]
    assert "threads" in entry["hardware_used"]


def test_paper_preset_is_equation_6_on_the_gpu_alone(model, tmp_path):
    energy = EnergyCallback(
        tmp_path,
        interval_s=0.02,
        preset="paper",
        meters=lambda: [GpuMeter(WATTS), ConstantMeter(50.0)],
    )
    history = fit(model, energy).history
    assert history["power_w"] == pytest.approx([WATTS] * 2)
    kwh = history["energy_wh"][-1] / 1000
    assert history["emissions_g"][-1] == pytest.approx(1000 * 0.477 * 1.58 * kwh)


def test_sampling_share_is_stated(model, tmp_path):
    fit(model, counting(tmp_path, interval_s=1.0))
    assert 0 <= read_summary(tmp_path)["sampling_share"] < 1


def test_wrong_settings_are_refused_before_the_training(tmp_path):
    with pytest.raises(UsageError, match="Known:"):
        EnergyCallback(tmp_path, country="Atlantis")
    with pytest.raises(ValueError, match="interval_s must be positive"):
        EnergyCallback(tmp_path, interval_s=0.0)
