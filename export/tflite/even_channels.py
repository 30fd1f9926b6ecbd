"""Output channels of one size, so that one int8 scale is as fine for each of them.

A decoder gives a level in [0, 1] and its raw spread, which lies between -8 and 0: at
one scale the level has an eighth of the steps. So the last convolution gives the level
larger meanwhile, and the graph divides it again in float32.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from vqkeras.layers.depth_to_space import DepthToSpace


@contextlib.contextmanager
def even_channels(
    decoder: keras.Layer, quantized: Sequence[NDArray[Any]]
) -> Iterator[NDArray[np.float32] | None]:
    """Give the output channels of a decoder one size while the context lasts.

    Args:
        decoder: What to rescale, ending with a convolution and `DepthToSpace`;
            afterwards its weights are the old ones, bit by bit. Another one, or one of
            a single channel, stays as it is.
        quantized: Examples of what it takes.

    Yields:
        What its output must be multiplied by, shape `(channels,)`; `None`: nothing.
    """
    sizes = _sizes(decoder, quantized)
    if sizes is None:
        yield None
        return
    last = decoder.stack.layers[-2]
    weights = last.get_weights()
    try:
        # The channels of a cell's values are innermost: see `DepthToSpace`.
        each = np.tile(sizes, weights[1].size // sizes.size)
        last.set_weights([weight / each for weight in weights])
        yield sizes
    finally:
        last.set_weights(weights)


def _sizes(
    decoder: keras.Layer, quantized: Sequence[NDArray[Any]]
) -> NDArray[np.float32] | None:
    """Largest value of each channel, the largest of them being 1."""
    *_, last, after = decoder.stack.layers
    if not isinstance(last, keras.layers.Conv2D) or not isinstance(after, DepthToSpace):
        return None
    outputs = [np.asarray(decoder(each, training=False)) for each in quantized]
    largest = np.max(
        [np.abs(output).max(axis=(0, 1, 2)) for output in outputs], axis=0
    ).astype(np.float32)
    if largest.size == 1 or not largest.all():
        return None
    sizes: NDArray[np.float32] = largest / largest.max()
    return sizes
