"""Float operators, and float with int8 weights, agree with LiteRT to last digits."""

import numpy as np
import pytest

SHAPE = (1, 6, 10, 7)
SAME, VALID = 0, 1
NONE, RELU = 0, 1


@pytest.mark.parametrize("weights_type", ["float32", "int8"])
@pytest.mark.parametrize("activation", [NONE, RELU])
@pytest.mark.parametrize(
    ("kernel", "dilation"), [((1, 1), (1, 1)), ((3, 3), (1, 1)), ((3, 3), (2, 4))]
)
def test_conv_2d(run_both, value, weights_type, activation, kernel, dilation):
    rng = np.random.default_rng(4)
    outputs = 5
    shape = (outputs, *kernel, SHAPE[3])
    if weights_type == "int8":
        data = rng.integers(-127, 128, shape)
        weights = value("int8", shape, data, list(rng.uniform(0.01, 0.02, outputs)))
    else:
        weights = value("float32", shape, rng.normal(size=shape))
    bias = value("float32", (outputs,), rng.normal(size=outputs))
    values = [value("float32", SHAPE), weights, bias]
    values.append(value("float32", (*SHAPE[:3], outputs)))
    x = rng.normal(size=SHAPE).astype(np.float32)
    x[0, 0, 0] = 0.0  # a cell without a range
    options = {
        "padding": SAME,
        "strideH": 1,
        "strideW": 1,
        "dilationHFactor": dilation[0],
        "dilationWFactor": dilation[1],
        "fusedActivationFunction": activation,
    }
    expected, received = run_both("CONV_2D", values, x, Conv2DOptions=options)
    # A step of the dynamic range would be 100 times as much.
    np.testing.assert_allclose(received, expected, atol=2e-5)
    assert (received.min() == 0.0) == (activation == RELU)


@pytest.mark.parametrize("weights_type", ["float32", "int8"])
@pytest.mark.parametrize("padding", [SAME, VALID])
def test_transpose_conv(run_both, value, weights_type, padding):
    rng = np.random.default_rng(5)
    shape = (5, 4, 6, SHAPE[3])
    if weights_type == "int8":
        data = rng.integers(-127, 128, shape)
        weights = value("int8", shape, data, list(rng.uniform(0.01, 0.02, 5)))
    else:
        weights = value("float32", shape, rng.normal(size=shape))
    sizes = (12, 30) if padding == SAME else (14, 33)
    result = value("float32", (1, *sizes, 5))
    wanted = value("int32", (4,), np.array(result.shape))
    x = rng.normal(size=SHAPE).astype(np.float32)
    expected, received = run_both(
        "TRANSPOSE_CONV",
        [wanted, weights, value("float32", SHAPE), result],
        x,
        TransposeConvOptions={"padding": padding, "strideH": 2, "strideW": 3},
    )
    np.testing.assert_allclose(received, expected, atol=2e-5)


@pytest.mark.parametrize(
    ("name", "kind"), [("ADD", "AddOptions"), ("MUL", "MulOptions")]
)
@pytest.mark.parametrize("activation", [NONE, RELU])
def test_add_and_mul(run_both, value, name, kind, activation):
    rng = np.random.default_rng(6)
    row = rng.normal(size=(7,))
    values = [
        value("float32", SHAPE),
        value("float32", (7,), row),
        value("float32", SHAPE),
    ]
    x = rng.normal(size=SHAPE).astype(np.float32)
    options = {"fusedActivationFunction": activation}
    expected, received = run_both(name, values, x, **{kind: options})
    np.testing.assert_array_equal(received, expected)


@pytest.mark.parametrize("name", ["TANH", "LOGISTIC"])
def test_gates(run_both, value, name):
    x = np.random.default_rng(8).normal(size=SHAPE).astype(np.float32)
    x[0, 0, 0] = [-1000.0, -100.0, -10.0, 0.0, 10.0, 100.0, 1000.0]
    expected, received = run_both(name, [value("float32", SHAPE)] * 2, x)
    assert received.dtype == np.float32
    np.testing.assert_allclose(received, expected, atol=1e-6)


def test_relu(run_both, value):
    rng = np.random.default_rng(7)
    x = rng.normal(size=SHAPE).astype(np.float32) - 1.0
    expected, received = run_both("RELU", [value("float32", SHAPE)] * 2, x)
    np.testing.assert_array_equal(received, expected)
