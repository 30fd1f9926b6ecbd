"""Every int8 operator gives LiteRT's own numbers, bit by bit, at random scales."""

import numpy as np
import pytest

from edge_runtime.engines.numpy_engine.arrangement import concatenation
from edge_runtime.engines.numpy_engine.graph import Tensor
from edge_runtime.engines.numpy_engine.node import Node
from edge_runtime.errors import BundleError

SHAPE = (1, 6, 10, 7)
SEEDS = range(6)
SAME, VALID = 0, 1
NONE, RELU = 0, 1


def numbers(rng, shape=SHAPE):
    """Int8 numbers that reach both ends."""
    return rng.integers(-128, 128, shape, np.int8)


@pytest.fixture
def int8(value):
    """Make an int8 value with a random scale: `int8(rng, shape, data)`."""

    def make(rng, shape=SHAPE, data=None, steps=1.0):
        scale = float(steps * 10 ** rng.uniform(-3.0, -1.5))
        return value("int8", shape, data, [scale], int(rng.integers(-128, 128)))

    return make


def conv_values(value, rng, kernel, stride, padding, outputs=5):
    """Input, weights, bias and an output of the scale that the sums need."""
    _, frames, bins, channels = SHAPE
    source = value("int8", SHAPE, None, [0.03], int(rng.integers(-128, 128)))
    shape = (outputs, *kernel, channels)
    scales = list(10 ** rng.uniform(-3.0, -2.0, outputs))
    weights = value("int8", shape, numbers(rng, shape).clip(-127), scales)
    bias_scales = [0.03 * scale for scale in scales]
    bias = rng.integers(-5000, 5000, outputs, np.int32)
    sizes = [
        -(-size // step) if padding == SAME else -(-(size - length + 1) // step)
        for size, step, length in zip((frames, bins), stride, kernel, strict=True)
    ]
    spread = 0.01 * np.sqrt(np.prod(shape[1:]))
    result = value("int8", (1, *sizes, outputs), None, [spread], -7)
    return [source, weights, value("int32", (outputs,), bias, bias_scales), result]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("activation", [NONE, RELU])
@pytest.mark.parametrize(
    ("kernel", "stride", "padding"),
    [
        ((1, 1), (1, 1), VALID),
        ((3, 3), (1, 1), SAME),
        ((2, 4), (2, 4), SAME),
        ((3, 5), (2, 3), SAME),
        ((5, 3), (1, 1), VALID),
    ],
)
def test_conv_2d(run_both, value, seed, activation, kernel, stride, padding):
    rng = np.random.default_rng(seed)
    values = conv_values(value, rng, kernel, stride, padding)
    options = {
        "padding": padding,
        "strideH": stride[0],
        "strideW": stride[1],
        "fusedActivationFunction": activation,
    }
    expected, received = run_both(
        "CONV_2D", values, numbers(rng), Conv2DOptions=options
    )
    assert len(np.unique(expected)) >= 10  # the scale was chosen well
    np.testing.assert_array_equal(received, expected)


@pytest.mark.parametrize("seed", SEEDS[:2])
@pytest.mark.parametrize("dilation", [(2, 2), (1, 4), (4, 1), (1, 8), (8, 1)])
def test_conv_2d_dilated(run_both, value, seed, dilation):
    rng = np.random.default_rng(seed)
    values = conv_values(value, rng, (3, 3), (1, 1), SAME)
    options = {
        "padding": SAME,
        "strideH": 1,
        "strideW": 1,
        "dilationHFactor": dilation[0],
        "dilationWFactor": dilation[1],
    }
    expected, received = run_both(
        "CONV_2D", values, numbers(rng), Conv2DOptions=options
    )
    assert len(np.unique(expected)) >= 10
    np.testing.assert_array_equal(received, expected)


def test_conv_2d_of_sums_beyond_float32(run_both, value):
    """Weights at their ends: sums pass 2**24, and float32 would not add them up."""
    rng = np.random.default_rng(1)
    kernel, stride = (6, 10), (1, 1)
    source, weights, bias, result = conv_values(value, rng, kernel, stride, VALID)
    shape = (5, *kernel, 64)
    source.shape, source.zero_point = (1, *kernel, 64), -128
    weights.shape = shape
    weights.data = rng.choice([-127, 126, 127], shape)
    result.scale = [30.0]
    x = rng.choice(np.array([126, 127], np.int8), source.shape)
    expected, received = run_both(
        "CONV_2D",
        [source, weights, bias, result],
        x,
        Conv2DOptions={"padding": VALID, "strideH": 1, "strideW": 1},
    )
    np.testing.assert_array_equal(received, expected)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("kernel", "stride", "padding"),
    [((5, 5), (1, 1), VALID), ((4, 2), (2, 2), VALID), ((4, 6), (2, 3), SAME)],
)
def test_transpose_conv(run_both, value, seed, kernel, stride, padding):
    rng = np.random.default_rng(seed)
    source, weights, bias, result = conv_values(value, rng, kernel, (1, 1), SAME)
    sizes = [
        size * step if padding == SAME else (size - 1) * step + length
        for size, step, length in zip(SHAPE[1:3], stride, kernel, strict=True)
    ]
    result.shape = (1, *sizes, 5)
    shape = value("int32", (4,), np.array(result.shape))
    expected, received = run_both(
        "TRANSPOSE_CONV",
        [shape, weights, source, bias, result],
        numbers(rng),
        TransposeConvOptions={
            "padding": padding,
            "strideH": stride[0],
            "strideW": stride[1],
        },
    )
    assert len(np.unique(expected)) >= 10
    np.testing.assert_array_equal(received, expected)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("activation", [NONE, RELU])
