"""What an operator is given when it prepares itself to run, and what it returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.engines.numpy_engine.graph import Tensor
from edge_runtime.errors import BundleError

# Takes the arrays of an operator's inputs, in order, and returns that of its output.
Kernel = Callable[..., NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Node:
    """An operator with its tensors.

    Attributes:
        name: Schema name, such as `"CONV_2D"`.
        inputs: Its input tensors, those left out at the end not among them.
        output: Its output tensor.
        options: What else it needs to know.
    """

    name: str
    inputs: tuple[Tensor, ...]
    output: Tensor
    options: Mapping[str, Any]

    @property
    def is_int8(self) -> bool:
        """Whether it computes int8 from int8."""
        return self.output.dtype == np.int8

    @property
    def has_relu(self) -> bool:
        """Whether its result is clipped at 0 from below."""
        activation = self.options.get("activation", "NONE")
        if activation not in ("NONE", "RELU"):
            raise self.unsupported(f"it ends with {activation}")
        return bool(activation == "RELU")

    def constant(self, position: int) -> NDArray[Any]:
        """Value of an input that must be a constant.

        Raises:
            BundleError: If it is not.
        """
        value = self.inputs[position].constant
        if value is None:
            raise self.unsupported(f"input {position} changes from call to call")
        return value

    def unsupported(self, reason: str) -> BundleError:
        """The error that says what the numpy engine cannot do."""
        return BundleError(
            f"The numpy engine cannot run {self.name}: {reason}. Use --engine litert."
        )


def scales_of(weights: Tensor) -> NDArray[np.float32]:
    """Scale of int8 weights, one or one per output channel."""
    if weights.scale is None:
        raise BundleError("The bundle's graph has int8 weights without a scale.")
    return weights.scale


def scale_of(tensor: Tensor) -> np.float32:
    """Scale of an int8 tensor that has one for all its values."""
    if tensor.scale is None or len(tensor.scale) != 1:
        raise BundleError("The bundle's graph has an int8 tensor without one scale.")
    return np.float32(tensor.scale[0])
