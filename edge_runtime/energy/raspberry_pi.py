"""Power of a Raspberry Pi 5, from its power management chip."""

from __future__ import annotations

import contextlib
import math
import re
import shutil
import subprocess

from edge_runtime.energy.meter import Domain, Reading, unread

# One rail takes two lines: `3V3_SYS_A current(1)=0.06245952A` and
# `3V3_SYS_V volt(9)=3.30632200V`.
LINE = re.compile(r"^\s*(\w+)_([AV])\s+(?:current|volt)\(\d+\)=([0-9.]+)[AV]\s*$")

TIMEOUT_S = 2.0


class RaspberryPi5Meter:
    """Voltage times current of every rail that the Pi 5's chip measures.

    `vcgencmd pmic_read_adc` prints a current and a voltage for twelve rails. The 5 V
    input and the clock's battery have a voltage only, and add nothing.

    Args:
        command: Program to ask. Defaults to `"vcgencmd"`.

    Reference: Raspberry Pi documentation, "vcgencmd"; the rails and their sum,
    https://github.com/jfikar/RPi5-power.
    """

    name = "raspberry-pi-5"
    measures = "the Raspberry Pi 5's supply rails, by `vcgencmd pmic_read_adc`"

    def __init__(self, command: str = "vcgencmd") -> None:
        self._command = command
        reading = self._power()
        self._why = reading.reason
        if not math.isnan(reading.value) and reading.value <= 0:
            self._why = "every rail reads 0 W"

    def why_unavailable(self) -> str:
        """Why there is no power to read: no such program, board or permission."""
        return self._why

    def domains(self) -> tuple[Domain, ...]:
        """One: the board."""
        if self._why:
            return ()
        return (
            Domain(
                name="board",
                quantity="power_w",
                method="measured:pi5-pmic",
                measures=(
                    "twelve rails behind the power chip, idle power included; without "
                    "the chip's own losses and what hangs on 5 V: USB, HATs, fan"
                ),
                uncertainty=(
                    "reads low: at the socket one owner measured 1.145 times the sum "
                    "plus 0.59 W (jfikar/RPi5-power, 2024)"
                ),
                hardware="Raspberry Pi 5",
            ),
        )

    def read(self) -> dict[str, Reading]:
        """Power now, in watts."""
        return {"board": self._power()}

    def close(self) -> None:
        """Nothing to let go of."""

    def _power(self) -> Reading:
        program = shutil.which(self._command)
        if program is None:
            return unread(f"no {self._command} here: not Raspberry Pi OS")
        try:
            answer = subprocess.run(
                [program, "pmic_read_adc"],
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=TIMEOUT_S,
            )
        except subprocess.TimeoutExpired:
            return unread(f"{self._command} did not answer within {TIMEOUT_S:.0f} s")
        except OSError as error:
            return unread(f"{self._command} cannot be run: {error}")
        message = (answer.stdout + answer.stderr).strip()
        if answer.returncode != 0:
            return unread(
                f"{self._command} failed: {_first_line(message)}; "
                "is the user in group video?"
            )
        rails = _rails(answer.stdout)
        if not rails:
            return unread(
                f"{self._command} pmic_read_adc lists no rail "
                f"({_first_line(message)}): only the Pi 5 has this sensor"
            )
        return Reading(math.fsum(rails.values()))


def _rails(text: str) -> dict[str, float]:
    """Watts of every rail with both a current and a voltage."""
    values: dict[str, dict[str, float]] = {}
    for line in text.splitlines():
        match = LINE.match(line)
        if match:
            rail, unit, number = match.groups()
            with contextlib.suppress(ValueError):  # 0.0.7
                values.setdefault(rail, {})[unit] = float(number)
    powers = {rail: v["A"] * v["V"] for rail, v in values.items() if len(v) == 2}
    return {rail: power for rail, power in powers.items() if 0 <= power < math.inf}


def _first_line(text: str) -> str:
    return text.splitlines()[0] if text else "no message"
