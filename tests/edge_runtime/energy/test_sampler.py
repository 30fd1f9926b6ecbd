"""Joules from readings: independent of how often, additive, honest about gaps."""

import itertools
import math
import subprocess
import sys
import textwrap
import threading
import time

import pytest

from edge_runtime.energy.constant import ConstantMeter
from edge_runtime.energy.meter import Domain, Reading, unread
from edge_runtime.energy.sampler import Sampler


class FakeClock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class FakeMeter:
    """A meter whose readings are a function of time, or an exception."""

    measures = "what the test says"

    def __init__(self, clock, value, *, quantity="power_w", name="gpu:0"):
        self.name = f"fake {name}"
        self.clock = clock
        self.value = value
        self.domain = Domain(name, quantity, "measured:fake", "all", "none")
        self.closed = False

    def why_unavailable(self):
        return ""

    def domains(self):
        return (self.domain,)

    def read(self):
        value = self.value(self.clock())
        if isinstance(value, Exception):
            raise value
        return {
            self.domain.name: value if isinstance(value, Reading) else Reading(value)
        }

    def close(self):
        self.closed = True


def energy_after(reading_times, value, quantity="power_w"):
    clock = FakeClock()
    sampler = Sampler([FakeMeter(clock, value, quantity=quantity)], clock=clock)
    for now in reading_times:
        clock.now = 1000.0 + now
        sampler.sample()
    return sampler.totals()


@pytest.mark.parametrize(
    "reading_times",
    [
        [0, 36],
        [0, 1, 36],
        [second / 10 for second in range(361)],
        [0, 0, 17.3, 17.3, 17.4, 36],
    ],
)
@pytest.mark.parametrize("kind", ["power", "counter"])
def test_100_watts_for_36_seconds_are_1_watt_hour_however_often_read(
    reading_times, kind
):
    if kind == "power":
        totals = energy_after(reading_times, lambda now: 100.0)
    else:
        totals = energy_after(reading_times, lambda now: 7e9 + 100 * now, "energy_j")
    assert totals.energy_j / 3600 == pytest.approx(1.0, rel=1e-9)
    assert totals.elapsed_s == pytest.approx(36.0)
    assert totals.method == "measured:fake"
    assert totals.gaps == {}
    assert totals.power_w == pytest.approx(100.0)


def test_energy_does_not_grow_with_the_number_of_readings():
    """The paper's program added power x time-since-start at every reading."""
    few = energy_after([0, 60], lambda now: 50.0).energy_j
    many = energy_after(range(61), lambda now: 50.0).energy_j
    assert many == pytest.approx(few) == pytest.approx(3000.0)


def test_trapezoid_is_exact_for_power_that_rises_steadily():
    totals = energy_after([0, 1, 5, 20], lambda now: 3.0 * (now - 1000.0))
    assert totals.energy_j == pytest.approx(0.5 * 3.0 * 20**2)


def test_energy_adds_up_over_splits_of_the_run():
    clock = FakeClock()
    power = lambda now: 80 + 30 * math.sin(now)  # noqa: E731
    sampler = Sampler([FakeMeter(clock, power)], clock=clock)
    sampler.sample()
    energies = [0.0]
    for _ in range(5):
        for _ in range(7):
            clock.now += 0.9
            sampler.sample()
        energies.append(sampler.totals().energy_j)
    parts = [later - earlier for earlier, later in itertools.pairwise(energies)]
    assert math.fsum(parts) == pytest.approx(sampler.totals().energy_j)
    assert all(part > 0 for part in parts)


def test_power_that_cannot_be_read_is_a_gap_and_not_zero():
    def power(now):
        return unread("the driver is gone") if 1010 <= now < 1020 else 100.0

    totals = energy_after(range(0, 31), power)
    (domain,) = totals.domains
    # Counted: 0-9 s and 20-30 s. Between the last good reading and the next: unknown.
    assert domain.energy_j == pytest.approx(1900.0)
    assert domain.counted_s == pytest.approx(19.0)
    assert domain.gap_s == pytest.approx(11.0)
    assert totals.gaps == {"gpu:0": "11.0 s: the driver is gone"}


def test_counter_bridges_readings_that_failed():
    def counter(now):
        return OSError("busy") if 1010 <= now < 1020 else 100.0 * now

    totals = energy_after(range(0, 31), counter, "energy_j")
    assert totals.energy_j == pytest.approx(3000.0)
    assert totals.domains[0].gap_s == pytest.approx(0.0)
    assert totals.domains[0].longest_interval_s == pytest.approx(11.0)


