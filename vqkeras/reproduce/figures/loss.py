"""Figure 4: the loss over epochs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from vqkeras.drawing import COLOURS, new_figure, whole_numbers

# Chable et al., "Spectrogram Inpainting", section 3.2: the loss after 10 epochs.
PAPER_LOSS = 0.011
PAPER_EPOCHS = 10


def loss_figure(histories: Mapping[str, Sequence[Mapping[str, float]]]) -> Figure:
    """Squared error of each run, epoch by epoch, with the paper's for comparison.

    Args:
        histories: Rows of `history.csv` under the name of each run.

    Returns:
        The figure.
    """
    figure = new_figure(7.5, 4.6)
    axis = figure.subplots()
    for colour, (name, rows) in zip(COLOURS, histories.items(), strict=False):
        epochs = [row["epoch"] for row in rows]
        for key, style, what in (
            ("reconstruction_loss", ":", "training"),
            ("val_reconstruction_loss", "-", "held out"),
        ):
            axis.plot(
                epochs,
                [row[key] for row in rows],
                style,
                color=colour,
                marker="o",
                markersize=3,
                label=f"{name}, {what}",
            )
    axis.axhline(PAPER_LOSS, color="0.4", linestyle="--", linewidth=1)
    axis.annotate(
        f"the paper's loss after {PAPER_EPOCHS} epochs, {PAPER_LOSS}",
        (1.0, PAPER_LOSS),
        xycoords=("axes fraction", "data"),
        xytext=(-4, 4),
        textcoords="offset points",
        ha="right",
        fontsize=8,
        color="0.3",
    )
    axis.set_yscale("log")
    axis.set_xlabel("Epoch")
    axis.set_ylabel("Mean squared error of a pixel")
    whole_numbers(axis.xaxis)
    axis.grid(alpha=0.3, which="both")
    figure.legend(loc="outside lower center", ncols=len(histories), fontsize=8)
    return figure


def largest_jump(rows: Sequence[Mapping[str, Any]]) -> float:
    """Largest factor by which the held-out error rises from one epoch to the next.

    Args:
        rows: Rows of `history.csv`.

    Returns:
        1 or less if it never rises; NaN-free, 0 for a single epoch.

    Example:

    >>> largest_jump([{"val_reconstruction_loss": value} for value in (4.0, 2.0, 3.0)])
    1.5
    """
    errors = [row["val_reconstruction_loss"] for row in rows]
    pairs = zip(errors[1:], errors[:-1], strict=True)
    return max((after / before for after, before in pairs), default=0.0)
