"""Cross-layer equalisation: encoder channels of one size, so one int8 scale fits all.

A tensor of int8 has one scale for all of its channels: one loud channel costs the
others their last bits, and those decide between codewords. A ReLU does not care about
the size of a channel, so sizes can be moved from the channels into the weights around
it, and the encoder computes what it did before.

Source: Nagel et al. 2019, "Data-Free Quantization Through Weight Equalization and Bias
Correction", section 4.1, https://arxiv.org/abs/1906.04721; here with sizes measured on
calibration examples, for weights have a scale per output channel anyway.
"""

import contextlib
from collections.abc import Iterator, Sequence

import keras
import numpy as np
from numpy.typing import NDArray


@contextlib.contextmanager
def equalised(
    encoder: keras.Layer, examples: Sequence[NDArray[np.float32]]
) -> Iterator[None]:
    """Rescale the channels between an encoder's convolutions while the context lasts.

    Wherever a convolution, a ReLU and a convolution follow each other in its `stack`;
    an encoder without such a place stays as it is.

    Args:
        encoder: What to rescale; afterwards its weights are the old ones, bit by bit.
        examples: Inputs of shape `(1, frames, bins, channels)` to measure on.
    """
    layers = encoder.stack.layers
    weights = encoder.get_weights()
    try:
        for place, sizes in sizes_of(layers, examples).items():
            _divide(layers[place - 1], sizes)
            _multiply(layers[place + 1], sizes)
        yield
    finally:
        encoder.set_weights(weights)


def sizes_of(
    layers: Sequence[keras.Layer], examples: Sequence[NDArray[np.float32]]
) -> dict[int, NDArray[np.float32]]:
    """Largest value of each channel after every ReLU that stands between convolutions.

    Args:
        layers: All layers of an encoder, first to last.
        examples: Inputs to measure on.

    Returns:
        Index of a ReLU -> one size per channel, the middle one of those in use being 1.
    """
    places = [
        index
        for index in range(1, len(layers) - 1)
        if isinstance(layers[index], keras.layers.ReLU)
        and isinstance(layers[index - 1], keras.layers.Conv2D)
        and isinstance(layers[index + 1], keras.layers.Conv2D)
    ]
    largest: dict[int, NDArray[np.float32]] = {}
    for example in examples:
        outputs = example
        for index, layer in enumerate(layers):
            outputs = layer(outputs)
            if index in places:
                sizes = np.max(np.asarray(outputs), axis=(0, 1, 2))
                largest[index] = np.maximum(largest.get(index, sizes), sizes)
    return {index: _relative(sizes) for index, sizes in largest.items()}


def _relative(largest: NDArray[np.float32]) -> NDArray[np.float32]:
    used = largest > 0.0
    if not used.any():
        return np.ones_like(largest)
    middle = np.median(largest[used])
    # A channel that is never used keeps the size it has.
    return np.where(used, largest / middle, 1.0).astype(np.float32)


def _divide(convolution: keras.layers.Conv2D, sizes: NDArray[np.float32]) -> None:
    convolution.kernel.assign(convolution.kernel / sizes)
    convolution.bias.assign(convolution.bias / sizes)


def _multiply(convolution: keras.layers.Conv2D, sizes: NDArray[np.float32]) -> None:
    convolution.kernel.assign(convolution.kernel * sizes[:, np.newaxis])
