"""One bad GPU among good ones: the others are counted, and it is said why it is not."""

import math
import sys
import types

import pytest

from vqkeras.energy.nvidia import NvidiaMeter


class NVMLError(Exception):
    pass


def library(names, lost=()):
    """A stand-in for pynvml, whose handles are numbers."""
    nvml = types.ModuleType("pynvml")

    def handle(index):
        if index in lost:
            raise NVMLError("GPU is lost")
        return index

    nvml.NVMLError = NVMLError
    nvml.nvmlInit = nvml.nvmlShutdown = lambda: None
    nvml.nvmlDeviceGetCount = lambda: len(names)
    nvml.nvmlDeviceGetHandleByIndex = handle
    nvml.nvmlDeviceGetName = lambda handle: names[handle]
    nvml.nvmlDeviceGetUUID = lambda handle: f"GPU-{handle}"
    nvml.nvmlDeviceGetTotalEnergyConsumption = lambda handle: 1000 * (handle + 1)
    nvml.nvmlDeviceGetPowerUsage = lambda handle: 1000
    return nvml


def test_one_lost_gpu_hides_no_other(monkeypatch, caplog):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setitem(sys.modules, "pynvml", library(["A", "B", "C", "D"], {1}))
    meter = NvidiaMeter()
    assert [domain.name for domain in meter.domains()] == ["gpu:0", "gpu:2", "gpu:3"]
    assert meter.read()["gpu:2"].value == pytest.approx(3.0)
    assert "GPU 1: GPU is lost" in caplog.text


def test_all_lost_says_why(monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", library(["A", "B"], {0, 1}))
    meter = NvidiaMeter()
    assert meter.domains() == ()
    assert "GPU is lost" in meter.why_unavailable()


def test_a_name_that_is_no_text_is_a_name(monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setitem(sys.modules, "pynvml", library([b"Quadro\xff", b"B"]))
    meter = NvidiaMeter()
    assert [domain.hardware for domain in meter.domains()] == ["Quadro�", "B"]


def test_one_that_answers_nonsense_is_unread_alone(monkeypatch):
    nvml = library(["A", "B"])
    monkeypatch.setitem(sys.modules, "pynvml", nvml)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    meter = NvidiaMeter()
    nvml.nvmlDeviceGetTotalEnergyConsumption = lambda handle: (
        1e300 if handle == 0 else 2000
    )
    readings = meter.read()
    assert math.isnan(readings["gpu:0"].value)
    assert readings["gpu:1"].value == pytest.approx(2.0)
