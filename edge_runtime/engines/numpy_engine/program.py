"""One signature, ready to run: kernels in order, and what may be forgotten when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.engines.numpy_engine import (
    arrangement,
    convolution,
    elementwise,
    number_formats,
    transposed_convolution,
)
from edge_runtime.engines.numpy_engine.graph import Graph, Operator, Tensor
from edge_runtime.engines.numpy_engine.node import Kernel, Node
from edge_runtime.errors import BundleError

# Exactly what the exports of this project contain.
OPERATORS: dict[str, Callable[[Node], Kernel]] = {
    "ADD": elementwise.add,
    "CONCATENATION": arrangement.concatenation,
    "CONV_2D": convolution.conv_2d,
    "DEQUANTIZE": number_formats.dequantize,
    "GATHER": arrangement.gather,
    "LOGISTIC": elementwise.logistic,
    "MUL": elementwise.mul,
    "PACK": arrangement.pack,
    "QUANTIZE": number_formats.quantize,
    "RELU": elementwise.relu,
    "RESHAPE": arrangement.reshape,
    "SHAPE": arrangement.shape,
    "STRIDED_SLICE": arrangement.strided_slice,
    "SUB": elementwise.sub,
    "TANH": elementwise.tanh,
    "TRANSPOSE": arrangement.transpose,
    "TRANSPOSE_CONV": transposed_convolution.transpose_conv,
}


class Program:
    """Runs one signature.

    Args:
        graph: What to run.

    Raises:
        BundleError: If the graph has an operator, or a use of one, that is not known.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        tensors = list(graph.tensors)
        self._steps: list[tuple[Operator, Kernel]] = []
        for operator in graph.operators:
            inputs = tuple(tensors[i] for i in operator.inputs if i >= 0)
            kernel = _kernel(operator, inputs, tensors[operator.output])
            constants = [each.constant for each in inputs]
            if any(constant is None for constant in constants):
                self._steps.append((operator, kernel))
            else:
                # Such as float16 weights: widened once, here.
                tensors[operator.output] = replace(
                    tensors[operator.output], constant=kernel(*constants)
                )
        self._constants = {
            number: tensor.constant
            for number, tensor in enumerate(tensors)
            if tensor.constant is not None
        }
        self._last_use = {
            number: step
            for step, (operator, _) in enumerate(self._steps)
            for number in operator.inputs
        }

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of what it takes."""
        return tuple(self._graph.inputs)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of what it returns."""
        return tuple(self._graph.outputs)

    def __call__(self, value: NDArray[Any]) -> NDArray[Any]:
        """Run a signature of one input and one output.

        Args:
            value: Its input; free sizes may differ from call to call.

        Raises:
            BundleError: If the input has another shape or type.
        """
        (source,), (result,) = self._graph.inputs, self._graph.outputs
        return self.run({source: value})[result]

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Run the signature.

        Args:
            inputs: All its inputs, by name; free sizes may differ from call to call.

        Returns:
            All its outputs, by name.

        Raises:
            BundleError: If an input has another shape or type.
        """
        graph = self._graph
        values: dict[int, NDArray[Any]] = {}
        missing = sorted(set(graph.inputs) - set(inputs))
        if missing:
            raise BundleError(f"The model also takes: {', '.join(missing)}.")
        for name, number in graph.inputs.items():
            self._check(name, graph.tensors[number], inputs[name])
            values[number] = inputs[name]
        kept = set(graph.outputs.values())
        for step, (operator, kernel) in enumerate(self._steps):
            given = [
                self._constants[number] if number in self._constants else values[number]
                for number in operator.inputs
                if number >= 0
            ]
            values[operator.output] = kernel(*given)
            for number in operator.inputs:
                if self._last_use[number] == step and number not in kept:
                    values.pop(number, None)
        return {
            name: np.ascontiguousarray(values[number])
            for name, number in graph.outputs.items()
        }

    @staticmethod
    def _check(name: str, wanted: Tensor, value: NDArray[Any]) -> None:
        fits = len(wanted.shape) == value.ndim and all(
            size in (-1, given)
            for size, given in zip(wanted.shape, value.shape, strict=True)
        )
        if not fits or value.dtype != wanted.dtype:
            free = str(wanted.shape).replace("-1", "any")
            raise BundleError(
                f"The model takes a {name} of shape {free}, "
                f"{wanted.dtype}. Received: {value.shape}, {value.dtype}."
            )


def _kernel(operator: Operator, inputs: tuple[Tensor, ...], output: Tensor) -> Kernel:
    node = Node(operator.name, inputs, output, operator.options)
    make = OPERATORS.get(operator.name)
    if make is None:
        raise node.unsupported("it does not know this operator")
    return make(node)
