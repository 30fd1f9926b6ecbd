"""Between float32 and int8, rounded as XNNPACK rounds.

Its sources: https://github.com/google/XNNPACK, `src/f32-qs8-vcvt`, `src/qs8-f32-vcvt`
and the `fp32` requantization of its int8 kernels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.engines.numpy_engine.graph import Tensor
from edge_runtime.engines.numpy_engine.node import Kernel, Node, scale_of

INT8_MIN, INT8_MAX = -128, 127


def rounded_to_int8(
    steps: NDArray[np.float32], zero_point: int, *, relu: bool = False
) -> NDArray[np.int8]:
    """Int8 numbers of values given in output steps; overwrites its argument.

    Args:
        steps: Values divided by the output's scale.
        zero_point: The int8 number that stands for 0.
        relu: Whether values below 0 become 0. Defaults to `False`.

    Returns:
        Int8 array of the same shape: half steps go to the even number, as the
        processors' own rounding does.
    """
    lowest = 0 if relu else INT8_MIN - zero_point
    np.clip(steps, lowest, INT8_MAX - zero_point, out=steps)
    np.rint(steps, out=steps)
    steps += zero_point
    return steps.astype(np.int8)


def to_int8(values: NDArray[np.float32], tensor: Tensor) -> NDArray[np.int8]:
    """Int8 numbers of real values."""
    return rounded_to_int8(
        values * (np.float32(1.0) / scale_of(tensor)), tensor.zero_point
    )


def from_int8(numbers: NDArray[np.int8], tensor: Tensor) -> NDArray[np.float32]:
    """Real values of int8 numbers."""
    values = numbers.astype(np.float32)
    values -= tensor.zero_point
    values *= scale_of(tensor)
    return values


def quantize(node: Node) -> Kernel:
    """Float32 to int8."""
    output = node.output
    if node.inputs[0].dtype != np.float32:
        raise node.unsupported("it changes one int8 scale into another")
    return lambda values: to_int8(values, output)


def dequantize(node: Node) -> Kernel:
    """Int8 or float16 to float32."""
    source = node.inputs[0]
    if source.dtype == np.float16:
        return _widened
    return lambda numbers: from_int8(numbers, source)


def _widened(values: NDArray[Any]) -> NDArray[np.float32]:
    return values.astype(np.float32)
