"""Small VQ-VAEs and images to learn from."""

import numpy as np
import tensorflow as tf

from vqkeras.layers import (
    ConvDecoder,
    ConvEncoder,
    VectorQuantizerEMA,
)
from vqkeras.model.vqvae import VQVAE

SIZES = {"channels": [4, 4], "strides": [[2, 2], [2, 2]]}


def small_model(quantizer=None, **options):
    return VQVAE(
        ConvEncoder(**SIZES, codebook_dim=2),
        quantizer or VectorQuantizerEMA(8, restart_threshold=0.1),
        ConvDecoder(**SIZES),
        **options,
    )


def examples(count=24, seed=0):
    """Images with a bright box: something to learn."""
    rng = np.random.default_rng(seed)
    images = np.zeros((count, 8, 8, 1), np.float32)
    for image, (row, column) in zip(
        images, rng.integers(0, 5, (count, 2)), strict=True
    ):
        image[row : row + 4, column : column + 4] = 1.0
    return images


def batched(images, size=8):
    dataset = tf.data.Dataset.from_tensor_slices(images).batch(size)
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)


def two_channels(count=6, seed=0):
    """Boxes, and in a second channel numbers that mean nothing beside them."""
    noise = np.random.default_rng(seed).random((count, 8, 8, 1), np.float32)
    return np.concatenate([0.6 * examples(count, seed), noise], axis=3)


def two_channel_model(**options):
    return VQVAE(
        ConvEncoder(**SIZES, codebook_dim=2),
        VectorQuantizerEMA(8),
        ConvDecoder(**SIZES, output_channels=2),
        **options,
    )
