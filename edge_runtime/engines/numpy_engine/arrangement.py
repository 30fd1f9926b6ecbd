"""Operators that move numbers without changing them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.engines.numpy_engine.node import Kernel, Node, scale_of
from edge_runtime.errors import BundleError


def reshape(node: Node) -> Kernel:
    """The same numbers in another shape."""
    return lambda values, shape: values.reshape(tuple(shape))


def transpose(node: Node) -> Kernel:
    """Axes in another order."""
    return lambda values, order: values.transpose(tuple(order))


def gather(node: Node) -> Kernel:
    """Rows of a table by number."""
    if node.options["axis"] != 0:
        raise node.unsupported(f"it takes axis {node.options['axis']}")

    def run(table: NDArray[Any], rows: NDArray[Any]) -> NDArray[Any]:
        if rows.size and (rows.min() < 0 or rows.max() >= len(table)):
            raise BundleError(
                f"Codes must lie in [0, {len(table) - 1}]. "
                f"Received: {rows.min()} to {rows.max()}."
            )
        found: NDArray[Any] = table[rows]
        return found

    return run


def shape(node: Node) -> Kernel:
    """Sizes of an input."""
    return lambda values: np.array(values.shape, np.int32)


# Of four axes, begin and end count for the second alone.
ALONG_TIME = 0b1101


def strided_slice(node: Node) -> Kernel:
    """One number of a list, as free sizes are looked up; or some frames of a map."""
    shrinks = node.options["shrink_axis_mask"]
    if shrinks == 1 and node.inputs[0].shape == (4,):
        return lambda sizes, begin, *_: np.asarray(sizes[begin[0]])
    masks = [node.options.get(name) for name in ("begin_mask", "end_mask")]
    if shrinks or masks != [ALONG_TIME] * 2 or len(node.inputs[0].shape) != 4:
        raise node.unsupported("it does more than pick one size, or some frames")

    def run(
        values: NDArray[Any],
        begin: NDArray[Any],
        end: NDArray[Any],
        step: NDArray[Any],
    ) -> NDArray[Any]:
        return values[:, begin[1] : end[1] : step[1]]

    return run


def pack(node: Node) -> Kernel:
    """Numbers as a list."""
    return lambda *values: np.stack(values)


def concatenation(node: Node) -> Kernel:
    """Inputs side by side along one axis."""
    axis = node.options["axis"]
    if node.is_int8:
        numbers = {
            (float(scale_of(each)), each.zero_point)
            for each in (*node.inputs, node.output)
        }
        if len(numbers) > 1:
            raise node.unsupported("its int8 inputs differ in scale")
    if node.options.get("activation", "NONE") != "NONE":
        raise node.unsupported(f"it ends with {node.options['activation']}")
    return lambda *values: np.concatenate(values, axis=axis)
