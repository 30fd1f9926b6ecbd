"""Deduplication of a TFLite flatbuffer: smaller, and it computes the same."""

from collections.abc import Hashable
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

# What the TFLite schema asks of weights, and what kernels rely on.
_ALIGNMENT = 16


class _SharingBuilder(flatbuffers.Builder):
    """Writes equal vectors and strings once, and aligns vectors as weights must be."""

    def __init__(self) -> None:
        super().__init__(1024)
        self._written: dict[tuple[str, bytes], int] = {}

    def CreateNumpyVector(self, x: NDArray[np.generic]) -> int:
        key = (x.dtype.str, x.tobytes())
        if key not in self._written:
            self._written[key] = super().CreateNumpyVector(x)
        return self._written[key]

    def CreateString(
        self, s: bytes | str, encoding: str = "utf-8", errors: str = "strict"
    ) -> int:
        text = s.encode(encoding, errors) if isinstance(s, str) else s
        if ("string", text) not in self._written:
            self._written["string", text] = super().CreateString(text)
        return self._written["string", text]

    def StartVector(self, elemSize: int, numElems: int, alignment: int) -> int:
        large = elemSize * numElems >= _ALIGNMENT
        return super().StartVector(
            elemSize, numElems, _ALIGNMENT if large else alignment
        )


def compact(flatbuffer: bytes) -> bytes:
    """Write equal parts once and drop the names of inner tensors.

    The converter shares weights between signatures, but gives each its own scales and
    zero points, eight bytes of zero per channel: a tenth of a small int8 model. And
    each has its own tables that say the same of the same weights.

    Args:
        flatbuffer: A TFLite file, nothing appended.

    Returns:
        The same graphs in fewer bytes.
    """
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(flatbuffer, 0))
    for graph in model.subgraphs:
        borders = {*graph.inputs, *graph.outputs}
        for index, tensor in enumerate(graph.tensors):
            if index not in borders:
                tensor.name = None
    _share_tables(model)
    builder = _SharingBuilder()
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


class _Once:
    """A table that is written where it is first needed, and then pointed at."""

    def __init__(self, table: Any) -> None:
        self._table, self._place = table, 0

    def Pack(self, builder: flatbuffers.Builder) -> int:
        self._place = self._place or self._table.Pack(builder)
        return self._place


def _share_tables(model: schema.ModelT) -> None:
    """Put one `_Once` for all equal tables of a model."""
    known: dict[Hashable, _Once] = {}

    def once(table: Any) -> Any:
        return known.setdefault(_content(table), _Once(table))

    for graph in model.subgraphs:
        for tensor in graph.tensors:
            if tensor.quantization is not None:
                tensor.quantization = once(tensor.quantization)
        for operator in graph.operators:
            if operator.builtinOptions is not None:
                operator.builtinOptions = once(operator.builtinOptions)
        graph.tensors = [once(tensor) for tensor in graph.tensors]
        graph.operators = [once(operator) for operator in graph.operators]
    model.buffers = [once(buffer) for buffer in model.buffers]


def _content(value: Any) -> Hashable:
    """Something that is equal for equal tables."""
    if isinstance(value, _Once):
        return id(value)
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.tobytes()
    if isinstance(value, list):
        return tuple(map(_content, value))
    if hasattr(value, "__dict__"):
        return type(value), tuple(map(_content, vars(value).values()))
    return value
