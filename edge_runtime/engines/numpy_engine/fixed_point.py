"""LiteRT's own integer scaling, for what it does not hand to XNNPACK."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def scaled(values: NDArray[np.int64], ratio: NDArray[np.floating]) -> NDArray[np.int64]:
    """Integers times a real ratio, computed and rounded in integers.

    `MultiplyByQuantizedMultiplier` of TensorFlow Lite, rounding twice:
    https://github.com/tensorflow/tensorflow/blob/master/tensorflow/lite/kernels/internal/common.cc

    Args:
        values: Integers of at most 32 bits.
        ratio: Positive factors, of a shape that broadcasts to that of the values.

    Returns:
        Integers, of the values' shape.

    Example:

    >>> scaled(np.array([-3, 3, 100]), np.array(0.5)).tolist()
    [-1, 2, 50]
    """
    fraction, exponent = np.frexp(np.asarray(ratio, np.float64))
    multiplier = np.floor(fraction * 2.0**31 + 0.5).astype(np.int64)
    left = np.maximum(exponent, 0).astype(np.int64)
    right = np.maximum(-exponent, 0).astype(np.int64)
    high = ((values << left) * multiplier + (1 << 30)) >> 31
    mask = (np.int64(1) << right) - 1
    up = (high & mask) > (mask >> 1) + (high < 0)
    result: NDArray[Any] = (high >> right) + up
    return result
