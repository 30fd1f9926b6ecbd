"""A program built by hand: constants, free sizes, and what it refuses."""

import numpy as np
import pytest

from edge_runtime.engines.numpy_engine.engine import NumpyEngine
from edge_runtime.engines.numpy_engine.graph import read_graph
from edge_runtime.engines.numpy_engine.program import Program
from edge_runtime.errors import BundleError

# Bytes 0-15: [1, 2, 3, 4] in float16, then [10, 20] in int32.
CONTENT = np.array([1, 2, 3, 4], "<f2").tobytes() + np.array([10, 20], "<i4").tobytes()


def description(**changes):
    """y = widened([1, 2, 3, 4]) + x, for x of any number of rows."""
    return {
        "input_name": "x",
        "input": 0,
        "output_name": "y",
        "output": 3,
        "tensors": [
            {"dtype": "float32", "shape": [-1, 4]},
            {"dtype": "float16", "shape": [4], "offset": 0},
            {"dtype": "float32", "shape": [4]},
            {"dtype": "float32", "shape": [-1, 4]},
        ],
        "operators": [
            {"name": "DEQUANTIZE", "inputs": [1], "output": 2},
            {
                "name": "ADD",
                "inputs": [2, 0],
                "output": 3,
                "options": {"activation": "NONE"},
            },
        ],
    } | changes


@pytest.mark.parametrize("rows", [1, 5])
def test_runs_for_any_number_of_rows(rows):
    program = Program(read_graph(description(), CONTENT))
    received = program(np.ones((rows, 4), np.float32))
    np.testing.assert_array_equal(received, np.tile([2, 3, 4, 5], (rows, 1)))


def test_takes_and_gives_several():
    parts = {"inputs": {"x": 0, "z": 2}, "outputs": {"y": 3, "x": 0}}
    operators = description()["operators"][1:]
    graph = read_graph(description(**parts, operators=operators), CONTENT)
    program = Program(graph)
    assert (program.inputs, program.outputs) == (("x", "z"), ("y", "x"))
    x, z = np.ones((2, 4), np.float32), np.arange(4, dtype=np.float32)
    outputs = program.run({"x": x, "z": z})
    np.testing.assert_array_equal(outputs["y"], x + z)
    np.testing.assert_array_equal(outputs["x"], x)
    with pytest.raises(BundleError, match="The model also takes: z"):
        program.run({"x": x})


def test_refuses_another_shape_or_type():
    program = Program(read_graph(description(), CONTENT))
    with pytest.raises(BundleError, match=r"x of shape \(any, 4\).*\(2, 3\)"):
        program(np.ones((2, 3), np.float32))
    with pytest.raises(BundleError, match="Received: .* int32"):
        program(np.ones((2, 4), np.int32))


def test_refuses_what_it_does_not_know():
    operators = [{"name": "SOFTMAX", "inputs": [0], "output": 3}]
    with pytest.raises(BundleError, match="SOFTMAX: .* Use --engine litert"):
        Program(read_graph(description(operators=operators), CONTENT))
    operators = description()["operators"]
    operators[1]["options"] = {"activation": "RELU6"}
    with pytest.raises(BundleError, match="ADD: it ends with RELU6"):
        Program(read_graph(description(operators=operators), CONTENT))


@pytest.mark.parametrize(
    "changes",
    [
        {"tensors": [{"dtype": "float32", "shape": [100], "offset": 0}]},
        {"tensors": [{"dtype": "float64", "shape": [1]}]},
        {"operators": [{"name": "ADD"}]},
        {"tensors": None},
    ],
)
def test_description_that_does_not_fit(changes):
    with pytest.raises(BundleError, match="does not fit its model .* Export it again"):
        read_graph(description(**changes), CONTENT)


def test_engine_needs_our_signatures():
    with pytest.raises(BundleError, match="no signature encode"):
        NumpyEngine(CONTENT, {})
    with pytest.raises(BundleError, match="encode goes from x to y; spectrogram to"):
        NumpyEngine(CONTENT, {"encode": description()})
