"""Calibration of the int8 export: which real examples fix the scales."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from vqkeras.datasets.split import Split

# Training examples that fix the int8 scales. More of them widen the scales for the
# sake of single values, and keep fewer codes: see report/calibration.md.
CALIBRATION_EXAMPLES = 10


def evenly_spaced(split: Split, count: int) -> Iterator[NDArray[np.float32]]:
    """Examples taken at equal distances through a split, as batches of one.

    Splits are sorted by instrument, so that equal distances reach all of them: a scale
    is no better than the loudest value that it has seen.

    Args:
        split: Part of a data set.
        count: How many examples to take; all of them if it has no more.

    Yields:
        Arrays of shape `(1, frames, bins, channels)`, in [0, 1].
    """
    count = min(count, len(split))
    for index in range(count):
        yield np.asarray(split[index * len(split) // count], np.float32)[np.newaxis]
