"""Chunked reading of a split, so that memory does not grow with the data."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from vqkeras.datasets.split import Split

# 16 notes of 251 x 512 values, or 2,675 digits: 8 MB, of which a network makes some
# hundred MB of activations.
BLOCK_VALUES = 2**21


def example_blocks(
    split: Split, limit: int | None = None
) -> Iterator[NDArray[np.float32]]:
    """Yield the examples of a split, or some at equal distances through it.

    Splits are sorted by instrument, so equal distances reach all of them.

    Args:
        split: Part of a data set.
        limit: At most this many examples. Defaults to all.

    Yields:
        Float32 arrays of shape `(examples, frames, bins, channels)`, in [0, 1].
    """
    places = evenly_spaced(len(split), limit)
    block = max(1, BLOCK_VALUES // math.prod(split.shape))
    for start in range(0, len(places), block):
        yield np.stack([split[place] for place in places[start : start + block]])


def evenly_spaced(count: int, limit: int | None) -> list[int]:
    """At most `limit` numbers below `count`, at equal distances.

    Example:

    >>> evenly_spaced(100, 4)
    [0, 25, 50, 75]
    """
    chosen = count if limit is None else min(count, limit)
    return [index * count // chosen for index in range(chosen)]
