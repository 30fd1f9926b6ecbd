"""The NVIDIA meter through the real nvidia-ml-py, against a fake driver library."""

import json
import math
import subprocess
import sys

import pytest

from edge_runtime.energy.sampler import Sampler
from vqkeras.energy.nvidia import NvidiaMeter, visible_gpus

NOT_SUPPORTED, GPU_IS_LOST, DRIVER_NOT_LOADED = "!3", "!15", 9

VOLTA = ("GPU-8a11f00d", "Tesla V100", 5_000_000_000_123, 250_000)
PASCAL = ("GPU-93c2beef", "GeForce GTX 1080", NOT_SUPPORTED, 179_500)
AMPERE = ("GPU-93aa0001", "A100-SXM4-40GB", 123_456, 61_000)


def test_millijoules_and_milliwatts_of_several_gpus(fake_driver):
    """5e12 mJ does not fit 32 bits, and the counter is absent on one of them."""
    fake_driver.set(VOLTA, PASCAL, AMPERE)
    meter = NvidiaMeter()
    assert meter.why_unavailable() == ""
    assert [(d.name, d.quantity, d.method, d.hardware) for d in meter.domains()] == [
        ("gpu:0", "energy_j", "measured:nvml-energy-counter", "Tesla V100"),
        ("gpu:1", "power_w", "measured:nvml-power", "GeForce GTX 1080"),
        ("gpu:2", "energy_j", "measured:nvml-energy-counter", "A100-SXM4-40GB"),
    ]
    values = {name: reading.value for name, reading in meter.read().items()}
    assert values == pytest.approx(
        {"gpu:0": 5_000_000_000.123, "gpu:1": 179.5, "gpu:2": 123.456}, rel=1e-12
    )


def test_counter_and_sampled_power_give_the_same_joules(fake_driver):
    fake_driver.set(VOLTA, PASCAL)
    now = [0.0]
    sampler = Sampler([NvidiaMeter()], clock=lambda: now[0])
    for second in range(11):
        now[0] = float(second)
        fake_driver.change(0, energy_mj=VOLTA[2] + 179_500 * second)
        sampler.sample()
    counter, power = sampler.totals().domains
    assert counter.energy_j == pytest.approx(1795.0)
    assert power.energy_j == pytest.approx(1795.0)
    assert counter.power_w == pytest.approx(179.5)


def test_an_error_midway_is_nan_with_nvmls_own_words(fake_driver):
    fake_driver.set(VOLTA, AMPERE)
    meter = NvidiaMeter()
    fake_driver.change(0, energy_mj=GPU_IS_LOST)
    readings = meter.read()
    assert math.isnan(readings["gpu:0"].value)
    assert readings["gpu:0"].reason == "GPU is lost"
    assert readings["gpu:1"].value == pytest.approx(123.456)


def test_a_gpu_that_tells_nothing_stays_listed_as_unknown(fake_driver):
    fake_driver.set(("GPU-1", "GeForce GT 710", NOT_SUPPORTED, NOT_SUPPORTED))
    reading = NvidiaMeter().read()["gpu:0"]
    assert math.isnan(reading.value)
    assert reading.reason == "Not Supported"


@pytest.mark.parametrize(
    "setting, names",
    [
        (None, ["gpu:0", "gpu:1", "gpu:2"]),
        ("1", ["gpu:1"]),
        (" 2 , 0", ["gpu:2", "gpu:0"]),
        ("GPU-93c2beef", ["gpu:1"]),
        ("GPU-8,GPU-93a", ["gpu:0", "gpu:2"]),
        ("0,-1,1", ["gpu:0"]),
        ("0,7,1", ["gpu:0"]),
        ("2,GPU-93", ["gpu:2"]),  # GPU-93 could be either of two
    ],
)
def test_cuda_visible_devices_is_followed_as_cuda_does(
    fake_driver, monkeypatch, setting, names
):
    fake_driver.set(VOLTA, PASCAL, AMPERE)
    if setting is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", setting)
    meter = NvidiaMeter()
    assert [domain.name for domain in meter.domains()] == names
    assert list(meter.read()) == names


@pytest.mark.parametrize("setting", ["", "-1", "MIG-8a11f00d/1/0"])
def test_hidden_gpus_are_not_counted(fake_driver, monkeypatch, setting):
    fake_driver.set(VOLTA)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", setting)
    meter = NvidiaMeter()
    assert meter.domains() == ()
    assert f"CUDA_VISIBLE_DEVICES={setting!r}" in meter.why_unavailable()
    assert fake_driver.users == 0, "the driver is let go"


def test_no_duplicates():
    assert visible_gpus("0,0", ["GPU-1"]) == [0]


def test_numbers_that_cuda_may_order_differently_are_doubted(fake_driver, monkeypatch):
    fake_driver.set(VOLTA, PASCAL)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    (domain,) = NvidiaMeter().domains()
    assert "CUDA_DEVICE_ORDER=PCI_BUS_ID" in domain.uncertainty
    monkeypatch.setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
    (domain,) = NvidiaMeter().domains()
    assert "CUDA_DEVICE_ORDER" not in domain.uncertainty


def test_closing_lets_go_of_the_driver(fake_driver):
    fake_driver.set(VOLTA)
    meter = NvidiaMeter()
    assert fake_driver.users == 1
    meter.close()
    meter.close()
    assert fake_driver.users == 0


def test_a_driver_that_is_not_loaded_is_named(fake_driver):
    fake_driver.set(init=DRIVER_NOT_LOADED)
    assert "Driver Not Loaded" in NvidiaMeter().why_unavailable()


def test_a_driver_without_gpus_says_so(fake_driver):
    assert "lists no GPU" in NvidiaMeter().why_unavailable()


def test_without_the_binding_the_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert "pip install nvidia-ml-py" in NvidiaMeter().why_unavailable()


def test_doctor_finds_the_library_where_the_loader_looks(
    nvml_folder, fake_driver, monkeypatch
):
    """In a process of its own, the binding loads `libnvidia-ml.so.1` by itself."""
    fake_driver.set(VOLTA, PASCAL)
    monkeypatch.setenv("LD_LIBRARY_PATH", str(nvml_folder))
    done = subprocess.run(
        [sys.executable, "-m", "vqkeras.energy", "doctor", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    document = json.loads(done.stdout)
    nvidia = next(m for m in document["meters"] if m["name"] == "nvidia")
    assert nvidia["available"]
    names = [(d["name"], d["hardware"]) for d in document["training"]]
    assert names[:2] == [("gpu:0", "Tesla V100"), ("gpu:1", "GeForce GTX 1080")]
