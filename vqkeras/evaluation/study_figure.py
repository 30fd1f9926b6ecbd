"""Picture of what limits a network: steps, size and data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vqkeras.drawing import COLOURS, new_figure, save


def draw_study(
    trials: Sequence[dict[str, Any]],
    own: dict[str, Any],
    path: Path,
    *,
    measure: str,
    label: str,
    beside: Sequence[dict[str, Any]] = (),
) -> None:
    """Draw a measure over steps, over parameters and over the share of the data.

    Args:
        trials: Short trainings, rows as `study_table` takes them.
        own: Row of the preset itself, which trained longer.
        path: PNG to write, in place of an older one.
        measure: As for `course_of`.
        label: The measure in words.
        beside: Short trainings of another kind, which are on no curve over parameters
            or data but beside them. Defaults to none.
    """
    figure = new_figure(12.0, 3.6)
    time, size, data = figure.subplots(1, 3)
    rows = [*trials, *beside, own]
    for number, row in enumerate(rows):
        steps = np.linspace(0, row["steps"], len(row["course"]) + 1)[1:]
        again, colour = divmod(number, len(COLOURS))
        line = {"c": COLOURS[colour], "ls": ("-", "--", ":")[again], "lw": 1.2}
        time.plot(steps, row["course"], label=row["name"], **line)
    time.set_xscale("log")
    time.legend(fontsize=6)
    whole = max(row["clips"] for row in trials)
    sizes = [row for row in trials if row["clips"] == whole]
    parts = _of_several_shares(trials)
    for axis, found, key in (
        (size, sorted(sizes, key=lambda row: row["num_parameters"]), "num_parameters"),
        (data, sorted(parts, key=lambda row: row["clips"]), "clips"),
    ):
        for name, words in ((f"val_{measure}", "validation"), (measure, "training")):
            ink = COLOURS[name == measure]
            places = [row[key] for row in found]
            axis.plot(places, [row[name] for row in found], "o-", c=ink, label=words)
            for row in beside:
                told = f"{row['name']}, {words}"
                axis.plot(row[key], row[name], "x", c=ink, label=told)
        axis.legend(fontsize=7, loc="center")
    for axis, words in (
        (time, "steps of training"),
        (size, f"parameters, {trials[0]['steps']:,} steps"),
        (data, f"training clips, {trials[0]['steps']:,} steps"),
    ):
        axis.set_xlabel(words, fontsize=8)
        axis.set_ylabel(label, fontsize=8)
        axis.tick_params(labelsize=8)
        axis.grid(alpha=0.3)
    least = min(row[f"val_{measure}"] for row in rows)
    time.set_ylim(
        least - 0.2, max(row["course"][0] for row in [*trials, *beside]) + 0.2
    )
    save(figure, path)


def _of_several_shares(trials: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Trials of the size that learned from most numbers of clips."""
    of_size: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in trials:
        of_size[row["num_parameters"]].append(row)
    return max(of_size.values(), key=lambda rows: len({row["clips"] for row in rows}))
