"""The callback in trainings that fail: meters, folders, exceptions, Ctrl-C, a kill."""

import math
import subprocess
import sys
import threading

import keras
import pytest

from edge_runtime.energy.constant import ConstantMeter
from edge_runtime.energy.meter import Reading
from tests.vqkeras.energy.counted_training import (
    KEYS,
    WATTS,
    GpuMeter,
    counting,
    epoch_lines,
    fit,
    raising,
    samplers,
)
from vqkeras.energy.callback import EnergyCallback
from vqkeras.energy.record import read_run_energy, read_summary


def test_paper_preset_without_a_gpu_is_nan_with_the_reason(model, tmp_path):
    class NoGpu(GpuMeter):
        name = "nvidia"

        def why_unavailable(self):
            return "no driver"

        def domains(self):
            return ()

    energy = EnergyCallback(
        tmp_path,
        interval_s=0.02,
        preset="paper",
        meters=lambda: [NoGpu(0.0), ConstantMeter(50.0)],
    )
    history = fit(model, energy).history
    assert all(math.isnan(history[key][-1]) for key in KEYS)
    assert read_summary(tmp_path)["emissions_g"] is None
    assert read_summary(tmp_path)["missing"] == {"nvidia": "no driver"}
    assert "no driver" in (tmp_path / "model_card.md").read_text()


def test_a_meter_that_fails_midway_does_not_stop_the_training(model, tmp_path):
    class FailingMeter(GpuMeter):
        def read(self):
            if self.fails:
                raise RuntimeError("GPU is lost")
            return super().read()

    gpu = FailingMeter(WATTS)
    gpu.fails = False

    def fail(epoch, logs):
        gpu.fails = True

    energy = EnergyCallback(
        tmp_path, interval_s=0.01, meters=lambda: [gpu, ConstantMeter(50.0)]
    )
    failure = keras.callbacks.LambdaCallback(on_epoch_end=fail)
    history = fit(model, energy, failure, epochs=3).history
    assert len(history["loss"]) == 3
    assert history["power_w"][0] == pytest.approx(WATTS + 50.0)
    assert math.isnan(history["power_w"][2]), "not 50 W: the GPU's part is unknown"
    assert history["energy_wh"][2] > history["energy_wh"][0]
    assert "GPU is lost" in epoch_lines(tmp_path)[2]["gaps"]["gpu:0"]


def test_meters_that_cannot_be_made_do_not_stop_the_training(model, tmp_path, caplog):
    def broken():
        raise OSError("the driver broke")

    history = fit(model, EnergyCallback(tmp_path, meters=broken)).history
    assert len(history["loss"]) == 2
    assert all(math.isnan(history[key][0]) for key in KEYS)
    assert "training goes on: OSError: the driver broke" in caplog.text
    assert not samplers()


def test_a_folder_that_cannot_be_written_does_not_stop_the_training(model, tmp_path):
    (tmp_path / "file").write_text("")
    history = fit(model, counting(tmp_path / "file" / "run")).history
    assert len(history["loss"]) == 2
    assert math.isnan(history["energy_wh"][0])


def test_a_damaged_summary_is_neither_counted_over_nor_a_reason_to_stop(
    model, tmp_path, caplog
):
    (tmp_path / "energy.json").write_text("{")
    history = fit(model, counting(tmp_path)).history
    assert len(history["loss"]) == 2
    assert (tmp_path / "energy.json").read_text() == "{"
    assert "Move it away" in caplog.text


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_inside_with_the_counting_ends_at_the_exception(model, tmp_path, error):
    with pytest.raises(error), counting(tmp_path) as energy:
        fit(model, energy, raising(error))
    assert not samplers()
    # The second epoch was not finished, but what it used is counted.
    (line,) = epoch_lines(tmp_path)
    assert read_run_energy(tmp_path).energy_wh > line["energy_wh"]


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_without_with_the_counting_ends_soon_after_the_exception(
    model, tmp_path, error
):
    energy = counting(tmp_path)
    with pytest.raises(error):
        fit(model, energy, raising(error))
    for thread in samplers():
        thread.join(timeout=5)
    assert not samplers()
    after_error = read_run_energy(tmp_path).energy_j
    fit(model, energy, epochs=1)
    assert read_run_energy(tmp_path).energy_j > after_error > 0


def test_ctrl_c_that_ends_the_program_leaves_a_summary(tmp_path):
    """In a process of its own, with a stand-in for Keras that loads at once."""
    program = f"""
import sys
from types import SimpleNamespace
sys.modules["tensorflow"] = None
sys.modules["keras"] = SimpleNamespace(callbacks=SimpleNamespace(Callback=object))
from edge_runtime.energy.constant import ConstantMeter
from vqkeras.energy.callback import EnergyCallback

def fit(energy):
    energy.on_train_begin()
    raise KeyboardInterrupt

fit(EnergyCallback({str(tmp_path)!r}, meters=lambda: [ConstantMeter(5.0)]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True
    )
    assert done.stderr.rstrip().endswith("KeyboardInterrupt")
    assert read_run_energy(tmp_path).energy_j > 0
    assert (tmp_path / "model_card.md").exists()


def test_a_killed_run_loses_little(model, tmp_path, monkeypatch):
    """The summary is written between epochs too."""
    monkeypatch.setattr("vqkeras.energy.callback.SUMMARY_EVERY_S", 0.0)
    seen = []

    class Look(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            pause = threading.Event()
            for _ in range(500):
                pause.wait(0.02)
                if (tmp_path / "energy.json").exists():
                    seen.append(read_run_energy(tmp_path).energy_j)
                    break

    fit(model, counting(tmp_path), Look(), epochs=1)
    assert seen[0] > 0


def test_a_reading_that_is_missing_is_never_zero(model, tmp_path):
    class Silent(GpuMeter):
        def read(self):
            return {"gpu:0": Reading(math.nan, "no permission")}

    energy = EnergyCallback(tmp_path, interval_s=0.02, meters=lambda: [Silent(0.0)])
    history = fit(model, energy).history
    assert all(math.isnan(value) for key in KEYS for value in history[key])
    assert "no permission" in epoch_lines(tmp_path)[0]["gaps"]["gpu:0"]