def test_counter_that_was_reset_is_a_gap():
    totals = energy_after(
        range(0, 11), lambda now: 10.0 * (now if now < 1005 else now - 1005), "energy_j"
    )
    assert totals.energy_j == pytest.approx(90.0)
    assert totals.gaps == {"gpu:0": "1.0 s: the counter went back, so it was reset"}


def test_a_meter_that_fails_midway_leaves_the_others_counting(caplog):
    clock = FakeClock()
    failing = FakeMeter(
        clock, lambda now: RuntimeError("GPU is lost") if now > 1005 else 200.0
    )
    steady = FakeMeter(clock, lambda now: 10.0, name="cpu:package-0")
    sampler = Sampler([failing, steady], clock=clock)
    for _ in range(11):
        sampler.sample()
        clock.now += 1.0
    totals = sampler.totals()
    gpu, cpu = totals.domains
    assert gpu.energy_j == pytest.approx(1000.0)
    assert gpu.gap_s == pytest.approx(5.0)
    assert cpu.energy_j == pytest.approx(100.0)
    assert totals.energy_j == pytest.approx(1100.0)
    assert math.isnan(totals.power_w), "the machine's power is no longer known"
    assert "RuntimeError: GPU is lost" in totals.gaps["gpu:0"]
    assert len(caplog.records) == 1, "the same trouble is said once"


def test_a_meter_that_never_reads_gives_nan_with_its_reason():
    totals = energy_after([0, 10], lambda now: unread("no permission"))
    assert math.isnan(totals.energy_j)
    assert totals.gaps == {"gpu:0": "10.0 s: no permission"}


def test_without_meters_everything_is_nan():
    totals = Sampler([]).totals()
    assert math.isnan(totals.energy_j)
    assert math.isnan(totals.power_w)
    assert totals.method == "none"


def test_one_domain_may_not_be_counted_twice():
    with pytest.raises(ValueError, match="counted once.*machine, machine"):
        Sampler([ConstantMeter(1.0), ConstantMeter(2.0)])


def test_interval_must_be_positive():
    with pytest.raises(ValueError, match="interval_s must be positive"):
        Sampler([], interval_s=0)


def test_thread_samples_at_its_interval_and_refresh_reads_now():
    readings = threading.Semaphore(0)
    sampler = Sampler(
        [ConstantMeter(100.0)], interval_s=0.01, on_sample=lambda _: readings.release()
    )
    with sampler:
        for _ in range(5):
            assert readings.acquire(timeout=5)
        before = sampler.totals()
        assert sampler.refresh()
        after = sampler.totals()
    assert before.num_readings >= 5
    assert before.elapsed_s >= 4 * 0.01
    assert after.elapsed_s > before.elapsed_s
    assert after.energy_j == pytest.approx(100.0 * after.elapsed_s)


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_thread_ends_on_an_exception_and_on_ctrl_c(error):
    meter = FakeMeter(time.monotonic, lambda now: 5.0)
    with pytest.raises(error), Sampler([meter], interval_s=0.01):
        raise error
    assert not running_samplers()
    assert meter.closed


def test_thread_ends_when_nobody_holds_the_sampler():
    sampler = Sampler([ConstantMeter(5.0)], interval_s=0.01)
    sampler.start()
    (thread,) = running_samplers()
    del sampler
    thread.join(timeout=5)
    assert not thread.is_alive()


def test_interpreter_exits_at_once_though_nobody_stopped_the_sampler():
    program = """
        from edge_runtime.energy import ConstantMeter, Sampler
        sampler = Sampler([ConstantMeter(5.0)], interval_s=30)
        sampler.start()
        print("end of program")
    """
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=25,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "end of program\n", "")
    assert time.monotonic() - start < 25


def test_a_driver_that_hangs_does_not_hold_up_the_caller():
    release = threading.Event()
    calls = []

    def power(now):
        calls.append(now)
        if len(calls) > 1:
            release.wait(10)
        return 5.0

    sampler = Sampler([FakeMeter(time.monotonic, power)], interval_s=60)
    sampler.start()
    start = time.monotonic()
    assert not sampler.refresh(timeout_s=0.05)
    assert time.monotonic() - start < 5
    release.set()
    sampler.stop()


def test_sampling_costs_less_than_a_thousandth_of_the_time():
    """At one reading a second, the thread's CPU time per reading is its share."""
    sampler = Sampler([ConstantMeter(5.0)])
    for _ in range(200):
        sampler.sample()
    totals = sampler.totals()
    assert 0 < totals.sampling_cpu_s / totals.num_readings < 0.001 * 1.0


def running_samplers():
    return [t for t in threading.enumerate() if t.name == "energy sampler"]
