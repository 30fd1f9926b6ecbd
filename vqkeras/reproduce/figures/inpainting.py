"""Figure 10: a box of two images, resampled by naive Bayes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from edge_runtime.priors.prior import Prior
from vqkeras.drawing import new_figure, show_image
from vqkeras.evaluation.holes import pixel_mask
from vqkeras.run_codec import RunCodec

_SEED = 0


def inpainters(codebook_size: int, marginal: NDArray[np.int64]) -> dict[str, Prior]:
    """What the figure compares, under the titles of its panels.

    Args:
        codebook_size: Number of codewords.
        marginal: Counts of the codes in training.

    Returns:
        The priors; those of naive Bayes are autoregressive, as the paper's figure.
    """
    return {
        "naive Bayes": NaiveBayesPrior(codebook_size),
        "sampled": NaiveBayesPrior(codebook_size, predict="sample"),
        "averaged codes\n(the paper's)": NaiveBayesPrior(
            codebook_size, predict="mean_code"
        ),
        "commonest code": MarginalPrior(marginal),
    }


def inpainting_figure(
    codec: RunCodec,
    examples: NDArray[np.float32],
    masks: NDArray[np.bool_],
    priors: Mapping[str, Prior],
) -> Figure:
    """One row per image: with its box, with the box hidden, and filled by each prior.

    Args:
        codec: Model of images.
        examples: Shape `(examples, frames, bins, channels)`.
        masks: Cells to hide, bool of shape `(examples, map_frames, map_bins)`.
        priors: What fills the box, under the titles of the panels.

    Returns:
        The figure.
    """
    figure = new_figure(1.55 * (len(priors) + 3), 1.75 * len(examples) + 0.3)
    axes = figure.subplots(len(examples), len(priors) + 3, squeeze=False)
    codemaps = codec.encode(examples)
    for line, example, codemap, mask in zip(
        axes, examples, codemaps, masks, strict=True
    ):
        pixels = pixel_mask(codec, mask)
        filled = [
            prior.fill(codemap, mask, seed=_SEED).astype(np.int32)
            for prior in priors.values()
        ]
        truth, *outputs = codec.decode(np.stack([codemap, *filled]))
        hidden = np.where(pixels[:, :, np.newaxis], np.nan, example)
        for axis, image in zip(line, [example, hidden, truth, *outputs], strict=True):
            show_image(axis, image)
            axis.set_facecolor("#9ecae1")
            outline(axis, pixels)
    titles = ["input", "hidden", "its own codes", *priors]
    for axis, title in zip(axes[0], titles, strict=True):
        axis.set_title(title, fontsize=9)
    return figure


def outline(axis: Axes, pixels: NDArray[np.bool_]) -> None:
    """Draw the box around the marked pixels."""
    rows, columns = (np.flatnonzero(pixels.any(axis=1 - axis)) for axis in (0, 1))
    axis.add_patch(
        Rectangle(
            (columns[0] - 0.5, rows[0] - 0.5),
            len(columns),
            len(rows),
            fill=False,
            edgecolor="#0072B2",
            linewidth=1.5,
        )
    )
