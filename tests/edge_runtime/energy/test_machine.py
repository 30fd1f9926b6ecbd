"""A sensor is preferred; the estimate comes last, and never beside one."""

from edge_runtime.energy import machine


def unavailable(kind):
    class Unavailable(kind):
        def why_unavailable(self):
            return "not here"

    return Unavailable


def available(kind):
    class Available(kind):
        def why_unavailable(self):
            return ""

    return Available


def chosen(monkeypatch, *, rapl, pi):
    for name, is_there in {"RaplMeter": rapl, "RaspberryPi5Meter": pi}.items():
        kind = getattr(machine, name)
        replacement = available(kind) if is_there else unavailable(kind)
        monkeypatch.setattr(machine, name, replacement)
    return machine.machine_meter().name


def test_rapl_first(monkeypatch):
    assert chosen(monkeypatch, rapl=True, pi=True) == "rapl"


def test_then_the_pi(monkeypatch):
    assert chosen(monkeypatch, rapl=False, pi=True) == "raspberry-pi-5"


def test_cpu_time_without_a_sensor(monkeypatch):
    assert chosen(monkeypatch, rapl=False, pi=False) == "cpu-time"
