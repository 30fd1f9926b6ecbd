"""Figure 11: power and emissions over time, and the energy of every network."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vqkeras.drawing import COLOURS, new_figure


def energy_figure(energy: Mapping[str, Any]) -> Figure:
    """Power above emissions for each grid at equal parameters; beside them, energy.

    Args:
        energy: As `weighed` returns it.

    Returns:
        The figure. Its title says whether the energy is measured or estimated.
    """
    figure = new_figure(11.0, 5.6)
    left, right = figure.subfigures(1, 2, squeeze=False, width_ratios=(1.0, 1.05))[0]
    power, emissions = left.subplots(2, sharex=True)
    rows = energy["rows"]
    grids = [row for row in rows if row["axis"] == "grid"]
    for colour, row in zip(COLOURS, grids, strict=True):
        series = row["series"]
        style = {"color": colour, "label": row["name"]}
        power.plot(series["seconds"], _numbers(series["power_w"]), **style)
        grams = _numbers(series["emissions_g"])
        emissions.plot(series["seconds"], [1e3 * each for each in grams], **style)
    power.set_ylabel("Power (W)")
    power.legend(fontsize=8, loc="upper right")
    emissions.set_ylabel("Emissions (mg CO2e)")
    emissions.set_xlabel("Time (s)")
    for axis in (power, emissions):
        axis.set_ylim(bottom=0.0)
        axis.set_xlim(left=0.0)
        axis.grid(alpha=0.3)
    _bars(right.subplots(), rows, energy["steps"])
    figure.suptitle(f"Energy and emissions, {energy['method']}", fontsize=10)
    return figure


def _bars(axis: Axes, rows: Sequence[Mapping[str, Any]], steps: int) -> None:
    """Joules of a step; the line through a bar goes from the least to the most."""
    to_j = 3600.0 / steps
    values = [row["energy_wh"] * to_j for row in rows]
    least = [row["least_energy_wh"] * to_j for row in rows]
    most = [row["most_energy_wh"] * to_j for row in rows]
    axis.barh(
        range(len(rows)),
        values,
        xerr=(
            [value - low for value, low in zip(values, least, strict=True)],
            [high - value for value, high in zip(values, most, strict=True)],
        ),
        color=[COLOURS[0] if row["axis"] == "grid" else COLOURS[1] for row in rows],
        error_kw={"linewidth": 1, "ecolor": "0.3"},
    )
    axis.set_yticks(range(len(rows)), [_label(row) for row in rows], fontsize=8)
    axis.invert_yaxis()
    reference = next(
        value for row, value in zip(rows, values, strict=True) if row["is_reference"]
    )
    axis.axvline(reference, color="0.4", linestyle="--", linewidth=1)
    axis.set_xlabel("Energy of a step (J)")
    axis.set_title("Blue: other grids. Orange: cells of 8x8, other changes", fontsize=9)
    axis.grid(alpha=0.3, axis="x")


def _label(row: Mapping[str, Any]) -> str:
    """A name, its second half in a line of its own."""
    return row["name"].replace(", ", ",\n")


def _numbers(values: Sequence[float | None]) -> list[float]:
    return [math.nan if value is None else value for value in values]
