"""Inpainting baselines without learning: nearest code, last frame, interpolation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from edge_runtime.priors.prior import check_codemap


class NearestCodePrior:
    """Gives each hidden cell the code of the nearest visible one.

    Distance is Euclidean, in cells; of equals the first in raster order counts.

    Args:
        codebook_size: Number of codewords.

    Example:

    >>> codemap = np.array([[3, 0, 0, 5]], np.int32)
    >>> mask = np.array([[False, True, True, False]])
    >>> NearestCodePrior(8).fill(codemap, mask, seed=0)
    array([[3, 3, 5, 5]], dtype=int32)
    """

    def __init__(self, codebook_size: int) -> None:
        self.codebook_size = codebook_size

    def fill(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_], *, seed: int
    ) -> NDArray[np.int32]:
        """Fill the hidden cells; `seed` is not needed.

        Args:
            codemap: Int32 array of shape `(map_frames, map_bins)`.
            mask: Bool array of the same shape, `True` = hidden, not all of it.
            seed: Not used.

        Returns:
            Int32 array of the same shape.
        """
        check_codemap(codemap, mask, self.codebook_size)
        visible, hidden = np.argwhere(~mask), np.argwhere(mask)
        steps = hidden[:, np.newaxis] - visible  # (hidden, visible, 2)
        nearest = np.argmin((steps**2).sum(axis=-1), axis=1)
        filled = codemap.copy()
        filled[mask] = codemap[~mask][nearest]
        return filled


# From hidden places, known ones and their values to the hidden values.
_Fill: TypeAlias = Callable[..., NDArray[np.floating]]


def copied_frame(
    example: NDArray[np.float32], mask: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Each hidden value becomes the last known one before it in time.

    Where there is none, the first one after it; where a bin is hidden throughout, the
    nearest known bin of the same frame below it, else above.

    Args:
        example: Shape `(frames, bins)`.
        mask: Bool array of the same shape, `True` = hidden.

    Returns:
        Float32 array of the same shape.

    Example:

    >>> column = np.array([[1.0], [0.0], [3.0]], np.float32)
    >>> copied_frame(column, np.array([[False], [True], [False]])).ravel().tolist()
    [1.0, 1.0, 3.0]
    """
    return _along_time_else_bins(example, mask, _copied)


def interpolated(
    example: NDArray[np.float32], mask: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Each hidden value lies on the line between the known ones before and after it.

    Values of sound are linear in dB. Where one side is missing, the other is held;
    where a bin is hidden throughout, the line runs over the bins of the same frame.

    Args:
        example: Shape `(frames, bins)`.
        mask: Bool array of the same shape, `True` = hidden.

    Returns:
        Float32 array of the same shape.

    Example:

    >>> column = np.array([[1.0], [0.0], [3.0]], np.float32)
    >>> interpolated(column, np.array([[False], [True], [False]])).ravel().tolist()
    [1.0, 2.0, 3.0]
    """
    return _along_time_else_bins(example, mask, np.interp)


def _along_time_else_bins(
    example: NDArray[np.float32], mask: NDArray[np.bool_], fill: _Fill
) -> NDArray[np.float32]:
    """Fill along time where a bin is known at any time, then along the bins."""
    filled = example.copy()
    is_dark = np.asarray(mask.all(axis=0))
    for column in np.flatnonzero(mask.any(axis=0) & ~is_dark):
        _fill_line(filled[:, column], mask[:, column], fill)
    if is_dark.any():
        for line in filled:
            _fill_line(line, is_dark, fill)
    return filled


def _fill_line(
    line: NDArray[np.float32], hidden: NDArray[np.bool_], fill: _Fill
) -> None:
    known = np.flatnonzero(~hidden)
    line[hidden] = fill(np.flatnonzero(hidden), known, line[known])


def _copied(
    places: NDArray[np.intp], known: NDArray[np.intp], values: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Like `np.interp`, but holds the last known value."""
    before = np.searchsorted(known, places) - 1
    return values[np.maximum(before, 0)]
