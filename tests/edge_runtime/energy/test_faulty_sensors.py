"""Sensors that lie, break or vanish: no figure or a right one, and nothing ends."""

import math

import pytest

from edge_runtime.bench.meter_log import read_meter_log
from edge_runtime.energy import machine
from edge_runtime.energy.cpu_time import CpuTimeMeter
from edge_runtime.energy.meter import Domain, Reading, unread
from edge_runtime.energy.rapl import RaplMeter
from edge_runtime.energy.raspberry_pi import _rails
from edge_runtime.energy.sampler import Sampler
from edge_runtime.errors import UserError


def zone(root, name="intel-rapl:0", label=b"package-0\n", energy=b"5000000\n", top=9e9):
    folder = root / name
    folder.mkdir()
    (folder / "name").write_bytes(label)
    (folder / "energy_uj").write_bytes(energy)
    (folder / "max_energy_range_uj").write_text(f"{int(top)}\n")
    return folder


def test_labels_that_are_no_text_hide_no_other_zone(tmp_path):
    zone(tmp_path, label=b"package-0\n")
    zone(tmp_path, "intel-rapl:1", b"\xff\xfepackage\n", b"7000000\n")
    zone(tmp_path, "intel-rapl:2", b"package-2\n", b"9" * 10_000)
    zone(tmp_path, "intel-rapl:3", b"package-3\n", b"-5")
    meter = RaplMeter(tmp_path)
    assert [domain.name for domain in meter.domains()] == ["cpu:package-0"]
    assert meter.read()["cpu:package-0"].value == 0.0


@pytest.mark.parametrize("after", [b"1000000", b"4999999"])
def test_a_range_that_is_too_small_gives_no_negative_energy(tmp_path, after):
    now = [0.0]
    folder = zone(tmp_path, top=1_000_000)
    meter = RaplMeter(tmp_path, clock=lambda: now[0])
    now[0] = 1.0
    (folder / "energy_uj").write_bytes(after)
    assert math.isnan(meter.read()["cpu:package-0"].value)
    now[0] = 2.0
    (folder / "energy_uj").write_bytes(str(int(after) + 3_000_000).encode())
    assert meter.read()["cpu:package-0"].value == pytest.approx(3.0)


def test_rails_that_read_nonsense_are_left_out():
    lines = "A_A current(0)=1.0A\nA_V volt(1)=5.0V\nB_A current(2)=0.0.7A\n"
    assert sum(_rails(lines + "B_V volt(3)=5.0V").values()) == 5.0


@pytest.mark.parametrize("value", [math.inf, -1.0, 1e300])
def test_a_reading_is_finite_and_not_negative(value):
    with pytest.raises(ValueError, match="finite or NaN, and not negative"):
        Reading(value)
    assert math.isnan(unread("why").value)


class Breaking:
    """A meter that raises what no meter should."""

    name, measures = "breaking", "nothing"

    def why_unavailable(self):
        return ""

    def domains(self):
        return (Domain("x", "power_w", "measured:x", "nothing", "all"),)

    def read(self):
        raise TypeError("driver gave None")

    def close(self):
        raise AttributeError("no such handle")


def test_whatever_a_meter_raises_the_sampler_goes_on():
    sampler = Sampler([Breaking(), CpuTimeMeter()])
    sampler.sample()
    sampler.sample()
    sampler.stop()
    totals = sampler.totals()
    assert math.isfinite(totals.energy_j) and totals.energy_j >= 0
    assert "driver gave None" in totals.gaps["x"] or totals.domains[0].reason


def test_a_sensor_that_cannot_even_be_made_is_left_out(monkeypatch):
    class Raising:
        name = "raising"

        def __init__(self):
            raise TypeError("no")

    monkeypatch.setattr(machine, "RaplMeter", Raising)
    monkeypatch.setattr(machine, "RaspberryPi5Meter", Raising)
    assert machine.machine_meter().name == "cpu-time"


@pytest.mark.parametrize(
    "text", ["1,5\n2," + "9" * 100_000, "1,5\n2,-6\n", "1,5\n2,inf\n", "x" * 100_000]
)
def test_odd_meter_logs_are_one_short_line(tmp_path, text):
    path = tmp_path / "log.csv"
    path.write_text(text)
    with pytest.raises(UserError) as caught:
        read_meter_log(path)
    assert len(str(caught.value)) < 400
