"""The estimate counts this process's CPU seconds and says what it is."""

import time

import pytest

from edge_runtime.energy.cpu_time import (
    ANY_CORE,
    RASPBERRY_PI_CORE,
    CorePower,
    CpuTimeMeter,
    core_power_here,
)


def test_joules_are_cpu_seconds_times_watts():
    meter = CpuTimeMeter(CorePower(10.0, 5.0, 20.0, "a test", 2026))
    before_s, before = time.process_time(), meter.read()["cpu:process"].value
    while time.process_time() < before_s + 0.1:
        sum(range(1000))
    spent_s = time.process_time() - before_s
    energy_j = meter.read()["cpu:process"].value - before
    assert energy_j == pytest.approx(10.0 * spent_s, rel=0.1)


def test_it_says_estimated_with_source_year_and_range():
    (domain,) = CpuTimeMeter(ANY_CORE).domains()
    assert domain.method == "estimated:cpu-time-12W-per-core"
    assert "Green Algorithms" in domain.measures and "2021" in domain.measures
    assert "3.8 to 23.8 W" in domain.uncertainty


def test_a_raspberry_pi_is_known_by_its_device_tree(tmp_path):
    model = tmp_path / "model"
    assert core_power_here(model) is ANY_CORE
    model.write_text("Raspberry Pi 4 Model B Rev 1.4\0")
    assert core_power_here(model) is RASPBERRY_PI_CORE
    model.write_text("Pine64 RockPro64\0")
    assert core_power_here(model) is ANY_CORE
