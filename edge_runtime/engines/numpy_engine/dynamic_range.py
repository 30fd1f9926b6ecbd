"""Float32 inputs brought to int8 with the scale they happen to need.

As XNNPACK's `xnn_f32_qd8_asymmetric_quantization_params` and `f32-qd8-vcvt` do it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class DynamicRange:
    """Values in steps of their own range.

    Attributes:
        steps: Whole numbers in float32, with 0 standing for 0: the int8 numbers less
            their zero point. Same shape as the values.
        scale: Real value of a step, shape `(rows, 1)`.
    """

    steps: NDArray[np.float32]
    scale: NDArray[np.float32]


def in_own_range(values: NDArray[np.float32]) -> DynamicRange:
    """Round each row of values to 256 levels between its extremes.

    Args:
        values: Shape `(rows, length)`.

    Returns:
        The steps and their scales.
    """
    low = np.minimum(values.min(axis=1, keepdims=True), np.float32(0.0))
    high = np.maximum(values.max(axis=1, keepdims=True), np.float32(0.0))
    width = high - low
    per_unit = np.divide(
        np.float32(255.0), width, out=np.ones_like(width), where=width > 0.0
    )
    from_low = np.float32(-128.0) - low * per_unit
    from_high = np.float32(127.0) - high * per_unit
    # Whichever end of the range the zero point can be read from more precisely.
    low_error = np.float32(-128.0) + low * per_unit
    high_error = np.float32(127.0) + high * per_unit
    zero_point = np.where(low_error + high_error > 0.0, from_low, from_high)
    zero_point = np.rint(np.clip(zero_point, -128.0, 127.0))
    steps = np.rint(values * per_unit)
    np.clip(steps, -128.0 - zero_point, 127.0 - zero_point, out=steps)
    return DynamicRange(steps, np.float32(1.0) / per_unit)
