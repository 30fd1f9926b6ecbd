"""RAPL against fake sysfs trees: what is counted once, what wraps, what is refused."""

import math

import pytest

from edge_runtime.energy.rapl import RaplMeter

RANGE_UJ = 262143328850


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def zone(root, path, name, energy_uj, range_uj=RANGE_UJ):
    folder = root / path
    folder.mkdir(parents=True)
    (folder / "name").write_text(f"{name}\n")
    (folder / "energy_uj").write_text(f"{energy_uj}\n")
    (folder / "max_energy_range_uj").write_text(f"{range_uj}\n")
    return folder / "energy_uj"


def test_two_packages_with_memory_count_once_each(tmp_path):
    """As on a two-socket server: the class folder lists every zone flat."""
    package_0 = zone(tmp_path, "intel-rapl:0", "package-0", 1_000_000)
    core_0 = zone(tmp_path, "intel-rapl:0:0", "core", 500_000)
    memory_0 = zone(tmp_path, "intel-rapl:0:1", "dram", 90_000_000)
    package_1 = zone(tmp_path, "intel-rapl:1", "package-1", 77_000_000)
    around = zone(tmp_path, "intel-rapl:2", "psys", 5_000_000)
    again = zone(tmp_path, "intel-rapl-mmio:0", "package-0", 1_000_000)
    clock = Clock()
    meter = RaplMeter(tmp_path, clock=clock)
    assert meter.why_unavailable() == ""
    assert [domain.name for domain in meter.domains()] == [
        "cpu:package-0",
        "memory:package-0",
        "cpu:package-1",
    ]
    assert {domain.method for domain in meter.domains()} == {"measured:rapl"}
    clock.now = 2.0
    package_0.write_text("31000000")
    core_0.write_text("25000000")
    memory_0.write_text("94000000")
    package_1.write_text("87000000")
    around.write_text("99000000")
    again.write_text("31000000")
    readings = meter.read()
    assert {name: reading.value for name, reading in readings.items()} == {
        "cpu:package-0": pytest.approx(30.0),
        "memory:package-0": pytest.approx(4.0),
        "cpu:package-1": pytest.approx(10.0),
    }


def test_memory_nested_in_its_package_and_linked_beside_it_counts_once(tmp_path):
    zone(tmp_path, "intel-rapl:0", "package-0", 1_000_000)
    zone(tmp_path, "intel-rapl:0/intel-rapl:0:0", "dram", 5_000_000)
    (tmp_path / "intel-rapl:0:0").symlink_to(tmp_path / "intel-rapl:0/intel-rapl:0:0")
    names = [domain.name for domain in RaplMeter(tmp_path).domains()]
    assert names == ["cpu:package-0", "memory:package-0"]


def test_dies_that_show_the_same_counter_count_once(tmp_path):
    """Threadripper shows the socket's counter once per die."""
    zone(tmp_path, "intel-rapl:0", "package-0-die-0", 8_000_000_000)
    zone(tmp_path, "intel-rapl:1", "package-0-die-1", 8_000_400_000)
    zone(tmp_path, "intel-rapl:2", "package-1-die-0", 3_000_000_000)
    names = [domain.name for domain in RaplMeter(tmp_path).domains()]
    assert names == ["cpu:package-0-die-0", "cpu:package-1-die-0"]


def test_a_counter_that_wraps_around_goes_on(tmp_path):
    counter = zone(tmp_path, "intel-rapl:0", "package-0", RANGE_UJ - 20_000_000)
    clock = Clock()
    meter = RaplMeter(tmp_path, clock=clock)
    for now, value in [
        (1.0, RANGE_UJ - 5_000_000),
        (2.0, 15_000_000),
        (3.0, 25_000_000),
    ]:
        clock.now = now
        counter.write_text(str(value))
        reading = meter.read()["cpu:package-0"]
    assert reading.value == pytest.approx(15 + 20 + 10)


def test_a_counter_reset_by_suspend_is_not_taken_for_a_wrap_around(tmp_path):
    counter = zone(tmp_path, "intel-rapl:0", "package-0", 50_000_000)
    clock = Clock()
    meter = RaplMeter(tmp_path, clock=clock)
    clock.now = 1.0
    counter.write_text("1000000")
    reading = meter.read()["cpu:package-0"]
    assert math.isnan(reading.value)
    assert "reset" in reading.reason
    clock.now = 2.0
    counter.write_text("41000000")
    assert meter.read()["cpu:package-0"].value == pytest.approx(40.0)


def test_missing_permission_names_the_command_that_grants_it(tmp_path, monkeypatch):
    zone(tmp_path, "intel-rapl:0", "package-0", 1_000_000)
    refuse_reading(monkeypatch)
    meter = RaplMeter(tmp_path)
    assert meter.domains() == ()
    assert "root only" in meter.why_unavailable()
    assert "sudo chmod a+r" in meter.why_unavailable()


def test_permission_withdrawn_midway_is_nan_with_the_reason(tmp_path, monkeypatch):
    zone(tmp_path, "intel-rapl:0", "package-0", 1_000_000)
    meter = RaplMeter(tmp_path)
    refuse_reading(monkeypatch)
    reading = meter.read()["cpu:package-0"]
    assert math.isnan(reading.value)
    assert "Permission denied" in reading.reason


def test_a_sensor_that_disappears_is_nan_with_the_reason(tmp_path):
    counter = zone(tmp_path, "intel-rapl:0", "package-0", 1_000_000)
    meter = RaplMeter(tmp_path)
    counter.unlink()
    reading = meter.read()["cpu:package-0"]
    assert math.isnan(reading.value)
    assert "No such file" in reading.reason


def test_a_counter_that_is_no_number_is_refused(tmp_path):
    zone(tmp_path, "intel-rapl:0", "package-0", "garbage")
    assert "cannot be read" in RaplMeter(tmp_path).why_unavailable()


@pytest.mark.parametrize("folder", ["", "empty"])
def test_no_zone_at_all_says_why(tmp_path, folder):
    meter = RaplMeter(tmp_path / folder)
    assert "no intel-rapl zone" in meter.why_unavailable()
    assert meter.read() == {}


def refuse_reading(monkeypatch):
    """As for a user who is not root, though tests may run as root."""
    from pathlib import Path

    opened = Path.open

    def refuse(path, *args, **kwargs):
        if path.name == "energy_uj":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
