"""Convolution in int8, in float32, and of float32 with int8 weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.engines.numpy_engine.dynamic_range import in_own_range
from edge_runtime.engines.numpy_engine.exact import exact_dtype
from edge_runtime.engines.numpy_engine.node import Kernel, Node, scales_of
from edge_runtime.engines.numpy_engine.scaling import (
    bias_of,
    sums_to_float32,
    sums_to_int8,
)
from edge_runtime.engines.numpy_engine.windows import Windows, products


def conv_2d(node: Node) -> Kernel:
    """Inputs `(1, frames, bins, channels)`, weights `(outputs, *kernel, channels)`."""
    weights = node.constant(1)
    outputs, kernel = len(weights), weights.shape[1:3]
    if weights.shape[3] != node.inputs[0].shape[3]:
        raise node.unsupported("it has groups")
    windows = Windows(
        kernel,
        tuple(node.options["stride"]),
        str(node.options["padding"]),
        tuple(node.options["dilation"]),
    )
    matrix = weights.reshape(outputs, -1).T
    bias = bias_of(node, 2, outputs)
    if node.is_int8:
        return _int8(node, windows, matrix, bias)
    if weights.dtype == np.int8:
        return _dynamic(node, windows, matrix, bias)
    return _float32(node, windows, matrix, bias)


def _int8(
    node: Node, windows: Windows, matrix: NDArray[np.int8], bias: NDArray[np.int32]
) -> Kernel:
    """Sums are exact integers; only scaling them rounds."""
    zero_point = node.inputs[0].zero_point
    columns = matrix.astype(np.int64)
    # sum((q - zero_point) * w) = sum(q * w) - zero_point * sum(w)
    offset = bias - zero_point * columns.sum(axis=0)
    dtype = exact_dtype(128, columns, offset)
    finish = sums_to_int8(node, offset.astype(dtype))
    columns = np.ascontiguousarray(columns, dtype)

    def run(image: NDArray[Any], *_: NDArray[Any]) -> NDArray[Any]:
        view = windows.over(image[0], zero_point, dtype)
        return products(view, columns, finish, np.int8)

    return run


def _float32(
    node: Node, windows: Windows, matrix: NDArray[np.float32], bias: NDArray[np.float32]
) -> Kernel:
    columns = np.ascontiguousarray(matrix, np.float32)
    finish = sums_to_float32(node, bias)

    def run(image: NDArray[Any], *_: NDArray[Any]) -> NDArray[Any]:
        view = windows.over(image[0], 0.0, np.dtype(np.float32))
        return products(view, columns, finish, np.float32)

    return run


def _dynamic(
    node: Node, windows: Windows, matrix: NDArray[np.int8], bias: NDArray[np.float32]
) -> Kernel:
    """The input gets one range, but one per cell where a cell is all that is seen.

    XNNPACK runs a 1x1 convolution as a matrix product, whose rows have their own.
    """
    scale = scales_of(node.inputs[1])
    columns = matrix.astype(np.int64)
    dtype = exact_dtype(255, columns, np.zeros(1, np.int64))
    columns = np.ascontiguousarray(columns, dtype)
    finish = sums_to_float32(node, bias)
    by_cell = windows.kernel == windows.stride == (1, 1)

    def run(image: NDArray[Any], *_: NDArray[Any]) -> NDArray[Any]:
        shape = image.shape[1:]
        dynamic = in_own_range(image.reshape((-1, shape[2]) if by_cell else (1, -1)))
        view = windows.over(dynamic.steps.reshape(shape), 0.0, dtype)
        sums = products(view, columns, _unchanged, np.float32)
        step = dynamic.scale.reshape((1, *shape[:2], 1) if by_cell else (1, 1, 1, 1))
        sums *= step
        sums *= scale
        return finish(sums)

    return run


def _unchanged(sums: NDArray[Any]) -> NDArray[Any]:
    return sums
