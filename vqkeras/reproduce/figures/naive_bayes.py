"""What naive Bayes gets right, over the radius of its neighbourhood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vqkeras.drawing import COLOURS, new_figure, whole_numbers

_LINES = {"independent": "--", "autoregressive": "-"}


def naive_bayes_figure(studies: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Share of right codes of every variant that predicts the likeliest code.

    Args:
        studies: What `naive_bayes_study` returns, under the title of each panel.

    Returns:
        The figure.
    """
    figure = new_figure(4.2 * len(studies), 4.4)
    axes = figure.subplots(1, len(studies), squeeze=False)[0]
    for axis, (title, study) in zip(axes, studies.items(), strict=True):
        _panel(axis, study)
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("Radius (cells)")
    axes[0].set_ylabel("Hidden codes predicted right")
    lines, labels = axes[0].get_legend_handles_labels()
    figure.legend(lines, labels, loc="outside lower center", ncols=4, fontsize=8)
    return figure


def _panel(axis: Axes, study: Mapping[str, Any]) -> None:
    rows = [row for row in study["variants"] if row["predict"] == "argmax"]
    neighbourhoods = list(dict.fromkeys(row["neighbourhood"] for row in rows))
    for colour, neighbourhood in zip(COLOURS, neighbourhoods, strict=False):
        for order, line in _LINES.items():
            chosen = [
                row
                for row in rows
                if (row["neighbourhood"], row["order"]) == (neighbourhood, order)
            ]
            axis.plot(
                [row["radius"] for row in chosen],
                [row["code_accuracy"] for row in chosen],
                line,
                color=colour,
                marker="o",
                markersize=3,
                label=f"{neighbourhood}, {order}",
            )
    for row, colour in zip(_with_codes(study), ("0.2", "0.6"), strict=True):
        axis.axhline(
            row["code_accuracy"], color=colour, linewidth=1.2, label=_NAMES[row["name"]]
        )
    axis.set_ylim(0.0, 1.0)
    whole_numbers(axis.xaxis)
    axis.grid(alpha=0.3)


_NAMES = {"marginal": "commonest code", "nearest_code": "nearest visible code"}


def _with_codes(study: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The two baselines that predict codes without drawing them."""
    return [
        row
        for row in study["baselines"]
        if row["name"] in _NAMES and row.get("predict", "argmax") == "argmax"
    ]
