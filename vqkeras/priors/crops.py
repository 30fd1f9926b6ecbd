"""Batches of codemaps with holes: batch `k` is a function of the seed and `k` alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from vqkeras.priors.masks import drawn_masks


def masked_crops(
    codemaps: NDArray[np.uint16],
    *,
    batch_size: int,
    crop_cells: int,
    seed: int,
    first_batch: int = 0,
) -> tf.data.Dataset:
    """Endless batches of crops and of what is hidden in them.

    Args:
        codemaps: Codes of whole examples, `(examples, map_frames, map_bins)`.
        batch_size: Crops in a batch.
        crop_cells: Cells along time of a crop; shorter examples are taken whole.
        seed: Of examples, crops and holes.
        first_batch: Batches to skip: a resumed run goes on where it was. Defaults to
            `0`.

    Returns:
        Pairs of int32 codes and bool masks (`True` = hidden), both
        `(batch, crop_cells, map_bins)`.
    """
    frames, bins = codemaps.shape[1:]
    length = min(crop_cells, frames)

    def read(number: Any) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        rng = np.random.default_rng([seed, int(number)])
        rows = rng.integers(len(codemaps), size=batch_size)
        starts = rng.integers(frames - length + 1, size=batch_size)
        crops = [
            codemaps[row, start : start + length]
            for row, start in zip(rows, starts, strict=True)
        ]
        return (
            np.stack(crops).astype(np.int32),
            drawn_masks(batch_size, length, bins, rng),
        )

    def shaped(number: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        crops, masks = tf.numpy_function(read, [number], (tf.int32, tf.bool))
        shape = (batch_size, length, bins)
        return tf.ensure_shape(crops, shape), tf.ensure_shape(masks, shape)

    options = tf.data.Options()
    # Autotuning can stall the end of an iterator for seconds.
    options.autotune.enabled = False
    counter = tf.data.Dataset.counter(start=first_batch)
    return counter.map(shaped).prefetch(2).with_options(options)


def judged_crops(
    codemaps: NDArray[np.uint16], *, batch_size: int, crop_cells: int, seed: int
) -> tf.data.Dataset:
    """One pass over the middle of every example, each with the same hole every time.

    Args:
        codemaps: As for `masked_crops`.
        batch_size: Crops in a batch.
        crop_cells: Cells along time of a crop.
        seed: Of the holes.

    Returns:
        Pairs as of `masked_crops`; the last batch may be smaller.
    """
    frames, bins = codemaps.shape[1:]
    length = min(crop_cells, frames)
    start = (frames - length) // 2
    crops = codemaps[:, start : start + length].astype(np.int32)
    masks = drawn_masks(len(crops), length, bins, np.random.default_rng(seed))
    return tf.data.Dataset.from_tensor_slices((crops, masks)).batch(batch_size)
