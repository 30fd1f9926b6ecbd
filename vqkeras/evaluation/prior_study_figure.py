"""Picture of what limits a prior: steps, size and data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vqkeras.drawing import COLOURS, new_figure, save


def draw_study(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw bits over steps, over parameters and over the share of the data.

    Args:
        rows: Of `tried`, and last that of the preset's own prior.
        path: PNG to write, in place of an older one.
    """
    figure = new_figure(12.0, 3.6)
    time, size, data = figure.subplots(1, 3)
    *trials, own = rows
    for number, row in enumerate(rows):
        steps = np.linspace(0, row["steps"], len(row["course"]) + 1)[1:]
        again, colour = divmod(number, len(COLOURS))
        line = {"c": COLOURS[colour], "ls": ("-", "--", ":")[again], "lw": 1.2}
        time.plot(steps, row["course"], label=row["name"], **line)
    time.set_xscale("log")
    time.legend(fontsize=6, loc="lower left")
    whole = max(row["clips"] for row in trials)
    sizes = [row for row in trials if row["clips"] == whole]
    parts = _of_several_shares(trials)
    for axis, found, key in (
        (size, sizes, "num_parameters"),
        (data, sorted(parts, key=lambda row: row["clips"]), "clips"),
    ):
        for bits, name in (("val_bits", "validation"), ("bits", "training")):
            axis.plot(
                [row[key] for row in found],
                [row[bits] for row in found],
                "o-",
                c=COLOURS[bits == "bits"],
                label=name,
            )
        axis.legend(fontsize=7, loc="center")
    for axis, label in (
        (time, "steps of training"),
        (size, f"parameters, {trials[0]['steps']:,} steps"),
        (data, f"training clips, {trials[0]['steps']:,} steps"),
    ):
        axis.set_xlabel(label, fontsize=8)
        axis.set_ylabel("bits a code", fontsize=8)
        axis.tick_params(labelsize=8)
        axis.grid(alpha=0.3)
    time.set_ylim(own["val_bits"] - 0.2, max(row["course"][0] for row in trials) + 0.2)
    save(figure, path)


def _of_several_shares(trials: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Trials of the size that learned from most numbers of clips."""
    of_size: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in trials:
        of_size[row["num_parameters"]].append(row)
    return max(of_size.values(), key=lambda rows: len({row["clips"] for row in rows}))
