"""The log file of an external power meter, read after the fact."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_runtime.energy.meter import LARGEST_READING
from edge_runtime.errors import UserError

# Power between readings further apart than this is unknown, not interpolated.
LONGEST_GAP_S = 10.0
_MOST_BYTES = 1 << 30


@dataclass(frozen=True, eq=False)
class MeterLog:
    """Power readings of the whole machine.

    Attributes:
        path: Where they came from.
        times_s: Unix times, in s, ascending.
        power_w: Power at these times, in W.
    """

    path: Path
    times_s: NDArray[np.float64]
    power_w: NDArray[np.float64]

    def energy_j(self, start_s: float, end_s: float) -> float:
        """Energy between two moments, by the trapezoid rule.

        Args:
            start_s: Unix time, in s.
            end_s: Later Unix time, in s.

        Raises:
            UserError: If the log does not cover the time, or has a gap in it.
        """
        times = self.times_s
        if not (times[0] <= start_s and end_s <= times[-1]):
            raise UserError(
                f"Log {self.path} covers {times[0]:.0f} to {times[-1]:.0f} s of Unix "
                f"time; {start_s:.0f} to {end_s:.0f} s was measured. Start the meter "
                "first, stop it last, and set its clock."
            )
        inside = (times > start_s) & (times < end_s)
        moments = np.concatenate([[start_s], times[inside], [end_s]])
        first = np.searchsorted(times, start_s, "right") - 1
        last = np.searchsorted(times, end_s, "left")
        gap_s = float(np.diff(times[first : last + 1]).max(initial=0.0))
        if gap_s > LONGEST_GAP_S:
            raise UserError(f"Log {self.path} has a gap of {gap_s:.0f} s.")
        power = np.interp(moments, times, self.power_w)
        return float(np.sum(np.diff(moments) * (power[1:] + power[:-1]) / 2.0))


def read_meter_log(path: Path) -> MeterLog:
    """Read a CSV file with a line per reading: Unix time in s, power in W.

    A first line that holds no numbers is a header.

    Args:
        path: The file.

    Raises:
        UserError: If it cannot be read as that.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UserError(f"Meter log {path} is larger than a year of readings.")
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeError) as error:
        raise UserError(f"Cannot read meter log {path}: {error}.") from error
    readings: list[tuple[float, float]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            time_s, power_w = (float(cell) for cell in line.split(","))
        except ValueError as error:
            if number == 1:
                continue
            raise UserError(
                f"Line {number} of {path} must be: Unix time in s, power in W. "
                f"Received: {line.strip()[:60]!r}."
            ) from error
        readings.append((time_s, power_w))
    table = np.array(readings, np.float64).reshape(-1, 2)
    if (
        len(table) < 2
        or not np.isfinite(table).all()
        or np.any(np.diff(table[:, 0]) <= 0)
        or np.any(np.abs(table) > LARGEST_READING)
        or np.any(table[:, 1] < 0)
    ):
        raise UserError(
            f"{path} must hold at least two readings, of finite numbers, in order of "
            "time, and no negative power."
        )
    return MeterLog(path, table[:, 0], table[:, 1])
