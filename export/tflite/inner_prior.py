"""A prior's network once more, without what only its outermost cells need."""

import copy

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from edge_runtime.engines.numpy_engine.arrangement import ALONG_TIME
from export.tflite.compact import compact
from export.tflite.graph_check import BUILTIN_NAMES

PRIOR_SIGNATURE = "prior"
INNER_PRIOR_SIGNATURE = "prior_inner"
PRIOR_SIGNATURES = PRIOR_SIGNATURE, INNER_PRIOR_SIGNATURE


def with_inner_prior(flatbuffer: bytes) -> bytes:
    """A flatbuffer that also gives the logits of the inner frames alone.

    Whoever fills a hole gives a prior the hole and what it sees to both sides, and asks
    about the hole. After each convolution the frames that nothing asked about depends
    on are cut off, so that the next one has less to do: of a hole of half a second in a
    second to each side, about half is left. What is left are the same numbers.

    Args:
        flatbuffer: A TFLite file with a signature `prior`, nothing appended.

    Returns:
        The file with one more signature, `prior_inner`, of the same inputs. Its
        `logits` are those of all frames but as many at either end as a cell looks to
        each side. It shares all weights.

    Raises:
        ValueError: If frames could not be cut off after the last convolution.
    """
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(flatbuffer, 0))
    (whole,) = (
        each
        for each in model.signatureDefs
        if each.signatureKey.decode() == PRIOR_SIGNATURE
    )
    graph = copy.deepcopy(model.subgraphs[whole.subgraphIndex])
    graph.name = INNER_PRIOR_SIGNATURE
    _Cutting(model, graph).run()
    inner = copy.deepcopy(whole)
    inner.signatureKey = INNER_PRIOR_SIGNATURE
    inner.subgraphIndex = len(model.subgraphs)
    model.subgraphs.append(graph)
    model.signatureDefs.append(inner)
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return compact(bytes(builder.Output()))


class _Cutting:
    """Puts the cuts into a graph, each after the sum that follows a convolution."""

    def __init__(self, model: schema.ModelT, graph: schema.SubGraphT) -> None:
        self._model, self._graph = model, graph
        code = schema.OperatorCodeT()
        code.builtinCode = schema.BuiltinOperator.STRIDED_SLICE
        code.deprecatedBuiltinCode = code.builtinCode
        code.version = 2
        model.operatorCodes.append(code)
        self._code = len(model.operatorCodes) - 1

    def run(self) -> None:
        operators: list[schema.OperatorT] = []
        replaced: dict[int, int] = {}
        reach = 0
        # Sizes that are free must be possible ones all the same when the file is read.
        rows = 1 + 2 * sum(map(self._reach, self._graph.operators))
        for number in self._graph.inputs:
            self._set_rows(number, rows)
        for operator in self._graph.operators:
            inputs = [replaced.get(number, number) for number in operator.inputs]
            operator.inputs = np.array(inputs, np.int32)
            operators.append(operator)
            reach += self._reach(operator)
            (output,) = map(int, operator.outputs)
            self._set_rows(output, rows)
            if reach and self._name(operator) == "ADD":
                rows -= 2 * reach
                replaced[output] = self._copied(output)
                self._set_rows(replaced[output], rows)
                operators.append(self._cut(output, replaced[output], reach))
                reach = 0
        if reach:
            raise ValueError("The last convolution that looks aside needs a sum.")
        self._graph.operators = operators

    def _name(self, operator: schema.OperatorT) -> str:
        code = self._model.operatorCodes[operator.opcodeIndex]
        return BUILTIN_NAMES[max(code.builtinCode, code.deprecatedBuiltinCode)]

    def _reach(self, operator: schema.OperatorT) -> int:
        """Frames that it looks to each side."""
        if self._name(operator) != "CONV_2D":
            return 0
        height = int(self._graph.tensors[operator.inputs[1]].shape[1])
        return operator.builtinOptions.dilationHFactor * (height // 2)

    def _set_rows(self, number: int, rows: int) -> None:
        self._graph.tensors[number].shape[1] = rows

    def _copied(self, number: int) -> int:
        """Another tensor of the same kind."""
        self._graph.tensors.append(copy.deepcopy(self._graph.tensors[number]))
        return len(self._graph.tensors) - 1

    def _cut(self, source: int, result: int, frames: int) -> schema.OperatorT:
        """The operator that leaves out frames at both ends."""
        options = schema.StridedSliceOptionsT()
        options.beginMask = options.endMask = ALONG_TIME
        operator = schema.OperatorT()
        operator.opcodeIndex = self._code
        operator.inputs = np.array(
            [
                source,
                self._constant([0, frames, 0, 0]),
                self._constant([0, -frames, 0, 0]),
                self._constant([1, 1, 1, 1]),
            ],
            np.int32,
        )
        operator.outputs = np.array([result], np.int32)
        operator.builtinOptionsType = schema.BuiltinOptions.StridedSliceOptions
        operator.builtinOptions = options
        return operator

    def _constant(self, numbers: list[int]) -> int:
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(np.array(numbers, "<i4").tobytes(), np.uint8)
        self._model.buffers.append(buffer)
        tensor = schema.TensorT()
        tensor.shape = np.array([len(numbers)], np.int32)
        tensor.type = schema.TensorType.INT32
        tensor.buffer = len(self._model.buffers) - 1
        self._graph.tensors.append(tensor)
        return len(self._graph.tensors) - 1
