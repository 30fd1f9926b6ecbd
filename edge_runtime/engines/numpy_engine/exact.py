"""Integer sums through floating-point matrix products, which are the fast ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def exact_dtype(
    largest: int, columns: NDArray[np.int64], offset: NDArray[np.int64]
) -> np.dtype[Any]:
    """The smallest float type that adds up integer products without any rounding.

    Integers up to 2**24 are exact in float32 and up to 2**53 in float64, in whatever
    order a matrix product adds them, so the sum of absolute values decides.

    Args:
        largest: Largest absolute value of the integers on the left.
        columns: Integers on the right, shape `(length, outputs)`.
        offset: What is added to the sums, shape `(outputs,)`.

    Returns:
        `float32` if every partial sum and the offset fit, else `float64`.

    Example:

    >>> exact_dtype(128, np.full((1000, 1), 100), np.array([0]))
    dtype('float32')
    >>> exact_dtype(128, np.full((2000, 1), 100), np.array([0]))
    dtype('float64')
    """
    sums = largest * np.abs(columns).sum(axis=0)
    fits = max(int(sums.max()), int(np.abs(offset).max())) <= 2**24
    return np.dtype(np.float32 if fits else np.float64)
