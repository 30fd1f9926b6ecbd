"""TFLite models of one operator, so that LiteRT itself is the oracle."""

from dataclasses import dataclass, field

import numpy as np
import pytest


@dataclass
class Value:
    """A tensor of a model; a constant if it has `data`."""

    dtype: str
    shape: tuple
    data: np.ndarray | None = None
    scale: list = field(default_factory=list)
    zero_point: int = 0


@pytest.fixture(scope="session")
def value():
    """The class `Value`, for tests to make them."""
    return Value


@pytest.fixture(scope="session")
def make_model():
    """Make a TFLite file of one operator: `make_model(name, values, Kind={...})`.

    The last value is the output, those without data are inputs, and `Kind` names the
    schema's options for the operator.
    """
    pytest.importorskip("ai_edge_litert", reason="LiteRT is the oracle")
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    def make(name, values, **options):
        model = schema.ModelT()
        model.version = 3
        code = schema.OperatorCodeT()
        code.builtinCode = getattr(schema.BuiltinOperator, name)
        code.deprecatedBuiltinCode = code.builtinCode
        code.version = 3 if name in ("CONV_2D", "TRANSPOSE_CONV") else 2
        model.operatorCodes = [code]
        model.buffers = [schema.BufferT()]
        graph = schema.SubGraphT()
        graph.tensors = [_tensor(schema, model, value) for value in values]
        last = len(values) - 1
        graph.inputs = [i for i in range(last) if values[i].data is None]
        graph.outputs = [last]
        operator = schema.OperatorT()
        operator.inputs, operator.outputs = list(range(last)), [last]
        for kind, fields in options.items():
            operator.builtinOptions = getattr(schema, f"{kind}T")()
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
            for field_name, content in fields.items():
                setattr(operator.builtinOptions, field_name, content)
        graph.operators = [operator]
        model.subgraphs = [graph]
        model.signatureDefs = [_signature(schema, graph)]
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    return make


def _tensor(schema, model, value):
    tensor = schema.TensorT()
    tensor.name = f"value_{len(model.buffers)}"
    tensor.type = getattr(schema.TensorType, value.dtype.upper())
    tensor.shape = list(value.shape)
    buffer = schema.BufferT()
    if value.data is not None:
        content = np.ascontiguousarray(value.data, value.dtype).tobytes()
        buffer.data = np.frombuffer(content, np.uint8)
    model.buffers.append(buffer)
    tensor.buffer = len(model.buffers) - 1
    if value.scale:
        numbers = schema.QuantizationParametersT()
        numbers.scale = np.array(value.scale, np.float32)
        numbers.zeroPoint = np.full(len(value.scale), value.zero_point, np.int64)
        tensor.quantization = numbers
    return tensor


def _signature(schema, graph):
    signature = schema.SignatureDefT()
    signature.signatureKey, signature.subgraphIndex = "run", 0
    maps = []
    for name, number in (("x", graph.inputs[0]), ("y", graph.outputs[0])):
        entry = schema.TensorMapT()
        entry.name, entry.tensorIndex = name, number
        maps.append(entry)
    signature.inputs, signature.outputs = [maps[0]], [maps[1]]
    return signature


@pytest.fixture(scope="session")
def run_both(make_model):
    """Run one operator in LiteRT and here: `run_both(name, values, x, Kind={...})`."""
    from ai_edge_litert.interpreter import Interpreter

    from edge_runtime.engines.numpy_engine.graph import read_graph
    from edge_runtime.engines.numpy_engine.program import Program
    from export.tflite.graph_arrays import describe_graphs

    def run(name, values, x, **options):
        flatbuffer = make_model(name, values, **options)
        interpreter = Interpreter(model_content=flatbuffer, num_threads=1)
        expected = interpreter.get_signature_runner("run")(x=x)["y"]
        program = Program(read_graph(describe_graphs(flatbuffer)["run"], flatbuffer))
        return expected, program(x)

    return run