@pytest.mark.parametrize("shape", [SHAPE, (7,), (1, 1, 10, 7)])
@pytest.mark.parametrize(
    ("name", "kind"), [("ADD", "AddOptions"), ("MUL", "MulOptions")]
)
def test_add_and_mul(run_both, int8, seed, activation, shape, name, kind):
    rng = np.random.default_rng(seed)
    values = [int8(rng), int8(rng, shape, numbers(rng, shape)), int8(rng)]
    expected, received = run_both(
        name,
        values,
        numbers(rng),
        **{kind: {"fusedActivationFunction": activation}},
    )
    np.testing.assert_array_equal(received, expected)


def test_concatenation_of_unlike_scales_is_refused():
    """Those that are alike run in the tests of the prior."""
    tensors = [Tensor(np.dtype(np.int8), (1, 2), np.float32([s])) for s in (1, 2, 1)]
    node = Node("CONCATENATION", tuple(tensors[:2]), tensors[2], {"axis": 1})
    with pytest.raises(BundleError, match="CONCATENATION: its int8 inputs differ"):
        concatenation(node)


@pytest.mark.parametrize("seed", range(30))
def test_relu(run_both, int8, seed):
    rng = np.random.default_rng(seed)
    every = np.arange(-128, 128, dtype=np.int8).reshape(1, 4, 8, 8)
    values = [int8(rng, every.shape), int8(rng, every.shape)]
    expected, received = run_both("RELU", values, every)
    np.testing.assert_array_equal(received, expected)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize(
    ("name", "step", "zero_point"), [("TANH", 1 / 128, 0), ("LOGISTIC", 1 / 256, -128)]
)
def test_gates(run_both, int8, value, seed, name, step, zero_point):
    """LiteRT takes no other scale for their results."""
    rng = np.random.default_rng(seed)
    every = np.arange(-128, 128, dtype=np.int8).reshape(1, 4, 8, 8)
    result = value("int8", every.shape, None, [step], zero_point)
    expected, received = run_both(name, [int8(rng, every.shape), result], every)
    assert len(np.unique(expected)) >= 10
    np.testing.assert_array_equal(received, expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_quantize_and_dequantize(run_both, value, int8, seed):
    rng = np.random.default_rng(seed)
    coded = int8(rng)
    real = value("float32", SHAPE)
    reach = 150 * coded.scale[0]
    x = rng.uniform(-reach, reach, SHAPE).astype(np.float32)
    # Halves of a step: where one rounding differs from another.
    x.flat[:200] = np.arange(-100, 100) * np.float32(coded.scale[0]) / 2
    expected, received = run_both("QUANTIZE", [real, coded], x)
    np.testing.assert_array_equal(received, expected)
    expected, received = run_both("DEQUANTIZE", [coded, real], numbers(rng))
    np.testing.assert_array_equal(received, expected)
