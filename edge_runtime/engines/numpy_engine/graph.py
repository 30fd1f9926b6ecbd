"""The description of a model's graphs, as the export wrote it beside the flatbuffer.

Constants and scales are not repeated there: each is a place in the flatbuffer's bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import BundleError

_DTYPES = ("float32", "float16", "int8", "int32")


@dataclass(frozen=True, eq=False)
class Tensor:
    """One value of a graph.

    Attributes:
        dtype: Type of its numbers.
        shape: Sizes; -1 = free.
        scale: Real value of one int8 step, float32 of shape `(1,)` or, for weights,
            `(channels,)`; `None` if the numbers are not int8.
        zero_point: The int8 number that stands for 0.
        constant: Its value, if that never changes.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    scale: NDArray[np.float32] | None = None
    zero_point: int = 0
    constant: NDArray[Any] | None = None


@dataclass(frozen=True)
class Operator:
    """One step of a graph.

    Attributes:
        name: Schema name, such as `"CONV_2D"`.
        inputs: Numbers of its input tensors; -1 = left out.
        output: Number of its output tensor.
        options: What else it needs to know.
    """

    name: str
    inputs: tuple[int, ...]
    output: int
    options: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Graph:
    """One signature of a model.

    Attributes:
        tensors: All values, by number.
        operators: All steps, in the order they run.
        inputs: Name of each input -> number of its tensor.
        outputs: Name of each output -> number of its tensor.
    """

    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    inputs: Mapping[str, int]
    outputs: Mapping[str, int]


def read_graph(description: Mapping[str, Any], flatbuffer: bytes) -> Graph:
    """Graph of one signature, its constants being views of the flatbuffer.

    Args:
        description: What `export.tflite.graph_arrays` wrote for this signature.
        flatbuffer: The model.

    Raises:
        BundleError: If the description does not fit the flatbuffer.
    """
    try:
        return Graph(
            tensors=tuple(_tensor(each, flatbuffer) for each in description["tensors"]),
            operators=tuple(
                Operator(
                    name=each["name"],
                    inputs=tuple(each["inputs"]),
                    output=each["output"],
                    options=each.get("options", {}),
                )
                for each in description["operators"]
            ),
            inputs=_borders(description, "input"),
            outputs=_borders(description, "output"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(
            f"The bundle's graph does not fit its model ({error!r}). Export it again."
        ) from error


def _borders(description: Mapping[str, Any], kind: str) -> dict[str, int]:
    """Tensors by name: a single one has its own pair of fields."""
    if f"{kind}s" in description:
        return dict(description[f"{kind}s"])
    return {description[f"{kind}_name"]: description[kind]}


def _tensor(description: Mapping[str, Any], flatbuffer: bytes) -> Tensor:
    if description["dtype"] not in _DTYPES:
        raise ValueError(f"unknown type {description['dtype']}")
    dtype = np.dtype(description["dtype"]).newbyteorder("<")
    shape = tuple(description["shape"])
    constant, scale = None, None
    if "offset" in description:
        constant = np.frombuffer(
            flatbuffer, dtype, int(np.prod(shape)), description["offset"]
        ).reshape(shape)
    if "scale" in description:
        offset, count = description["scale"]
        scale = np.frombuffer(flatbuffer, "<f4", count, offset)
    zero_point = int(description.get("zero_point", 0))
    return Tensor(np.dtype(description["dtype"]), shape, scale, zero_point, constant)
