"""Trainings as short as each other, side by side: what studies of them share."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge_runtime.errors import UsageError
from vqkeras.evaluation.table import aligned

EPOCHS = 6


def add_training_options(parser: argparse.ArgumentParser, *, steps: int) -> None:
    """Add `--runs` and `--steps`.

    Args:
        parser: Of a command that trains.
        steps: Steps of each training, unless they are given.
    """
    parser.add_argument(
        "--runs",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder of the trainings; what is done there is not done again",
    )
    parser.add_argument(
        "--steps",
        type=int,
        default=steps,
        metavar="N",
        help="steps of each training (default: %(default)s)",
    )


def check_steps(steps: int, parts: int = EPOCHS) -> None:
    """Refuse steps that do not make equal parts.

    Args:
        steps: Of each training.
        parts: In how many parts it is looked at. Defaults to `6`, its epochs.

    Raises:
        UsageError: If they are no multiple of the parts.
    """
    if steps < parts or steps % parts:
        raise UsageError(f"--steps must be a multiple of {parts}. Received: {steps}.")


def course_of(
    history: Path,
    steps_per_epoch: int,
    column: str,
    measure: str,
    *,
    factor: float = 1.0,
) -> dict[str, Any]:
    """How a training went.

    Args:
        history: Its `history.csv`.
        steps_per_epoch: Batches of an epoch.
        column: Of the history.
        measure: What the column is called here.
        factor: From the column to the measure. Defaults to `1.0`.

    Returns:
        `steps`, `minutes`, the measure after the last epoch (of the epoch's training
        crops, and as `val_` and its name of the validation), and `course`: the measure
        of the validation after each epoch.
    """
    # Only now: this loads TensorFlow.
    from vqkeras.callbacks.history_file import read_history

    rows = read_history(history)
    course = [factor * row[f"val_{column}"] for row in rows]
    return {
        "steps": steps_per_epoch * len(rows),
        "minutes": rows[-1]["seconds"] / 60.0,
        measure: factor * rows[-1][column],
        f"val_{measure}": course[-1],
        "course": course,
    }


def study_table(rows: Sequence[dict[str, Any]], what: str, measure: str) -> str:
    """Trainings as lines of text.

    Args:
        rows: Each with `name`, `num_parameters`, `clips` and what `course_of` gives.
        what: What was trained.
        measure: As for `course_of`.
    """
    lines: list[tuple[str, ...]] = [
        (what, "parameters", "clips", "steps", "minutes", "training", "validation")
    ]
    for row in rows:
        lines.append(
            (
                row["name"],
                f"{row['num_parameters']:,}",
                f"{row['clips']:,}",
                f"{row['steps']:,}",
                f"{row['minutes']:.0f}",
                f"{row[measure]:.2f}",
                f"{row[f'val_{measure}']:.2f}",
            )
        )
    return "\n".join(aligned(lines))
