import flatbuffers as flatbuffers_library
import pytest
from ai_edge_litert import schema_py_generated as schema

from edge_runtime.errors import UserError
from export.tflite.fine_latents import PARTS
from export.tflite.graph_check import check_graph, operators_of

SIGNATURES = ("encode", "decode", "decode_quantized")


def with_operator(flatbuffer, old, new, custom_code):
    """The same file with one operator code replaced by a custom one."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(flatbuffer, 0))
    for code in model.operatorCodes:
        if code.builtinCode == old:
            code.builtinCode, code.deprecatedBuiltinCode = new, new
            code.customCode = custom_code
    builder = flatbuffers_library.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def test_lists_the_operators_of_each_signature(flatbuffers):
    operators = operators_of(flatbuffers["int8"] + b"appended zip")
    assert set(operators) == set(SIGNATURES)
    latents = ["CONV_2D", "DEQUANTIZE"] * PARTS + ["ADD"] * (PARTS - 1) + ["MUL"]
    assert operators["encode"] == ["QUANTIZE", "CONV_2D", "CONV_2D", *latents]
    assert operators["decode"][0] == "GATHER"
    assert "GATHER" not in operators["decode_quantized"]


def test_accepts_what_we_export(flatbuffers):
    for flatbuffer in flatbuffers.values():
        check_graph(flatbuffer, SIGNATURES)


@pytest.mark.parametrize("name", ["FlexErf", "MyOwn"])
def test_refuses_flex_and_custom_operators(flatbuffers, name):
    changed = with_operator(
        flatbuffers["float32"],
        schema.BuiltinOperator.GATHER,
        schema.BuiltinOperator.CUSTOM,
        name.encode(),
    )
    assert name in operators_of(changed)["decode"]
    with pytest.raises(UserError, match=f"lack: {name} in decode. Use"):
        check_graph(changed, SIGNATURES)


def test_refuses_a_graph_without_a_signature(flatbuffers):
    with pytest.raises(UserError, match="no operators for regenerate. It has: decode"):
        check_graph(flatbuffers["float32"], ("encode", "regenerate"))


def test_refuses_other_files():
    with pytest.raises(ValueError, match="Received 12 bytes"):
        operators_of(b"not a model.")
