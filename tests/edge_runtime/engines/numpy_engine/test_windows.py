"""Windows against loops, and blocks that change nothing."""

import numpy as np
import pytest

from edge_runtime.engines.numpy_engine import windows as module
from edge_runtime.engines.numpy_engine.windows import Windows, products


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("stride", [(1, 1), (2, 3), (4, 2)])
@pytest.mark.parametrize("kernel", [(1, 1), (3, 2), (4, 5)])
def test_equals_loops(padding, stride, kernel):
    image = np.random.default_rng(9).normal(size=(7, 11, 3)).astype(np.float32)
    view = Windows(kernel, stride, padding).over(image, -9.0, np.dtype(np.float32))
    if padding == "SAME":
        sizes = [-(-size // step) for size, step in zip((7, 11), stride, strict=True)]
    else:
        sizes = [
            (size - length) // step + 1
            for size, length, step in zip((7, 11), kernel, stride, strict=True)
        ]
    assert view.shape == (*sizes, *kernel, 3)
    missing = [
        max(0, (count - 1) * step + length - size) if padding == "SAME" else 0
        for count, step, length, size in zip(
            sizes, stride, kernel, (7, 11), strict=True
        )
    ]
    for frame in range(sizes[0]):
        for bin_ in range(sizes[1]):
            for row in range(kernel[0]):
                for column in range(kernel[1]):
                    y = frame * stride[0] + row - missing[0] // 2
                    x = bin_ * stride[1] + column - missing[1] // 2
                    inside = 0 <= y < 7 and 0 <= x < 11
                    expected = image[y, x] if inside else np.full(3, -9.0)
                    received = view[frame, bin_, row, column]
                    np.testing.assert_array_equal(received, expected)


def test_dilated_windows_take_every_other_value():
    image = np.arange(7 * 11, dtype=np.float32).reshape(7, 11, 1)
    windows = Windows((3, 3), (1, 1), "SAME", dilation=(2, 4))
    assert windows.extent == (5, 9)
    view = windows.over(image, -9.0, image.dtype)
    assert view.shape == (7, 11, 3, 3, 1)
    padded = np.pad(image[..., 0], ((2, 2), (4, 4)), constant_values=-9.0)
    for frame, bin_ in ((0, 0), (3, 5), (6, 10)):
        expected = padded[frame : frame + 5 : 2, bin_ : bin_ + 9 : 4]
        np.testing.assert_array_equal(view[frame, bin_, ..., 0], expected)


def test_blocks_change_nothing(monkeypatch):
    rng = np.random.default_rng(10)
    image = rng.integers(-9, 9, (13, 6, 2)).astype(np.float32)
    view = Windows((3, 3), (1, 1), "SAME").over(image, 0.0, image.dtype)
    matrix = rng.integers(-9, 9, (18, 4)).astype(np.float32)
    whole = products(view, matrix, np.negative, np.float32)
    monkeypatch.setattr(module, "_BLOCK", 6 * 18 * 4)
    parts = products(view, matrix, np.negative, np.float32)
    np.testing.assert_array_equal(parts, whole)
    np.testing.assert_array_equal(whole[0, 3, 2], -(view[3, 2].ravel() @ matrix))
