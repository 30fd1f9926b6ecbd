"""Sums and factors in float32 at the outputs of an int8 graph.

The converter makes int8 of whatever stands in a graph. These few operators are added
afterwards, behind the last DEQUANTIZE; each value of theirs is one sum or product of
float32, which every processor rounds in the same way.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from export.tflite.compact import compact


def with_float_end(
    flatbuffer: bytes,
    signature: str,
    *,
    parts: Sequence[str],
    name: str,
    scales: NDArray[np.float32],
) -> bytes:
    """One output in place of several: their sum, each channel times its scale.

    Args:
        flatbuffer: A TFLite file, nothing appended.
        signature: Name of the signature.
        parts: Names of all its outputs, float32 and of one shape; one is enough.
        name: What the new output is called.
        scales: Factors of the last axis.

    Returns:
        The file in which the signature gives `name` alone.
    """
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(flatbuffer, 0))
    (border,) = (
        each for each in model.signatureDefs if each.signatureKey.decode() == signature
    )
    graph = model.subgraphs[border.subgraphIndex]
    numbers = {each.name.decode(): each.tensorIndex for each in border.outputs}
    end = _End(model, graph)
    total = numbers[parts[0]]
    for part in parts[1:]:
        total = end.added("ADD", total, numbers[part])
    total = end.added("MUL", total, end.constant(scales))
    graph.outputs = np.array([total], np.int32)
    (output, *_) = border.outputs
    output.name, output.tensorIndex = name.encode(), total
    border.outputs = [output]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return compact(bytes(builder.Output()))


class _End:
    """Appends operators to a graph."""

    def __init__(self, model: schema.ModelT, graph: schema.SubGraphT) -> None:
        self._model, self._graph = model, graph

    def added(self, name: str, first: int, second: int) -> int:
        """Number of the tensor that a new operator makes, shaped like its first."""
        operator = schema.OperatorT()
        operator.opcodeIndex = self._code(getattr(schema.BuiltinOperator, name))
        operator.inputs = np.array([first, second], np.int32)
        options = {"ADD": schema.AddOptionsT, "MUL": schema.MulOptionsT}[name]()
        operator.builtinOptions = options
        operator.builtinOptionsType = getattr(
            schema.BuiltinOptions, type(options).__name__.removesuffix("T")
        )
        number = self._tensor(copy.deepcopy(self._graph.tensors[first]))
        operator.outputs = np.array([number], np.int32)
        self._graph.operators.append(operator)
        return number

    def constant(self, numbers: NDArray[np.float32]) -> int:
        """Number of a new tensor that holds these numbers."""
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(numbers.astype("<f4").tobytes(), np.uint8)
        self._model.buffers.append(buffer)
        tensor = schema.TensorT()
        tensor.shape = np.array(numbers.shape, np.int32)
        tensor.type = schema.TensorType.FLOAT32
        tensor.buffer = len(self._model.buffers) - 1
        return self._tensor(tensor)

    def _tensor(self, tensor: schema.TensorT) -> int:
        self._graph.tensors.append(tensor)
        return len(self._graph.tensors) - 1

    def _code(self, builtin: int) -> int:
        code = schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = builtin
        code.version = 1
        self._model.operatorCodes.append(code)
        return len(self._model.operatorCodes) - 1
