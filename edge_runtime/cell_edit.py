"""What an edit makes of a codemap: new codes, or vectors that are no codewords."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.codebook import codewords_of


@dataclass(frozen=True, eq=False)
class NewCells:
    """A codemap after an edit.

    Attributes:
        codemap: Codes, int32 of shape `(map_frames, map_bins)`.
        mask: Cells to regenerate, bool of the same shape.
        quantized: What the decoder sees instead of the codes' codewords, float32 of
            shape `(map_frames, map_bins, codebook_dim)`. Defaults to `None`: the
            codewords.
    """

    codemap: NDArray[np.int32]
    mask: NDArray[np.bool_]
    quantized: NDArray[np.float32] | None = None

    def rows(self, rows: slice) -> NewCells:
        """Some frames of it."""
        quantized = None if self.quantized is None else self.quantized[rows]
        return NewCells(self.codemap[rows], self.mask[rows], quantized)


# From a codemap and the mask of the region's cells, both `(map_frames, map_bins)`.
CellEdit = Callable[[NDArray[np.int32], NDArray[np.bool_]], NewCells]


def changed_cells(
    codemap: NDArray[np.int32],
    after: NDArray[np.int32] | NDArray[np.float32],
    codebook: NDArray[np.float32],
) -> NewCells:
    """What to regenerate once an effect has run: the cells that it changed.

    Args:
        codemap: Codes before, int32 of shape `(map_frames, map_bins)`.
        after: Codes after, of the same shape; or vectors after, float32 of shape
            `(map_frames, map_bins, codebook_dim)`, which leave the codes as they are.
        codebook: Float32 array of shape `(codebook_size, codebook_dim)`.

    Returns:
        The new cells.

    Raises:
        ValueError: If `after` has another shape.

    Example:

    >>> codemap, codebook = np.array([[0, 1]], np.int32), np.eye(2, dtype=np.float32)
    >>> changed_cells(codemap, np.array([[1, 1]], np.int32), codebook).mask.tolist()
    [[True, False]]
    >>> changed_cells(codemap, codebook[codemap] * 2, codebook).mask.tolist()
    [[True, True]]
    """
    before = codewords_of(codemap, codebook)
    if after.shape == codemap.shape:
        return NewCells(after.astype(np.int32), after != codemap)
    if after.shape != before.shape:
        raise ValueError(
            f"An effect must return codes of shape {codemap.shape} or vectors of shape "
            f"{before.shape}. Received: {after.shape}."
        )
    quantized = after.astype(np.float32)
    return NewCells(codemap, (quantized != before).any(axis=-1), quantized)
