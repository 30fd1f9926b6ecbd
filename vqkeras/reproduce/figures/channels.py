"""Figures 7 and 8: channels of the quantized vectors taken away, and mixed."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from edge_runtime.effects.cells import mix
from edge_runtime.effects.vectors import keep_channels, mix_channels
from vqkeras.drawing import new_figure, show_image
from vqkeras.run_codec import RunCodec

_SEED = 0


def kept_channels(
    codec: RunCodec, example: NDArray[np.float32]
) -> dict[str, list[NDArray[np.float32]]]:
    """An image decoded from fewer and fewer channels of its quantized vectors.

    Args:
        codec: Model of images.
        example: Shape `(frames, bins, channels)`.

    Returns:
        Images from all channels down to one, under what removed channels were set to:
        zero as in the paper, or the codebook's mean.
    """
    codemap = codec.encode(example[np.newaxis])[0]
    quantized = codec.codebook[codemap]
    dim = quantized.shape[-1]
    replacements = {
        "zero": np.zeros(dim, np.float32),
        "mean": codec.codebook.mean(axis=0),
    }
    return {
        name: list(
            codec.decode_vectors(
                np.stack(
                    [
                        keep_channels(
                            quantized,
                            replacement=replacement,
                            strength=removed / max(dim - 1, 1),
                            seed=_SEED,
                        )
                        for removed in range(dim)
                    ]
                )
            )
        )
        for name, replacement in replacements.items()
    }


def kept_channels_figure(
    example: NDArray[np.float32], images: dict[str, list[NDArray[np.float32]]]
) -> Figure:
    """Figure 7: the image at the left, then fewer channels from panel to panel.

    Args:
        example: The image, shape `(rows, columns, 1)`.
        images: What `kept_channels` returns.

    Returns:
        The figure.
    """
    dim = len(images["zero"])
    figure = new_figure(1.6 * (dim + 1), 1.9 * len(images))
    axes = figure.subplots(len(images), dim + 1, squeeze=False)
    for line, (name, row) in zip(axes, images.items(), strict=True):
        show_image(line[0], example, "input")
        line[0].set_ylabel(f"others: {name}", fontsize=9)
        for removed, (axis, image) in enumerate(zip(line[1:], row, strict=True)):
            kept = dim - removed
            title = f"all {dim} channels" if not removed else f"{kept} of {dim} kept"
            show_image(axis, image, title)
    return figure


def mixed_images(
    codec: RunCodec, pair: NDArray[np.float32]
) -> dict[str, NDArray[np.float32]]:
    """Two images mixed half and half, by the codemap and by the pixels.

    Args:
        codec: Model of images.
        pair: Shape `(2, frames, bins, channels)`.

    Returns:
        Images under their titles.
    """
    first, second = codec.encode(pair)
    vectors = codec.codebook[first], codec.codebook[second]
    by_channel = mix_channels(*vectors, strength=0.5, seed=_SEED)
    by_cell = mix(first, second, strength=0.5, seed=_SEED)
    left = np.zeros(first.shape, np.bool_)
    left[:, first.shape[1] // 2 :] = True
    by_mask = mix(first, second, strength=1.0, seed=_SEED, mask=left)
    decoded = codec.decode_vectors(
        np.stack(
            [by_channel, np.mean(vectors, axis=0), codec.codebook[by_cell]]
            + [codec.codebook[by_mask]]
        )
    )
    titles = ("half the channels", "mean vectors", "half the cells", "by a mask")
    return {
        **dict(zip(titles, decoded, strict=True)),
        "mean of the pixels": pair.mean(axis=0),
    }


def mixed_images_figure(
    pair: NDArray[np.float32], images: dict[str, NDArray[np.float32]]
) -> Figure:
    """Figure 8: the two images, then their mixtures.

    Args:
        pair: Shape `(2, rows, columns, 1)`.
        images: What `mixed_images` returns.

    Returns:
        The figure.
    """
    panels = {"first": pair[0], "second": pair[1], **images}
    figure = new_figure(1.6 * len(panels), 1.9)
    for axis, (title, image) in zip(
        figure.subplots(1, len(panels)), panels.items(), strict=True
    ):
        show_image(axis, image, title)
    return figure
