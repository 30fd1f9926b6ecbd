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


def strided_slice(node: Node) -> Kernel:
    """One number of a list, as the sizes of free axes are looked up."""
    if node.options["shrink_axis_mask"] != 1 or node.inputs[0].shape != (4,):
        raise node.unsupported("it does more than pick one size")

    def run(sizes: NDArray[Any], begin: NDArray[Any], *_: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(sizes[begin[0]])

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
