"""Figure 9: training and inpainting, with what a real image becomes on the way."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionPatch
from numpy.typing import NDArray

from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from vqkeras.drawing import (
    new_figure,
    show_codemap,
    show_image,
    without_ticks,
)
from vqkeras.run_codec import RunCodec


def pipeline_figure(
    codec: RunCodec, example: NDArray[np.float32], mask: NDArray[np.bool_]
) -> Figure:
    """Above: encoder, quantizer, decoder. Below: the codemap edited, then decoded.

    Args:
        codec: Model of images.
        example: Shape `(frames, bins, channels)`.
        mask: Cells to hide, bool of shape `(map_frames, map_bins)`.

    Returns:
        The figure.
    """
    size, dim = codec.codebook.shape
    latents = np.asarray(codec.run.model.encoder(example[np.newaxis]))[0]
    codemap = codec.encode(example[np.newaxis])[0]
    filled = NaiveBayesPrior(size).fill(codemap, mask, seed=0)
    reconstruction, inpainted = codec.decode(np.stack([codemap, filled]))

    figure = new_figure(10.0, 4.9)
    figure.set_layout_engine("constrained", wspace=0.2, hspace=0.08)
    top, bottom = figure.subplots(2, 4)
    show_image(top[0], example, "input")
    top[1].imshow(latents[:, :, 0], cmap="viridis", interpolation="nearest")
    top[1].set_title(f"latents, channel 1 of {dim}", fontsize=9)
    without_ticks(top[1])
    show_codemap(top[2], codemap, size, f"codemap, {size} codes")
    show_image(top[3], reconstruction, "reconstruction")
    _arrow(top[0], top[1], "encoder")
    _arrow(top[1], top[2], "nearest\ncodeword")
    _arrow(top[2], top[3], "decoder")

    bottom[0].set_axis_off()
    bottom[0].text(
        0.5,
        0.5,
        "Above: how the model is trained.\nThe error of the reconstruction\n"
        "teaches encoder and decoder;\nthe latents move the codewords.\n\n"
        "Below: how it is used.\nNo training, no encoder for the\nnew codes: only "
        "neighbours.",
        ha="center",
        va="center",
        fontsize=9,
        transform=bottom[0].transAxes,
    )
    hidden = np.where(mask, -1, codemap)
    show_codemap(bottom[1], hidden, size, "cells hidden")
    show_codemap(bottom[2], filled, size, "cells predicted")
    show_image(bottom[3], inpainted, "inpainted")
    _arrow(bottom[1], bottom[2], "naive\nBayes")
    _arrow(bottom[2], bottom[3], "decoder")
    figure.add_artist(
        ConnectionPatch(
            (0.0, 0.0),
            (1.0, 1.0),
            "axes fraction",
            "axes fraction",
            axesA=top[2],
            axesB=bottom[1],
            arrowstyle="-|>",
            mutation_scale=14,
            color="0.3",
        )
    )
    return figure


def _arrow(first: Axes, second: Axes, label: str) -> None:
    """An arrow from one panel to the next, with a word above it."""
    first.annotate(
        "",
        xy=(0.0, 0.5),
        xycoords=second.transAxes,
        xytext=(1.0, 0.5),
        textcoords=first.transAxes,
        arrowprops={"arrowstyle": "-|>", "color": "0.3", "shrinkA": 4, "shrinkB": 4},
    )
    first.annotate(
        label,
        xy=(1.0, 0.5),
        xycoords=first.transAxes,
        xytext=(38, 6),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=8,
    )
