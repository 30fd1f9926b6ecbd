"""One part of a data set: its examples, what is known of them, batches of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import UsageError
from vqkeras.datasets.shard_files import ShardedRows

if TYPE_CHECKING:
    import tensorflow as tf

BLOCK = 64  # rows read at a time where a whole split is streamed


class Split:
    """Examples of one split, read from disk as they are needed.

    Args:
        array: float16 (in [0, 1]) or uint8 (in [0, 255]) array, memory map or rows of
            shards, of shape `(examples, frames, bins, channels)`.
        metadata: What is known of each example: NSynth's keys for notes, `"label"`
            for images.
        read_audio: Gives the sound of example `i`, float32 of shape `(samples,)`.
            Defaults to `None`: the examples are images.
        variance: What `variance` gives. Defaults to `None`: it is computed.

    Example:

    >>> split = Split(np.full((3, 4, 5, 1), 255, np.uint8), [{"label": 7}] * 3)
    >>> len(split), split.shape, float(split[0].max())
    (3, (4, 5, 1), 1.0)
    """

    def __init__(
        self,
        array: NDArray[Any] | ShardedRows,
        metadata: Sequence[dict[str, Any]],
        *,
        read_audio: Callable[[int], NDArray[np.float32]] | None = None,
        variance: float | None = None,
    ) -> None:
        if array.ndim != 4 or array.dtype not in (np.float16, np.uint8):
            raise ValueError(
                "array must be float16 or uint8 of shape (examples, frames, bins, "
                f"channels). Received: {array.dtype} of shape {array.shape}."
            )
        if len(metadata) != len(array):
            raise ValueError(
                "metadata must have one entry for each example. Received: "
                f"{len(metadata)} for {len(array)} examples."
            )
        self.array = array
        self.metadata = metadata
        self._read_audio = read_audio
        self._variance = variance

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, index: int) -> NDArray[np.float32]:
        return _as_float(self.array[index])

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of one example: `(frames, bins, channels)`."""
        frames, bins, channels = self.array.shape[1:]
        return frames, bins, channels

    def audio(self, index: int) -> NDArray[np.float32]:
        """Sound of one example.

        Args:
            index: Which example.

        Returns:
            float32 array of shape `(samples,)`, 4 s at the sample rate of the
            spectrogram settings.

        Raises:
            ValueError: If the examples are images.
        """
        if self._read_audio is None:
            raise ValueError("These examples are images: they have no audio.")
        return self._read_audio(range(len(self))[index])

    def variance(self) -> float:
        """Variance over the first channel of the split, computed once, by blocks.

        What other channels hold is of another kind and means nothing in silence.
        """
        if self._variance is None:
            blocks = (
                moments_of(self.array[start : start + BLOCK, :, :, 0])
                for start in range(0, len(self), BLOCK)
            )
            self._variance = variance_of(blocks, math.prod(self.array.shape[:3]))
        return self._variance

    def batches(
        self,
        batch_size: int,
        *,
        shuffle_seed: int | None = None,
        crop_frames: int | None = None,
        repeat: bool = False,
        first_batch: int = 0,
    ) -> tf.data.Dataset:
        """Batches of float32 examples in [0, 1].

        Args:
            batch_size: Examples in a batch. Without `repeat` the last may be smaller.
            shuffle_seed: Seed of the order, another one in each pass over the data,
                and of the crops. Defaults to `None`: the stored order.
            crop_frames: Frames to cut out of each example at a random time. Defaults
                to `None`: all of them.
            repeat: Whether the stream is endless, every batch full. Defaults to
                `False`.
            first_batch: Batches of an endless stream to skip without reading them: a
                resumed run goes on where it was. Defaults to `0`.

        Returns:
            `tf.data.Dataset` of shape `(batch, frames, bins, channels)`.

        Raises:
            UsageError: If `crop_frames` is longer than the examples.
        """
        from vqkeras.datasets.batches import batches_of

        if crop_frames is not None and crop_frames > self.shape[0]:
            raise UsageError(
                f"data.crop_frames must be at most {self.shape[0]}, the frames of one "
                f"example. Received: {crop_frames}."
            )
        return batches_of(
            self.array,
            batch_size,
            shuffle_seed=shuffle_seed,
            crop_frames=crop_frames,
            repeat=repeat,
            first_batch=first_batch,
        )


def moments_of(rows: NDArray[Any]) -> tuple[list[float], list[float]]:
    """Sums and sums of squares of stored rows.

    Args:
        rows: Stored values of shape `(rows, frames, bins)`.
    """
    flat = _as_float(rows).reshape(len(rows), -1)
    # Row by row: a float32 dot product over one row loses nothing.
    return (
        [float(row.sum(dtype=np.float64)) for row in flat],
        [float(np.dot(row, row)) for row in flat],
    )


def variance_of(moments: Iterable[tuple[list[float], list[float]]], size: int) -> float:
    """Variance of all values of some rows.

    Args:
        moments: What `moments_of` gives for each `BLOCK` rows.
        size: Number of values.
    """
    total = squares = 0.0
    for sums, of_squares in moments:
        total += float(np.array(sums).sum())
        squares += sum(of_squares)
    mean = total / size
    return max(squares / size - mean**2, 0.0)


def _as_float(values: NDArray[Any]) -> NDArray[np.float32]:
    """Stored values as float32 in [0, 1]."""
    result: NDArray[np.float32] = np.asarray(values, dtype=np.float32)
    if values.dtype == np.uint8:
        result = result / np.float32(255)
    return result
