"""Power and emissions over the seconds of a run, to TensorBoard and to a CSV file."""

from __future__ import annotations

import csv
import math
import time
from pathlib import Path

from edge_runtime.errors import UserError
from vqkeras.energy.record import drop_cut_line

SAMPLES_NAME = "energy_samples.csv"
COLUMNS = ("seconds", "power_w", "energy_wh", "emissions_g")

# TensorBoard's `step` axis then counts seconds of the run.
TAGS = {"energy/power_w": "power_w", "energy/emissions_g": "emissions_g"}

# Rows are written together: one by one, writing would be most of the sampling's cost.
WRITE_EVERY_S = 10.0


class TimeSeries:
    """Appends one row per reading; a resumed run goes on after its last second.

    Args:
        run_dir: The run's folder, which exists. Gets `energy_samples.csv` and
            `tensorboard/energy/`.
        method: Said beside the curves: `measured:...` or `estimated:...`.
    """

    def __init__(self, run_dir: Path, method: str) -> None:
        self._description = f"{method}; the step is the second of the run"
        # TensorBoard's own writer takes a tenth of the time of `tf.summary`.
        from tensorboard.summary import Writer

        self._writer = Writer(str(run_dir / "tensorboard" / "energy"))
        path = run_dir / SAMPLES_NAME
        drop_cut_line(path)
        is_new = not path.exists() or path.stat().st_size == 0
        self._file = path.open("a", newline="")
        self._csv = csv.DictWriter(self._file, COLUMNS)
        if is_new:
            self._csv.writeheader()
        self._last_step = -1
        self._rows: list[tuple[float, dict[str, float]]] = []  # wall time in s, row

    def add(self, row: dict[str, float]) -> None:
        """Append one row; it reaches the files within `WRITE_EVERY_S`.

        Args:
            row: A value for each of `COLUMNS`.
        """
        self._rows.append((time.time(), row))
        if row["seconds"] - self._rows[0][1]["seconds"] >= WRITE_EVERY_S:
            self._write()

    def close(self) -> None:
        """Write everything out."""
        self._write()
        self._writer.close()
        self._file.close()

    def _write(self) -> None:
        rows, self._rows = self._rows, []
        for wall_s, row in rows:
            self._csv.writerow(
                {
                    name: "" if math.isnan(row[name]) else f"{row[name]:.9g}"
                    for name in COLUMNS
                }
            )
            step = int(row["seconds"])
            if step > self._last_step:  # a step is a whole second
                self._last_step = step
                for tag, name in TAGS.items():
                    self._writer.add_scalar(
                        tag,
                        row[name],
                        step,
                        wall_time=wall_s,
                        description=self._description,
                    )
        self._file.flush()
        self._writer.flush()


def read_time_series(run_dir: Path) -> dict[str, list[float]]:
    """The rows of a run.

    Args:
        run_dir: The run's folder.

    Returns:
        A list for each of `COLUMNS`, missing values as NaN; empty lists without a file.
        A last line cut short by a kill is left out.

    Raises:
        UserError: If the file is damaged.
    """
    columns: dict[str, list[float]] = {name: [] for name in COLUMNS}
    path = run_dir / SAMPLES_NAME
    if not path.exists():
        return columns
    try:
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                values = [row.get(name) for name in COLUMNS]
                if None in values:
                    continue
                for name, value in zip(COLUMNS, values, strict=True):
                    columns[name].append(float(value) if value else math.nan)
    except (OSError, ValueError, csv.Error) as error:
        raise UserError(f"{path} is damaged ({error}). Move it away.") from error
    return columns
