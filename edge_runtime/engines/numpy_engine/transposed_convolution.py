"""Transposed convolution: every cell adds its own window to the output."""

from __future__ import annotations

from collections.abc import Callable
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
    sums_to_int8_by_litert,
)

# From an input `(frames, bins, channels)` and the sizes of the output to its sums.
Spread = Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]


def transpose_conv(node: Node) -> Kernel:
    """Inputs: output shape, weights `(outputs, *kernel, channels)`, input, bias."""
    weights = node.constant(1)
    bias = bias_of(node, 3, len(weights))
    if node.is_int8:
        return _int8(node, weights, bias)
    if weights.dtype == np.int8:
        return _dynamic(node, weights, bias)
    spread = _spreading(node, weights, np.dtype(np.float32))
    finish = sums_to_float32(node, bias)

    def run(
        shape: NDArray[Any], _: NDArray[Any], image: NDArray[Any], *rest: NDArray[Any]
    ) -> NDArray[Any]:
        return finish(spread(image[0], shape))[np.newaxis]

    return run


def _int8(node: Node, weights: NDArray[np.int8], bias: NDArray[np.int32]) -> Kernel:
    """How many windows reach a value varies: the zero point is taken off first."""
    zero_point = node.inputs[2].zero_point
    dtype = exact_dtype(255, _columns(weights), bias.astype(np.int64))
    spread = _spreading(node, weights, dtype)
    # XNNPACK takes no operator whose output shape it learns while it runs.
    known = node.inputs[0].constant is not None
    finish = (sums_to_int8 if known else sums_to_int8_by_litert)(
        node, bias.astype(dtype)
    )

    def run(
        shape: NDArray[Any], _: NDArray[Any], image: NDArray[Any], *rest: NDArray[Any]
    ) -> NDArray[Any]:
        centred = image[0].astype(dtype)
        centred -= zero_point
        return finish(spread(centred, shape))[np.newaxis]

    return run


def _dynamic(
    node: Node, weights: NDArray[np.int8], bias: NDArray[np.float32]
) -> Kernel:
    dtype = exact_dtype(255, _columns(weights), np.zeros(1, np.int64))
    spread = _spreading(node, weights, dtype)
    finish = sums_to_float32(node, bias)
    scale = scales_of(node.inputs[1])

    def run(
        shape: NDArray[Any], _: NDArray[Any], image: NDArray[Any], *rest: NDArray[Any]
    ) -> NDArray[Any]:
        dynamic = in_own_range(image.reshape(1, -1))
        sums = spread(dynamic.steps.reshape(image.shape[1:]).astype(dtype), shape)
        values = sums.astype(np.float32)
        values *= dynamic.scale
        values *= scale
        return finish(values)[np.newaxis]

    return run


def _columns(weights: NDArray[np.int8]) -> NDArray[np.int64]:
    """All weights that can meet in one sum, shape `(length, outputs)`."""
    return weights.reshape(len(weights), -1).T.astype(np.int64)


def _spreading(node: Node, weights: NDArray[Any], dtype: np.dtype[Any]) -> Spread:
    outputs, height, width, channels = weights.shape
    time_step, freq_step = node.options["stride"]
    same = node.options["padding"] == "SAME"
    # One product gives all windows: (channels, height * width * outputs).
    matrix = np.ascontiguousarray(
        weights.transpose(3, 1, 2, 0).reshape(channels, -1), dtype
    )

    def spread(image: NDArray[Any], shape: NDArray[Any]) -> NDArray[Any]:
        frames, bins, _ = image.shape
        windows = (image.reshape(-1, channels) @ matrix).reshape(
            frames, bins, height, width, outputs
        )
        full = np.zeros(
            (
                (frames - 1) * time_step + max(height, time_step),
                (bins - 1) * freq_step + max(width, freq_step),
                outputs,
            ),
            dtype,
        )
        for row in range(height):
            for column in range(width):
                full[
                    row : row + (frames - 1) * time_step + 1 : time_step,
                    column : column + (bins - 1) * freq_step + 1 : freq_step,
                ] += windows[:, :, row, column]
        wanted_frames, wanted_bins = int(shape[1]), int(shape[2])
        top = max(0, (frames - 1) * time_step + height - wanted_frames) // 2
        left = max(0, (bins - 1) * freq_step + width - wanted_bins) // 2
        if not same:
            top, left = 0, 0
        return np.ascontiguousarray(
            full[top : top + wanted_frames, left : left + wanted_bins]
        )

    return spread
