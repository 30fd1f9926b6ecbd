"""Channels of a residual encoder made equally large, so that one int8 scale fits all.

A sum of int8 tensors has one scale for all of its channels: one loud channel costs the
others their last bits, and those decide between codewords. A ReLU does not care about
the size of a channel, so sizes can be moved from the channels into the weights around
them, and the encoder computes what it did before.

Source: Nagel et al. 2019, "Data-Free Quantization Through Weight Equalization and Bias
Correction", section 4.1, https://arxiv.org/abs/1906.04721; here with sizes measured on
calibration examples.
"""

import contextlib
from collections.abc import Iterator

import keras
import numpy as np
from numpy.typing import NDArray

from vqkeras.layers.residual_grid import (
    ResidualBlock,
    ResidualGridEncoder,
    RowOffset,
)

# Of the values of a channel, this share in percent counts: the largest are onsets.
SHARE = 99.9


@contextlib.contextmanager
def equalised(
    encoder: keras.Layer, examples: list[NDArray[np.float32]]
) -> Iterator[None]:
    """Rescale the channels of an encoder's residual blocks while the context lasts.

    Encoders without residual blocks stay as they are.

    Args:
        encoder: What to rescale; afterwards its weights are the old ones, bit by bit.
        examples: Inputs of shape `(1, frames, bins, channels)` to measure on.
    """
    if not isinstance(encoder, ResidualGridEncoder) or not encoder.blocks:
        yield
        return
    weights = encoder.get_weights()
    try:
        _rescale(encoder.stack.layers, sizes_of(encoder, examples))
        yield
    finally:
        encoder.set_weights(weights)


def sizes_of(
    encoder: ResidualGridEncoder, examples: list[NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Size of each channel, the largest at any of the sums; the middle one is 1."""
    found = []
    for example in examples:
        outputs = example
        for layer in encoder.stack.layers:
            outputs = layer(outputs)
            if isinstance(layer, RowOffset | ResidualBlock):
                sizes = np.abs(np.asarray(outputs)).reshape(-1, outputs.shape[-1])
                found.append(np.percentile(sizes, SHARE, axis=0))
    largest = np.max(found, axis=0)
    # A channel that is never used keeps the size it has.
    largest[largest <= 0.0] = np.median(largest[largest > 0.0])
    return (largest / np.median(largest)).astype(np.float32)


def _rescale(layers: list[keras.Layer], sizes: NDArray[np.float32]) -> None:
    """Divide channels by their sizes where they begin, multiply where they are read."""
    place = next(i for i, layer in enumerate(layers) if isinstance(layer, RowOffset))
    _divide(layers[place - 1], sizes)
    layers[place].offset.assign(layers[place].offset / sizes)
    blocks = [layer for layer in layers if isinstance(layer, ResidualBlock)]
    for block in blocks:
        read, written = (
            layer for layer in block.branch.layers if hasattr(layer, "kernel")
        )
        _multiply(read, sizes)
        _divide(written, sizes)
    _multiply(layers[-1], sizes)


def _divide(convolution: keras.layers.Conv2D, sizes: NDArray[np.float32]) -> None:
    convolution.kernel.assign(convolution.kernel / sizes)
    convolution.bias.assign(convolution.bias / sizes)


def _multiply(convolution: keras.layers.Conv2D, sizes: NDArray[np.float32]) -> None:
    convolution.kernel.assign(convolution.kernel * sizes[:, np.newaxis])
