"""The float type chosen for integer sums really never rounds."""

import numpy as np
import pytest

from edge_runtime.engines.numpy_engine.exact import exact_dtype


@pytest.mark.parametrize("length", [100, 1031, 1040, 60_000])
def test_worst_case_is_exact(length):
    columns = np.full((length, 2), 127, np.int64)
    columns[:, 1] = -127
    dtype = exact_dtype(128, columns, np.array([0, 0]))
    assert (dtype == np.float32) == (128 * 127 * length <= 2**24)
    # Odd sums need every bit of the fraction.
    rows = np.full((3, length), -128, np.int64)
    rows[:, 0] = 127
    expected = rows @ columns
    received = rows.astype(dtype) @ columns.astype(dtype)
    assert received.dtype == dtype
    np.testing.assert_array_equal(received.astype(np.int64), expected)


def test_large_offset_needs_more():
    columns = np.ones((4, 1), np.int64)
    assert exact_dtype(128, columns, np.array([2**24])) == np.float32
    assert exact_dtype(128, columns, np.array([-(2**24) - 1])) == np.float64
