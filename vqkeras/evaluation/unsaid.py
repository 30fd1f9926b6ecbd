"""What codes leave unsaid of the spectrogram they were made from, cell by cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def cell_values(
    spectrogram: NDArray[np.float32], map_shape: tuple[int, int], cell: tuple[int, int]
) -> NDArray[np.float32]:
    """The values of each cell side by side, of that cell alone.

    Args:
        spectrogram: `(batch, frames, bins, channels)`.
        map_shape: Cells along time and frequency.
        cell: Frames and bins of a cell.

    Returns:
        `(batch, map_frames, map_bins, values)`; what lies beyond the spectrogram is 0.

    Example:

    >>> spectrogram = np.arange(8, dtype=np.float32).reshape(1, 2, 4, 1)
    >>> cell_values(spectrogram, (1, 2), (2, 2))[0, 0].tolist()
    [[0.0, 1.0, 4.0, 5.0], [2.0, 3.0, 6.0, 7.0]]
    """
    count, frames, bins, channels = spectrogram.shape
    (rows, columns), (height, width) = map_shape, cell
    missing = ((0, 0), (0, rows * height - frames), (0, columns * width - bins), (0, 0))
    whole = np.pad(spectrogram, missing)
    cells = whole.reshape(count, rows, height, columns, width, channels)
    return cells.transpose(0, 1, 3, 2, 4, 5).reshape(count, rows, columns, -1)


class Unsaid:
    """The values of a cell less the mean of those that had its code.

    Unlike what the codec decodes, that mean depends on no neighbour, so that nothing
    of a hidden cell is in what a visible one left unsaid.

    Args:
        codemaps: What the means are counted in, `(examples, map_frames, map_bins)`.
        values: Of the same cells, as `cell_values` gives them.
        codebook_size: Number of codewords.

    Example:

    >>> codemap = np.array([[[0, 0, 1]]])
    >>> values = np.array([[[[1.0], [3.0], [2.0]]]], np.float32)
    >>> Unsaid(codemap, values, 2)(codemap, values).ravel().round(1)
    array([-1.2,  1.2,  0. ], dtype=float32)
    """

    def __init__(
        self,
        codemaps: NDArray[np.int32],
        values: NDArray[np.float32],
        codebook_size: int,
    ) -> None:
        counts = np.bincount(codemaps.ravel(), minlength=codebook_size)
        flat = values.reshape(-1, values.shape[-1])
        # The mean of all, counted once more: a code that never came has that.
        sums = np.tile(flat.mean(axis=0, dtype=np.float64), (codebook_size, 1))
        np.add.at(sums, codemaps.ravel(), flat)
        self._means = (sums / (counts[:, np.newaxis] + 1)).astype(np.float32)
        self._deviation = np.float32(np.std(values - self._means[codemaps]))

    def __call__(
        self, codemap: NDArray[np.int32], values: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """What some cells left unsaid, at unit deviation.

        Args:
            codemap: Their codes.
            values: As `cell_values` gives them.
        """
        return (values - self._means[codemap]) / self._deviation
