"""The history of a run, one row per epoch, as a CSV file."""

import csv
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras

from edge_runtime.output_file import output_file


def read_history(path: Path) -> list[dict[str, float]]:
    """Rows of a history file, oldest first; none if there is no such file.

    Args:
        path: A `history.csv`.

    Returns:
        One dict per epoch: `epoch` (from 1), the metrics of Keras, `learning_rate`
        and `seconds` (s since the start of the run, pauses not counted).
    """
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return [
            {key: float(value) for key, value in row.items()}
            for row in csv.DictReader(file)
        ]


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
