"""Vectors of a codemap some of whose cells are no codewords, a part at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.codebook import codewords_of


class CellVectors:
    """What a decoder is given where some cells have vectors of their own.

    Only those are held; all other cells are looked up in the codebook when their part
    is asked for, so that a long sound with a short hole takes no memory.

    Args:
        codemap: Int32 array of shape `(map_frames, map_bins)`.
        mask: Bool array of the same shape: cells with vectors of their own.
        vectors: Float32 array of shape `(own, codebook_dim)`, those cells in raster
            order.
        codebook: Float32 array of shape `(codebook_size, codebook_dim)`.

    Example:

    >>> codebook = np.array([[0.0], [1.0]], np.float32)
    >>> codemap, mask = np.array([[0, 1], [1, 1]]), np.array([[1, 0], [0, 1]], bool)
    >>> own = CellVectors(codemap, mask, np.float32([[0.25], [0.75]]), codebook)
    >>> own[:][..., 0].tolist(), own[1:2][..., 0].tolist()
    ([[0.25, 1.0], [1.0, 0.75]], [[1.0, 0.75]])
    """

    def __init__(
        self,
        codemap: NDArray[np.int32],
        mask: NDArray[np.bool_],
        vectors: NDArray[np.float32],
        codebook: NDArray[np.float32],
    ) -> None:
        self._codemap, self._mask, self._codebook = codemap, mask, codebook
        self._vectors = vectors
        # Number of the first own vector of each frame, and past the last one.
        self._starts = np.append(0, np.cumsum(mask.sum(axis=1)))

    def in_codemap(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_]
    ) -> CellVectors:
        """The same vectors, in the same order, for as many cells of another codemap."""
        return CellVectors(codemap, mask, self._vectors, self._codebook)

    def __len__(self) -> int:
        return len(self._codemap)

    def __getitem__(self, frames: slice) -> NDArray[np.float32]:
        """Vectors of some frames of cells, `(map_frames, map_bins, codebook_dim)`."""
        start, stop, _ = frames.indices(len(self))
        vectors = codewords_of(self._codemap[start:stop], self._codebook)
        own = self._vectors[self._starts[start] : self._starts[max(start, stop)]]
        vectors[self._mask[start:stop]] = own
        return vectors
