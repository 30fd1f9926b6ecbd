"""The Pi 5's rails from a fake `vcgencmd`, in the real one's words."""

import math
import sys

import pytest

from edge_runtime.energy.raspberry_pi import RaspberryPi5Meter

# Three of the twelve rails, the input and the battery, as a Pi 5 prints them.
ANSWER = """\
   3V3_SYS_A current(1)=0.06245952A
   1V8_SYS_A current(2)=0.16102850A
  VDD_CORE_A current(7)=10.87674000A
   3V3_SYS_V volt(9)=3.30632200V
   1V8_SYS_V volt(10)=1.79828900V
  VDD_CORE_V volt(15)=0.89745940V
     EXT5V_V volt(24)=5.06788000V
      BATT_V volt(25)=3.01110800V
"""
WATTS = 0.06245952 * 3.306322 + 0.1610285 * 1.798289 + 10.87674 * 0.8974594


def vcgencmd(tmp_path, answer, code=0):
    """A program that prints `answer` for `pmic_read_adc`, and only for that."""
    program = tmp_path / "vcgencmd"
    program.write_text(
        f"#!{sys.executable}\n"
        "import sys\n"
        "assert sys.argv[1:] == ['pmic_read_adc'], sys.argv\n"
        f"print({answer!r})\n"
        f"sys.exit({code})\n"
    )
    program.chmod(0o755)
    return program


def test_power_is_the_sum_over_rails_with_current_and_voltage(tmp_path):
    meter = RaspberryPi5Meter(str(vcgencmd(tmp_path, ANSWER)))
    assert meter.why_unavailable() == ""
    (domain,) = meter.domains()
    assert (domain.quantity, domain.method) == ("power_w", "measured:pi5-pmic")
    assert meter.read()["board"].value == pytest.approx(WATTS)


def test_other_boards_have_no_such_sensor(tmp_path):
    answer = 'error=1 error_msg="Command not registered"'
    meter = RaspberryPi5Meter(str(vcgencmd(tmp_path, answer)))
    assert "Command not registered" in meter.why_unavailable()
    assert "only the Pi 5" in meter.why_unavailable()
    assert meter.domains() == ()


def test_a_user_without_permission_is_told_the_group(tmp_path):
    meter = RaspberryPi5Meter(
        str(vcgencmd(tmp_path, "VCHI initialization failed", 255))
    )
    assert "VCHI initialization failed" in meter.why_unavailable()
    assert "group video" in meter.why_unavailable()


def test_elsewhere_there_is_no_vcgencmd(tmp_path):
    meter = RaspberryPi5Meter(str(tmp_path / "vcgencmd"))
    assert "not Raspberry Pi OS" in meter.why_unavailable()


def test_rails_that_read_nothing_are_no_sensor(tmp_path):
    answer = "HDMI_A current(22)=0.0A\nHDMI_V volt(23)=5.0V"
    assert "0 W" in RaspberryPi5Meter(str(vcgencmd(tmp_path, answer))).why_unavailable()


def test_a_sensor_that_disappears_is_nan_with_the_reason(tmp_path):
    program = vcgencmd(tmp_path, ANSWER)
    meter = RaspberryPi5Meter(str(program))
    program.unlink()
    reading = meter.read()["board"]
    assert math.isnan(reading.value)
    assert "not Raspberry Pi OS" in reading.reason


def test_a_program_that_hangs_is_given_up(tmp_path, monkeypatch):
    program = vcgencmd(tmp_path, ANSWER)
    meter = RaspberryPi5Meter(str(program))
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    monkeypatch.setattr("edge_runtime.energy.raspberry_pi.TIMEOUT_S", 0.1)
    reading = meter.read()["board"]
    assert math.isnan(reading.value)
    assert "did not answer" in reading.reason


def test_a_program_that_cannot_be_run_says_so(tmp_path):
    program = tmp_path / "vcgencmd"
    program.write_bytes(b"\x7fELF no program")
    program.chmod(0o755)
    assert "cannot be run" in RaspberryPi5Meter(str(program)).why_unavailable()
