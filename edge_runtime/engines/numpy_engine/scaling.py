"""From exact integer sums to int8: XNNPACK's `fp32` requantization, and biases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.engines.numpy_engine.fixed_point import scaled
from edge_runtime.engines.numpy_engine.node import Node, scale_of, scales_of
from edge_runtime.engines.numpy_engine.number_formats import (
    INT8_MAX,
    INT8_MIN,
    rounded_to_int8,
)


def bias_of(node: Node, position: int, outputs: int) -> NDArray[Any]:
    """Bias of a convolution, zeros if it has none."""
    if position < len(node.inputs):
        return node.constant(position)
    return np.zeros(outputs, np.int32 if node.is_int8 else np.float32)


def sums_to_int8(
    node: Node, offset: NDArray[np.floating]
) -> Callable[[NDArray[Any]], NDArray[np.int8]]:
    """Function that adds an offset to sums and rounds them to the output's steps.

    Args:
        node: Convolution with one scale, or one per output channel, for its weights.
        offset: Integers as floats, shape `(outputs,)`.

    Returns:
        Function of sums `(..., outputs)`, which it overwrites.
    """
    source, weights = _scales(node)
    scale = source * weights / scale_of(node.output)  # in float32, in this order
    zero_point, relu = node.output.zero_point, node.has_relu

    def finish(sums: NDArray[Any]) -> NDArray[np.int8]:
        sums += offset
        steps = sums.astype(np.float32, copy=False)
        steps *= scale
        return rounded_to_int8(steps, zero_point, relu=relu)

    return finish


def sums_to_int8_by_litert(
    node: Node, offset: NDArray[np.floating]
) -> Callable[[NDArray[Any]], NDArray[np.int8]]:
    """The same as LiteRT's own kernels do it, in integers."""
    source, weights = _scales(node)
    ratio = np.float64(source) * weights.astype(np.float64)
    ratio /= np.float64(scale_of(node.output))
    zero_point = node.output.zero_point
    lowest = zero_point if node.has_relu else INT8_MIN

    def finish(sums: NDArray[Any]) -> NDArray[np.int8]:
        sums += offset
        steps = scaled(sums.astype(np.int64), ratio) + zero_point
        return np.clip(steps, lowest, INT8_MAX).astype(np.int8)

    return finish


def _scales(node: Node) -> tuple[np.float32, NDArray[np.float32]]:
    """Scale of the input and scales of the weights."""
    source = node.inputs[2 if node.name == "TRANSPOSE_CONV" else 0]
    return scale_of(source), scales_of(node.inputs[1])


def sums_to_float32(
    node: Node, bias: NDArray[np.float32]
) -> Callable[[NDArray[Any]], NDArray[np.float32]]:
    """Function that adds a bias to sums and clips them; overwrites its argument."""
    relu = node.has_relu

    def finish(sums: NDArray[Any]) -> NDArray[np.float32]:
        sums += bias
        if relu:
            np.maximum(sums, 0.0, out=sums)
        return sums

    return finish
