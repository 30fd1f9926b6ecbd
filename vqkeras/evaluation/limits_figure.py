"""Picture of what limits a model: rate and cells, and how its trainings went."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from vqkeras.callbacks.history_file import read_history
from vqkeras.drawing import COLOURS, new_figure, save
from vqkeras.presets.preset import Preset
from vqkeras.run import Run

_MODEL, _PATCHES, *_OTHERS = COLOURS


def draw_limits(
    rows: Sequence[dict[str, Any]],
    preset: Preset,
    path: Path,
    *,
    beside: Sequence[Run | Preset] = (),
) -> None:
    """Draw errors over the rate above, errors over the course of training below.

    Args:
        rows: From `measure_choices`, then those of models, that of the preset first.
        preset: The model, with the histories of its training and of its prior's.
        path: PNG to write, in place of an older one.
        beside: The other models, in the order of their rows. Defaults to none.
    """
    figure = new_figure(10.0, 7.0)
    (distance, envelope), (codec, prior) = figure.subplots(2, 2)
    _over_rate(distance, rows, "lsd_db", "lsd in dB, unseen clips")
    _over_rate(envelope, rows, "envelope_correlation", "correlation of 10 ms envelopes")
    envelope.legend(fontsize=8, loc="lower right")
    for each, colour in zip((preset, *beside), (_MODEL, *_OTHERS), strict=False):
        epochs, distances = _course_of(each)
        lsd = [-preset.settings.floor_db * distance for distance in distances]
        codec.plot(epochs, lsd, c=colour, label=each.config.name)
        history = each.folder / "prior_history.csv"
        if history.is_file():
            bits = [row["val_bits_per_code"] for row in read_history(history)]
            prior.plot(range(1, len(bits) + 1), bits, c=colour, label=each.config.name)
    for axis in (codec, prior):
        axis.legend(fontsize=8, loc="upper right")
    _label(codec, "epochs of training", "lsd in dB, validation crops")
    _label(prior, "epochs of training of the prior", "bits a code, validation")
    save(figure, path)


def _over_rate(
    axis: Axes, rows: Sequence[dict[str, Any]], key: str, label: str
) -> None:
    patches = [row for row in rows if not row["network"]]
    models = [row for row in rows if row["network"]]
    in_order = sorted(patches, key=lambda row: (row["bitrate_bps"], row[key]))
    for number, row in enumerate(in_order):  # names to the left and right in turn
        axis.annotate(
            row["name"],
            (row["bitrate_bps"] / 1000.0, row[key]),
            (6 if number % 2 else -6, 0),
            textcoords="offset points",
            ha="left" if number % 2 else "right",
            va="center",
            fontsize=7,
        )
    axis.plot(*_points(patches, key), "s", c=_PATCHES, label="k-means patches")
    for model, colour in zip(models, (_MODEL, *_OTHERS), strict=False):
        axis.plot(*_points([model], key), "o", c=colour, label=model["name"])
    axis.margins(x=0.35)
    _label(axis, "rate in kbit/s (frames x bins of a cell, codewords)", label)


def _points(
    rows: Sequence[dict[str, Any]], key: str
) -> tuple[list[float], list[float]]:
    return [row["bitrate_bps"] / 1000.0 for row in rows], [row[key] for row in rows]


def _course_of(run: Run | Preset) -> tuple[list[float], list[float]]:
    """Epochs, and the log-spectral distance of validation crops after each."""
    rows = read_history(run.folder / "history.csv")
    return (
        [row["epoch"] for row in rows],
        [row["val_log_spectral_loss"] for row in rows],
    )


def _label(axis: Axes, x: str, y: str) -> None:
    axis.set_xlabel(x, fontsize=8)
    axis.set_ylabel(y, fontsize=8)
    axis.tick_params(labelsize=8)
    axis.grid(alpha=0.3)
