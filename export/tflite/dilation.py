"""Dilated convolutions that convert to one operator each."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import keras
import tensorflow as tf


@contextmanager
def direct_dilation(networks: Sequence[keras.Layer]) -> Iterator[None]:
    """Make each dilated convolution of networks one operator while the context lasts.

    TensorFlow has no gradient of such an operator on every processor. So Keras moves
    every n-th cell into the batch, convolves, and moves them back: 17 operators, which
    the converter sees through only where all sizes are fixed.

    Args:
        networks: They give the same numbers, and have no gradient meanwhile.
    """
    layers = [
        layer
        for network in networks
        for layer in network._flatten_layers()
        if isinstance(layer, keras.layers.Conv2D) and max(layer.dilation_rate) > 1
    ]
    for layer in layers:
        layer.convolution_op = partial(_dilated, layer)
    try:
        yield
    finally:
        for layer in layers:
            del layer.convolution_op


def _dilated(
    layer: keras.layers.Conv2D, inputs: tf.Tensor, kernel: tf.Tensor
) -> tf.Tensor:
    return tf.nn.conv2d(
        inputs,
        kernel,
        strides=layer.strides,
        padding=layer.padding.upper(),
        dilations=layer.dilation_rate,
    )
