"""A `tf.data` pipeline that reads only the rows and frames of each batch.

Batch `k` is a function of the seed and `k` alone, so a stream can be entered anywhere
and memory holds a few batches, whatever the size of the array.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from vqkeras.datasets.shard_files import ShardedRows


class _Reader:
    """Cuts batch `step` of pass `epoch` out of the array."""

    def __init__(
        self,
        array: NDArray[Any] | ShardedRows,
        batch_size: int,
        shuffle_seed: int | None,
        crop_frames: int | None,
    ) -> None:
        self.array = array
        self.batch_size = batch_size
        self.shuffle_seed = shuffle_seed
        self.crop_frames = crop_frames or array.shape[1]
        self._orders: dict[int, NDArray[np.int64]] = {}

    def one_pass(self, epoch: np.int64, step: np.int64) -> NDArray[Any]:
        """Batch `step` of a pass; the last one may be smaller."""
        number = 0 if self.shuffle_seed is None else int(epoch)
        start = int(step) * self.batch_size
        rows = self._order(number)[start : start + self.batch_size]
        return self._cut(rows, number, int(step))

    def endless(self, step: np.int64) -> NDArray[Any]:
        """Batch `step` of all passes put end to end; always full."""
        positions = int(step) * self.batch_size + np.arange(self.batch_size)
        epochs, places = np.divmod(positions, len(self.array))
        rows = [
            self._order(int(epoch))[place]
            for epoch, place in zip(epochs, places, strict=True)
        ]
        return self._cut(np.array(rows), 0, int(step))

    def _order(self, epoch: int) -> NDArray[np.int64]:
        """Row numbers in the order of pass `epoch`."""
        order = self._orders.get(epoch)
        if order is None:
            order = np.arange(len(self.array))
            if self.shuffle_seed is not None:
                np.random.default_rng([self.shuffle_seed, epoch]).shuffle(order)
            # The last two: a batch may reach from one pass into the next.
            self._orders = dict([*self._orders.items()][-1:]) | {epoch: order}
        return order

    def _cut(self, rows: NDArray[np.int64], epoch: int, step: int) -> NDArray[Any]:
        """The frames of one batch, still in the type they are stored in."""
        _, frames, bins, channels = self.array.shape
        # The leading 1 keeps this stream apart from the one that orders the rows.
        rng = np.random.default_rng([1, self.shuffle_seed or 0, epoch, step])
        starts = rng.integers(0, frames - self.crop_frames + 1, size=len(rows))
        batch = np.empty(
            (len(rows), self.crop_frames, bins, channels), self.array.dtype
        )
        for place, (row, start) in enumerate(zip(rows, starts, strict=True)):
            batch[place] = self.array[row, start : start + self.crop_frames]
        return batch


def batches_of(
    array: NDArray[Any] | ShardedRows,
    batch_size: int,
    *,
    shuffle_seed: int | None,
    crop_frames: int | None,
    repeat: bool,
    first_batch: int,
) -> tf.data.Dataset:
    """Batches of `array` as float32 in [0, 1]; see `Split.batches` for the arguments.

    Args:
        array: float16 or uint8 array, or rows of shards, of shape
            `(examples, frames, bins, channels)`.
        batch_size: Examples in a batch.
        shuffle_seed: Seed of order and crops, or `None` for the stored order.
        crop_frames: Frames to cut out of each example, or `None` for all.
        repeat: Whether the stream is endless.
        first_batch: Batches of an endless stream to skip.

    Returns:
        `tf.data.Dataset` of shape `(batch, frames, bins, channels)`.

    Raises:
        ValueError: If `batch_size` is not positive or the array is empty.
    """
    if batch_size < 1 or not len(array):
        raise ValueError(
            "batches need a batch_size of 1 or more and one example or more. "
            f"Received: batch_size={batch_size}, {len(array)} examples."
        )
    reader = _Reader(array, batch_size, shuffle_seed, crop_frames)
    shape = (batch_size if repeat else None, reader.crop_frames, *array.shape[2:])
    dtype = tf.as_dtype(array.dtype)

    def to_float(batch: tf.Tensor) -> tf.Tensor:
        batch = tf.cast(tf.ensure_shape(batch, shape), tf.float32)
        return batch / 255.0 if array.dtype == np.uint8 else batch

    if repeat:
        dataset = tf.data.Dataset.counter(start=first_batch).map(
            lambda step: to_float(tf.numpy_function(reader.endless, [step], dtype))
        )
    else:
        num_steps = -(-len(array) // batch_size)
        passes = tf.data.Dataset.random(
            seed=shuffle_seed or 0, rerandomize_each_iteration=True
        ).take(1)
        dataset = passes.flat_map(
            lambda epoch: tf.data.Dataset.range(num_steps).map(
                lambda step: to_float(
                    tf.numpy_function(reader.one_pass, [epoch, step], dtype)
                )
            )
        ).apply(tf.data.experimental.assert_cardinality(num_steps))
    options = tf.data.Options()
    # Autotuning can stall the end of an iterator for seconds.
    options.autotune.enabled = False
    return dataset.prefetch(2).with_options(options)
