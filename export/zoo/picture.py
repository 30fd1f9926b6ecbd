"""Plots of error against rate, size and training time: where the limit lies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from vqkeras.drawing import COLOURS, new_figure, save

OURS, PATCHES = COLOURS[:2]


def draw_limits(
    rows: list[dict[str, Any]], over_time: list[tuple[float, float]], path: Path
) -> None:
    """Draw three curves side by side.

    Args:
        rows: From `measure_variants`.
        over_time: Minutes of training and nmse on the validation split, of the whole
            training of the config.
        path: PNG to write, in place of an older one.
    """
    figure = new_figure(11.0, 3.4)
    rate, size, time = figure.subplots(1, 3)
    base = next(row for row in rows if row["name"] == "base")
    rates = sorted(_group(rows, "rate", base), key=lambda row: row["bitrate_bps"])
    kbits = [row["bitrate_bps"] / 1000.0 for row in rates]
    rate.plot(kbits, [row["nmse"] for row in rates], "o-", c=OURS, label="network")
    patches = [row["kmeans_nmse"] for row in rates]
    rate.plot(kbits, patches, "s--", c=PATCHES, label="k-means patches")
    for row, kbit in zip(rates, kbits, strict=True):
        _label(rate, kbit, row["nmse"], f"{row['codebook_size']}")
    rate.legend(fontsize=8, loc="upper right")
    _axes(rate, "rate in kbit/s (codewords beside the points)", "nmse, unseen notes")
    sizes = sorted(_group(rows, "size", base), key=lambda row: row["num_parameters"])
    count = [row["num_parameters"] / 1000.0 for row in sizes]
    size.plot(count, [row["nmse"] for row in sizes], "o-", c=OURS)
    _axes(size, "parameters in thousands", "nmse, unseen notes")
    minutes, errors = zip(*over_time, strict=True)
    time.plot(minutes, errors, c=OURS)
    time.set_ylim(0.0, 2.5 * min(errors))
    _axes(time, "minutes of training", "nmse, validation notes")
    save(figure, path)


def _group(
    rows: list[dict[str, Any]], group: str, base: dict[str, Any]
) -> list[dict[str, Any]]:
    return [base, *(row for row in rows if row["group"] == group)]


def _label(axis: Axes, x: float, y: float, text: str) -> None:
    axis.annotate(text, (x, y), (3, 4), textcoords="offset points", fontsize=7)


def _axes(axis: Axes, x: str, y: str) -> None:
    axis.set_xlabel(x, fontsize=8)
    axis.set_ylabel(y, fontsize=8)
    axis.tick_params(labelsize=8)
    axis.grid(alpha=0.3)
    axis.set_ylim(0.0, 1.08 * axis.get_ylim()[1])
