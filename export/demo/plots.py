"""The picture of an edit: spectrograms before and after, with the region outlined."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from edge_runtime.spectrogram.region import Region
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.drawing import new_figure, outline, show_spectrogram


def before_after_figure(
    before_db: NDArray[np.float32],
    after_db: NDArray[np.float32],
    *,
    mask: NDArray[np.bool_],
    box: Region,
    settings: SpectrogramSettings,
    title: str,
) -> Figure:
    """Original, what the model was left with, and what it made of it, side by side.

    Args:
        before_db: Original, `(frames, bins)`, in dB re full scale.
        after_db: Edited sound, same shape.
        mask: Regenerated values, bool of the same shape.
        box: The same region in s and Hz; outlined in every panel.
        settings: How the spectrograms were computed; gives the axes.
        title: Headline of the figure.

    Returns:
        The figure; `figure.savefig(path)` writes it.
    """
    hidden_db = np.where(mask, np.nan, before_db)
    panels = {
        "Original": before_db,
        f"Hidden: {box}": hidden_db,
        "Regenerated on the edge runtime": after_db,
    }
    figure = new_figure(14.0, 4.8)
    figure.suptitle(title)
    axes = figure.subplots(1, len(panels), sharex=True, sharey=True)
    for axis, (name, values) in zip(axes, panels.items(), strict=True):
        image = show_spectrogram(axis, values, settings, name)
        axis.set_facecolor("0.6")
        axis.add_patch(outline(box, "cyan"))
        axis.set_xlabel("Time (s)")
    axes[0].set_ylabel("Frequency (kHz)")
    figure.colorbar(image, ax=axes, label="Level (dB re full scale)", pad=0.01)
    return figure
