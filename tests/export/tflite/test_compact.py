import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from edge_runtime.engines.litert_engine import LiteRTEngine
from export.tflite.compact import compact
from export.tflite.graph_check import operators_of
from export.tflite.number_formats import NUMBER_FORMATS


def unpacked(flatbuffer):
    return schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(flatbuffer, 0))


@pytest.fixture(scope="module")
def repeated(flatbuffers):
    """The exports, written again with every part spelt out and every tensor named."""
    import flatbuffers as library

    files = {}
    for number_format, flatbuffer in flatbuffers.items():
        model = unpacked(flatbuffer)
        for graph in model.subgraphs:
            for index, tensor in enumerate(graph.tensors):
                tensor.name = tensor.name or f"layer/with/a/long/name/{index}".encode()
        builder = library.Builder(0)
        builder.Finish(model.Pack(builder), b"TFL3")
        files[number_format] = bytes(builder.Output())
    return files


@pytest.mark.parametrize("number_format", NUMBER_FORMATS)
def test_computes_the_same(repeated, examples, number_format):
    flatbuffer = repeated[number_format]
    before, after = LiteRTEngine(flatbuffer), LiteRTEngine(compact(flatbuffer))
    spectrogram = examples(11)
    codemap = np.random.default_rng(0).integers(0, 16, (1, 6, 4)).astype(np.int32)
    np.testing.assert_array_equal(before.encode(spectrogram), after.encode(spectrogram))
    np.testing.assert_array_equal(before.decode(codemap), after.decode(codemap))
    assert operators_of(flatbuffer) == operators_of(compact(flatbuffer))


def test_saves_what_is_repeated(repeated):
    assert len(compact(repeated["int8"])) < 0.8 * len(repeated["int8"])
    assert compact(compact(repeated["int8"])) == compact(repeated["int8"])


def test_keeps_scales_and_the_names_of_inputs_and_outputs(repeated):
    before, after = unpacked(repeated["int8"]), unpacked(compact(repeated["int8"]))
    for old, new in zip(before.subgraphs, after.subgraphs, strict=True):
        for index, tensor in enumerate(new.tensors):
            expected = old.tensors[index]
            if index in {*new.inputs, *new.outputs}:
                assert tensor.name == expected.name
            if expected.quantization is not None:
                np.testing.assert_array_equal(
                    tensor.quantization.scale, expected.quantization.scale
                )


def test_weights_stay_aligned(repeated):
    """Kernels read weights in vectors of 16 bytes, and biases as int32."""
    content = compact(repeated["int8"])
    model = schema.Model.GetRootAsModel(content, 0)
    seen = 0
    for index in range(model.BuffersLength()):
        data = model.Buffers(index).DataAsNumpy()
        if isinstance(data, np.ndarray) and data.size >= 16:
            start = data.__array_interface__["data"][0]
            base = np.frombuffer(content, np.uint8).__array_interface__["data"][0]
            assert (start - base) % 16 == 0
            seen += 1
    assert seen > 5


def test_tables_that_say_the_same_are_written_once(repeated):
    content = compact(repeated["int8"])
    model = schema.Model.GetRootAsModel(content, 0)
    graphs = [model.Subgraphs(index) for index in range(model.SubgraphsLength())]
    tables = [
        graph.Tensors(number)
        for graph in graphs
        for number in range(graph.TensorsLength())
    ]
    assert len({table._tab.Pos for table in tables}) < len(tables)
