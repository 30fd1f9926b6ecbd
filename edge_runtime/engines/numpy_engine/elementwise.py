"""Sums, products, ReLU and gates of values at one place, int8 as LiteRT rounds them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.engines.numpy_engine.fixed_point import scaled
from edge_runtime.engines.numpy_engine.node import Kernel, Node, scale_of
from edge_runtime.engines.numpy_engine.number_formats import (
    INT8_MAX,
    INT8_MIN,
    rounded_to_int8,
)


def add(node: Node) -> Kernel:
    """Sum of two inputs."""
    if not node.is_int8:
        return _plain(node, np.add)
    # XNNPACK's `xnn_init_qs8_add_minmax_params`: both scales become integers of 21
    # bits with a common shift, and half steps round up.
    first, second = node.inputs
    ratios = [scale_of(each) / scale_of(node.output) for each in node.inputs]
    shift = 20 - (int(np.frexp(max(ratios))[1]) - 1)
    factors = [int(np.rint(np.ldexp(ratio, shift))) for ratio in ratios]
    offset = 1 << (shift - 1)
    offset -= factors[0] * first.zero_point + factors[1] * second.zero_point
    zero_point = node.output.zero_point
    lowest = zero_point if node.has_relu else INT8_MIN

    def run(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
        # Up to 2 * 2**21 * 256: 32 bits are enough.
        sums: NDArray[np.int32] = one.astype(np.int32) * factors[0]
        sums = sums + other.astype(np.int32) * factors[1]
        sums += offset
        sums >>= shift
        sums += zero_point
        return np.clip(sums, lowest, INT8_MAX).astype(np.int8)

    return run


def sub(node: Node) -> Kernel:
    """Difference of two inputs, as sizes of free axes need it."""
    if node.is_int8:
        raise node.unsupported("it subtracts int8 numbers")
    return _plain(node, np.subtract)


def mul(node: Node) -> Kernel:
    """Product of two inputs."""
    if not node.is_int8:
        return _plain(node, np.multiply)
    first, second = node.inputs
    scale = scale_of(first) * scale_of(second) / scale_of(node.output)
    zero_point, relu = node.output.zero_point, node.has_relu

    def run(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
        centred = one.astype(np.float32) - first.zero_point
        steps = centred * (other.astype(np.float32) - second.zero_point)
        steps *= scale
        return rounded_to_int8(steps, zero_point, relu=relu)

    return run


def relu(node: Node) -> Kernel:
    """Values below 0 become 0."""
    if not node.is_int8:
        return lambda values: np.maximum(values, 0)
    # LiteRT gives this operator to its own kernel.
    source, output = node.inputs[0], node.output
    above = np.maximum(_EVERY_NUMBER - source.zero_point, 0)
    steps = scaled(above, np.array(scale_of(source) / scale_of(output)))
    return _looked_up(steps + output.zero_point)


def tanh(node: Node) -> Kernel:
    """Hyperbolic tangent."""
    return _gate(node, np.tanh)


def logistic(node: Node) -> Kernel:
    """Sigmoid, `1 / (1 + exp(-x))`."""
    # This form overflows nowhere.
    return _gate(node, lambda values: 0.5 + 0.5 * np.tanh(0.5 * values))


# In the order of the same bits read as uint8.
_EVERY_NUMBER = np.arange(256, dtype=np.uint8).view(np.int8).astype(np.int64)


def _gate(node: Node, function: Callable[[NDArray[Any]], NDArray[Any]]) -> Kernel:
    if not node.is_int8:
        return function
    source, output = node.inputs[0], node.output
    values = (_EVERY_NUMBER - source.zero_point) * np.float64(scale_of(source))
    steps = np.rint(function(values) / np.float64(scale_of(output)))
    return _looked_up(steps + output.zero_point)


def _looked_up(results: NDArray[Any]) -> Kernel:
    """Kernel of a function whose result for each int8 number is known."""
    table = np.clip(results, INT8_MIN, INT8_MAX).astype(np.int8)
    return lambda numbers: table[numbers.view(np.uint8)]


def _plain(node: Node, function: np.ufunc) -> Kernel:
    relu = node.has_relu

    def run(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
        result: NDArray[Any] = function(one, other)
        return np.maximum(result, 0) if relu else result

    return run
