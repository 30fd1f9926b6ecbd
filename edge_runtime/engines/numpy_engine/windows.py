"""What a convolution sees: padding, windows laid out as rows, and matrix products."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

# Numbers per block of windows: half a megabyte of float32 stays in a small cache.
_BLOCK = 2**17


@dataclass(frozen=True)
class Windows:
    """Where the windows of a convolution lie.

    Attributes:
        kernel: Frames and bins of a window.
        stride: Frames and bins from one window to the next.
        padding: `"SAME"` or `"VALID"`.
        dilation: Frames and bins from one value of a window to the next. Defaults to
            `(1, 1)`: they lie side by side.
    """

    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: str
    dilation: tuple[int, int] = (1, 1)

    @property
    def extent(self) -> tuple[int, int]:
        """Frames and bins from the first value of a window to its last, both in it."""
        height, width = (
            (kernel - 1) * dilation + 1
            for kernel, dilation in zip(self.kernel, self.dilation, strict=True)
        )
        return height, width

    def borders(self, sizes: tuple[int, int]) -> tuple[tuple[int, int], ...]:
        """Padding before and after each of the two axes.

        Args:
            sizes: Frames and bins of the input.
        """
        if self.padding == "VALID":
            return (0, 0), (0, 0)
        totals = [
            max(0, (-(-size // stride) - 1) * stride + extent - size)
            for size, stride, extent in zip(
                sizes, self.stride, self.extent, strict=True
            )
        ]
        return tuple((total // 2, total - total // 2) for total in totals)

    def over(
        self, image: NDArray[Any], fill: float, dtype: np.dtype[Any]
    ) -> NDArray[Any]:
        """All windows, as a view that takes no memory but that of the padded input.

        Args:
            image: Array of shape `(frames, bins, channels)`.
            fill: Value of the padding.
            dtype: Type of the result.

        Returns:
            Array of shape `(out_frames, out_bins, kernel[0], kernel[1], channels)`.
        """
        frames, bins, _ = image.shape
        borders = self.borders((frames, bins))
        if any(map(any, borders)):
            (top, bottom), (left, right) = borders
            padded = np.full(
                (top + frames + bottom, left + bins + right, image.shape[2]),
                fill,
                dtype,
            )
            padded[top : top + frames, left : left + bins] = image
        else:
            padded = np.ascontiguousarray(image, dtype)
        windows = sliding_window_view(padded, self.extent, axis=(0, 1))
        steps = windows[:: self.stride[0], :: self.stride[1]]
        values = steps[..., :: self.dilation[0], :: self.dilation[1]]
        return values.transpose(0, 1, 3, 4, 2)


def products(
    windows: NDArray[Any],
    matrix: NDArray[Any],
    finish: Callable[[NDArray[Any]], NDArray[Any]],
    dtype: type[np.generic],
) -> NDArray[Any]:
    """Multiply every window by a matrix, a block of windows at a time.

    Args:
        windows: What `Windows.over` returned.
        matrix: Shape `(kernel[0] * kernel[1] * channels, outputs)`.
        finish: From sums `(rows, outputs)` to results of the same shape.
        dtype: Type of the results.

    Returns:
        Array of shape `(1, out_frames, out_bins, outputs)`.
    """
    frames, bins = windows.shape[:2]
    length, outputs = matrix.shape
    result = np.empty((1, frames, bins, outputs), dtype)
    step = max(1, _BLOCK // (bins * length))
    for start in range(0, frames, step):
        rows = windows[start : start + step].reshape(-1, length)
        values = finish(rows @ matrix)
        result[0, start : start + step] = values.reshape(-1, bins, outputs)
    return result
