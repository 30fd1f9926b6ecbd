"""The history of a run, one row per epoch, as a CSV file."""

import csv
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras

from edge_runtime.errors import UserError
from edge_runtime.output_file import output_file


def read_history(path: Path) -> list[dict[str, float]]:
    """Rows of a history file, oldest first; none if there is no such file.

    Args:
        path: A `history.csv`.

    Returns:
        One dict per epoch: `epoch` (from 1), the metrics of Keras, `learning_rate`
        and `seconds` (s since the start of the run, pauses not counted).

    Raises:
        UserError: If the file is damaged.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        return []
    except (OSError, ValueError, csv.Error) as error:
        raise UserError(f"Cannot read {path}: {error}.") from error
    return [_numbers(row, line, path) for line, row in enumerate(rows, start=2)]


def rows_until(path: Path, epochs: int) -> list[dict[str, float]]:
    """Rows of the epochs that a backup holds; those after it are trained again.

    Args:
        path: A `history.csv`.
        epochs: Number of finished epochs, of the backup.

    Raises:
        UserError: If there is not one row for each of them, in order; or if there is no
            backup, and rows of more than the one epoch that a kill can lose.
    """
    rows = read_history(path)
    told = [row["epoch"] for row in rows[:epochs]]
    if told != [float(epoch + 1) for epoch in range(epochs)]:
        raise UserError(
            f"{path} and the backup disagree: {epochs} epochs are in the backup, and "
            f"{len(rows)} rows in the file. Bring the file back, or start again with "
            "--force."
        )
    if not epochs and len(rows) > 1:
        raise UserError(
            f"{path} tells of {len(rows)} epochs, but there is no backup. Bring the "
            "folder backup back, or start again with --force."
        )
    return rows[:epochs]


def _numbers(row: dict[str, str], line: int, path: Path) -> dict[str, float]:
    try:
        numbers = {key: float(value) for key, value in row.items()}
        if not {"epoch", "seconds"} <= set(numbers):
            raise ValueError("it has no epoch or no seconds")
    except (TypeError, ValueError) as error:
        raise UserError(
            f"Line {line} of {path} is damaged: {error}. Bring the file back, or start "
            "again with --force."
        ) from error
    return numbers


class HistoryFile(keras.callbacks.Callback):
    """Writes every metric of every epoch to a CSV file.

    The file is replaced as a whole, so it is readable at any moment, also after a kill.
    `keras.callbacks.CSVLogger` appends instead, and after a resume repeats the epochs
    that came after the last backup.

    Args:
        path: File to write.
        rows: Rows of earlier epochs, as `read_history` returns them.
        clock: Monotonic time in s. Defaults to `time.monotonic`.
    """

    def __init__(
        self,
        path: Path,
        rows: list[dict[str, float]],
        *,
        clock: Callable[[], float] = time.monotonic,
    ):
        super().__init__()
        self.path = path
        self.rows = list(rows)
        self.clock = clock

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        spent = self.rows[-1]["seconds"] if self.rows else 0.0
        self._start = self.clock() - spent

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        row = {"epoch": float(epoch + 1)}
        row |= {key: float(value) for key, value in (logs or {}).items()}
        row["learning_rate"] = float(
            keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)
        )
        row["seconds"] = self.clock() - self._start
        self.rows.append(row)
        columns = list(dict.fromkeys(key for row in self.rows for key in row))
        with (
            output_file(self.path, force=True) as temporary,
            temporary.open("w", newline="", encoding="utf-8") as file,
        ):
            writer = csv.DictWriter(file, columns, restval="nan")
            writer.writeheader()
            writer.writerows({**row, "epoch": int(row["epoch"])} for row in self.rows)
