"""LiteRT's two roundings, against the same in Python's unlimited integers."""

import math

import numpy as np
import pytest

from edge_runtime.engines.numpy_engine.fixed_point import scaled


def scaled_in_python(value, ratio):
    """`MultiplyByQuantizedMultiplier`, line by line."""
    fraction, exponent = math.frexp(ratio)
    multiplier = math.floor(fraction * 2**31 + 0.5)
    left, right = max(exponent, 0), max(-exponent, 0)
    product = (value << left) * multiplier
    nudge = 2**30 if product >= 0 else 1 - 2**30
    high = abs(product + nudge) // 2**31 * (1 if product + nudge >= 0 else -1)
    mask = 2**right - 1
    threshold = (mask >> 1) + (1 if high < 0 else 0)
    return (high >> right) + (1 if high & mask > threshold else 0)


@pytest.mark.parametrize("ratio", [0.5, 0.25, 0.0371, 0.99999, 1.0, 3.7, 2.0**-12])
def test_equals_unlimited_integers(ratio):
    rng = np.random.default_rng(8)
    values = np.concatenate(
        [np.arange(-300, 300), rng.integers(-(2**20), 2**20, 500)]
    ).astype(np.int64)
    expected = [scaled_in_python(int(value), ratio) for value in values]
    np.testing.assert_array_equal(scaled(values, np.array(ratio)), expected)


def test_one_ratio_per_channel():
    values = np.array([[10, 10], [-7, -7]])
    received = scaled(values, np.array([0.5, 2.0]))
    np.testing.assert_array_equal(received, [[5, 20], [-3, -14]])
