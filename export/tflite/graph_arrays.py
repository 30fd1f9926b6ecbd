"""The graphs of a TFLite file as plain data, for the numpy engine on the device."""

from collections.abc import Callable
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from export.tflite.graph_check import operators_of


def _names(enumeration: type) -> dict[int, str]:
    return {value: name for name, value in vars(enumeration).items() if name[0] != "_"}


_PADDINGS = _names(schema.Padding)
_ACTIVATIONS = _names(schema.ActivationFunctionType)
_TYPES = _names(schema.TensorType)


def describe_graphs(flatbuffer: bytes) -> dict[str, Any]:
    """Describe every signature of a model, without repeating any of its weights.

    A signature is a dict with `tensors`, `operators`, and name and number of its
    `input` and `output`; where it has several, with a dict from name to number,
    `inputs` or `outputs`, instead. A tensor has `dtype` and `shape` (-1 = free); a
    constant also `offset`, where its numbers lie in the flatbuffer, in bytes; int8
    numbers also `scale`, a pair of offset and count of float32 numbers, and
    `zero_point`. An operator has its schema `name`, numbers of `inputs` (-1 = left out)
    and `output`, and `options`.

    Args:
        flatbuffer: A TFLite file with signatures.

    Returns:
        Signature name -> description, which `json.dumps` can write.

    Raises:
        ValueError: If the bytes are not a TFLite file.
    """
    names = operators_of(flatbuffer)
    model = schema.Model.GetRootAsModel(flatbuffer, 0)
    start = np.frombuffer(flatbuffer, np.uint8).ctypes.data
    graphs = {}
    for index in range(model.SignatureDefsLength()):
        signature = model.SignatureDefs(index)
        graph = model.Subgraphs(signature.SubgraphIndex())
        key = signature.SignatureKey().decode()
        tensors = [graph.Tensors(number) for number in range(graph.TensorsLength())]
        operators = [
            graph.Operators(number) for number in range(graph.OperatorsLength())
        ]
        inputs = [signature.Inputs(i) for i in range(signature.InputsLength())]
        outputs = [signature.Outputs(i) for i in range(signature.OutputsLength())]
        graphs[key] = {
            **_borders("input", inputs),
            **_borders("output", outputs),
            "tensors": [_tensor(model, tensor, start) for tensor in tensors],
            "operators": [
                _operator(operator, name)
                for operator, name in zip(operators, names[key], strict=True)
            ],
        }
    return graphs


def _borders(kind: str, found: list[schema.TensorMap]) -> dict[str, Any]:
    numbers = {each.Name().decode(): each.TensorIndex() for each in found}
    if len(numbers) > 1:
        return {f"{kind}s": numbers}
    ((name, number),) = numbers.items()
    return {f"{kind}_name": name, kind: number}


def _tensor(model: schema.Model, tensor: schema.Tensor, start: int) -> dict[str, Any]:
    shape = tensor.ShapeSignatureAsNumpy() if tensor.ShapeSignatureLength() else None
    if shape is None:
        shape = tensor.ShapeAsNumpy() if tensor.ShapeLength() else np.array([], int)
    description = {
        "dtype": _TYPES[tensor.Type()].lower(),
        "shape": shape.tolist(),
    }
    buffer = model.Buffers(tensor.Buffer())
    if buffer.DataLength():
        description["offset"] = buffer.DataAsNumpy().ctypes.data - start
    numbers = tensor.Quantization()
    if numbers is not None and numbers.ScaleLength():
        scale: NDArray[np.float32] = numbers.ScaleAsNumpy()
        description["scale"] = [scale.ctypes.data - start, len(scale)]
        description["zero_point"] = int(numbers.ZeroPoint(0))
    return description


def _operator(operator: schema.Operator, name: str) -> dict[str, Any]:
    description = {
        "name": name,
        "inputs": [operator.Inputs(i) for i in range(operator.InputsLength())],
        "output": operator.Outputs(0),
    }
    table = operator.BuiltinOptions()
    if name in _OPTIONS and table is not None:
        kind, options_of = _OPTIONS[name]
        options = kind()
        options.Init(table.Bytes, table.Pos)
        description["options"] = options_of(options)
    return description


def _window(options: Any) -> dict[str, Any]:
    return {
        "padding": _PADDINGS[options.Padding()],
        "stride": [options.StrideH(), options.StrideW()],
        "activation": _ACTIVATIONS[options.FusedActivationFunction()],
    }


def _convolution(options: schema.Conv2DOptions) -> dict[str, Any]:
    dilation = [options.DilationHFactor(), options.DilationWFactor()]
    return {**_window(options), "dilation": dilation}


def _activation(options: Any) -> dict[str, Any]:
    return {"activation": _ACTIVATIONS[options.FusedActivationFunction()]}


def _concatenation(options: schema.ConcatenationOptions) -> dict[str, Any]:
    return {**_activation(options), "axis": options.Axis()}


def _gather(options: schema.GatherOptions) -> dict[str, Any]:
    return {"axis": options.Axis()}


def _slice(options: schema.StridedSliceOptions) -> dict[str, Any]:
    return {
        "begin_mask": options.BeginMask(),
        "end_mask": options.EndMask(),
        "shrink_axis_mask": options.ShrinkAxisMask(),
    }


_OPTIONS: dict[str, tuple[type, Callable[[Any], dict[str, Any]]]] = {
    "ADD": (schema.AddOptions, _activation),
    "CONCATENATION": (schema.ConcatenationOptions, _concatenation),
    "CONV_2D": (schema.Conv2DOptions, _convolution),
    "GATHER": (schema.GatherOptions, _gather),
    "MUL": (schema.MulOptions, _activation),
    "STRIDED_SLICE": (schema.StridedSliceOptions, _slice),
    "SUB": (schema.SubOptions, _activation),
    "TRANSPOSE_CONV": (schema.TransposeConvOptions, _window),
}
