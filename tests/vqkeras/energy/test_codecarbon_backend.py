"""CodeCarbon's counters as a meter: the real package, and ways it can fail."""

import importlib.util
import math
import sys

import pytest

from vqkeras.energy.codecarbon_backend import CodeCarbonMeter

FAKE = """
from types import SimpleNamespace

class OfflineEmissionsTracker:
    def __init__(self, *, country_iso_code, measure_power_secs, output_methods,
                 output_handlers, allow_multiple_runs, log_level):
        self.handler, self.energy, self.running = output_handlers[0], 0.0, False
    def start(self):
        self.running = True
    def get_detected_hardware(self):
        return dict(cpu_model="Chip", cpu_count=4, ram_total_size=8.0, gpu_count=1,
                    gpu_model="1 x V100")
    def flush(self):
        self.energy += 0.001
        if self.energy < 0.0035:
            self.handler.out(SimpleNamespace(cpu_energy=self.energy, ram_energy=0.5,
                                             gpu_energy=2.0), None)
    def stop(self):
        self.running = False
"""


@pytest.fixture
def fake_package(tmp_path, monkeypatch):
    """A package `codecarbon` with the real one's interface, told what to count."""
    folder = tmp_path / "codecarbon"
    folder.mkdir()
    (folder / "__init__.py").write_text(FAKE)
    (folder / "output.py").write_text("class BaseOutput: pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [n for n in sys.modules if n.partition(".")[0] == "codecarbon"]:
        monkeypatch.delitem(sys.modules, name)
    yield folder
    sys.modules.pop("codecarbon", None)
    sys.modules.pop("codecarbon.output", None)


def test_kilowatt_hours_become_joules_by_part(fake_package):
    meter = CodeCarbonMeter()
    assert meter.why_unavailable() == ""
    assert [(d.name, d.method, d.hardware) for d in meter.domains()] == [
        ("cpu:codecarbon", "estimated:codecarbon", "Chip, 4 threads"),
        ("ram:codecarbon", "estimated:codecarbon", "8 GB"),
        ("gpu:codecarbon", "measured:codecarbon", "1 x V100"),
    ]
    values = {name: reading.value for name, reading in meter.read().items()}
    assert values == pytest.approx(
        {"cpu:codecarbon": 3600.0, "ram:codecarbon": 1.8e6, "gpu:codecarbon": 7.2e6}
    )
    assert meter.read()["cpu:codecarbon"].value == pytest.approx(7200.0)
    meter.close()
    assert not meter._tracker.running


def test_a_tracker_that_falls_silent_is_nan_and_not_its_last_value(fake_package):
    meter = CodeCarbonMeter()
    meter.domains()
    values = [meter.read()["cpu:codecarbon"].value for _ in range(4)]
    assert values[2] == pytest.approx(10800.0)
    assert math.isnan(values[3])


def test_another_interface_is_a_reason_and_no_crash(fake_package):
    (fake_package / "__init__.py").write_text(
        FAKE.replace("measure_power_secs", "measure_every")
    )
    meter = CodeCarbonMeter()
    assert meter.domains() == ()
    assert "TypeError" in meter.why_unavailable()


def test_without_the_package_the_command_to_install_it_is_named(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    meter = CodeCarbonMeter()
    assert "pip install codecarbon" in meter.why_unavailable()
    assert meter.domains() == ()


def test_the_real_package_counts():
    pytest.importorskip("codecarbon", reason="codecarbon is not installed")
    meter = CodeCarbonMeter(interval_s=0.2)
    names = [domain.name for domain in meter.domains()]
    assert names[:2] == ["cpu:codecarbon", "ram:codecarbon"]
    first = meter.read()
    for _ in range(2_000_000):
        pass
    second = meter.read()
    meter.close()
    for name in names[:2]:
        assert second[name].value > first[name].value >= 0
