"""Two codemaps of a hierarchical model, carried as one.

A joint code is the pair of a fine cell's code and that of the coarse cell around it, as
one number. Whatever cuts, compares or stores codemaps need not know that there are two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.codebook import check_codes, codes_of, codewords_of


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Codebooks of two levels, and how their cells lie.

    A joint code is `coarse_code * codebook_size + fine_code`, of every fine cell. Joint
    vectors hold the fine cell's vector, then that of the coarse cell around it. Maps
    must consist of whole coarse cells.

    Attributes:
        codebook: Codewords of fine cells, float32 `(codebook_size, codebook_dim)`.
        coarse_codebook: Codewords of coarse cells, float32 of shape
            `(coarse_codebook_size, coarse_codebook_dim)`.
        cells: Fine cells in a coarse one, along time and along frequency.

    Example:

    >>> codebook = np.eye(3, dtype=np.float32)
    >>> hierarchy = Hierarchy(codebook, codebook, (1, 2))
    >>> joint = hierarchy.join(np.array([[0, 2, 1, 1]]), np.array([[2, 0]]))
    >>> joint
    array([[6, 8, 1, 1]], dtype=int32)
    >>> [level.tolist() for level in hierarchy.split(joint)]
    [[[0, 2, 1, 1]], [[2, 0]]]
    """

    codebook: NDArray[np.float32]
    coarse_codebook: NDArray[np.float32]
    cells: tuple[int, int]

    def join(
        self, fine: NDArray[np.integer[Any]], coarse: NDArray[np.integer[Any]]
    ) -> NDArray[np.int32]:
        """Joint codes of two codemaps.

        Args:
            fine: Codes, shape `(..., map_frames, map_bins)`.
            coarse: Codes, shape `(..., map_frames / cells[0], map_bins / cells[1])`.

        Returns:
            Int32 array of the shape of `fine`.
        """
        joint = self._spread(coarse, -2) * len(self.codebook) + fine
        return np.asarray(joint, np.int32)

    def split(
        self, codemap: NDArray[np.integer[Any]]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Fine and coarse codemap of joint codes.

        Args:
            codemap: Shape `(..., map_frames, map_bins)`.

        Returns:
            Int32 arrays of the shapes that `join` takes.

        Raises:
            ValueError: If the map ends within a coarse cell, or a code is out of range.
        """
        self._check_whole(codemap.shape[-2:])
        size = len(self.codebook)
        check_codes(codemap, size * len(self.coarse_codebook))
        coarse = codemap[..., :: self.cells[0], :: self.cells[1]] // size
        return (codemap % size).astype(np.int32), coarse.astype(np.int32)

    def coarse_mask(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Coarse cells that have a masked fine cell inside.

        All of them must be hidden: the code of a coarse cell has seen all fine ones.

        Args:
            mask: Bool array of shape `(map_frames, map_bins)`.

        Raises:
            ValueError: If the map ends within a coarse cell.
        """
        self._check_whole(mask.shape)
        (frames, bins), (time, freq) = mask.shape, self.cells
        blocks = mask.reshape(frames // time, time, bins // freq, freq)
        return np.asarray(blocks.any(axis=(1, 3)), np.bool_)

    def join_vectors(
        self, fine: NDArray[np.float32], coarse: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Joint vectors: `fine`, with the coarse cell's beside it on the last axis."""
        return np.concatenate([fine, self._spread(coarse, -3)], axis=-1)

    def split_vectors(
        self, joint: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Undo `join_vectors`; of each coarse cell its first fine cell counts."""
        self._check_whole(joint.shape[-3:-1])
        dim = self.codebook.shape[1]
        time, freq = self.cells
        return joint[..., :dim], joint[..., ::time, ::freq, dim:]

    def codes_of(self, latents: NDArray[np.float32]) -> NDArray[np.int32]:
        """Joint codes nearest to joint latents, level by level."""
        fine, coarse = self.split_vectors(latents)
        return self.join(
            codes_of(fine, self.codebook), codes_of(coarse, self.coarse_codebook)
        )

    def codewords_of(self, codemap: NDArray[np.int32]) -> NDArray[np.float32]:
        """Joint codewords of joint codes."""
        fine, coarse = self.split(codemap)
        return self.join_vectors(
            codewords_of(fine, self.codebook),
            codewords_of(coarse, self.coarse_codebook),
        )

    def _spread(self, coarse: NDArray[Any], axis: int) -> NDArray[Any]:
        """Coarse cells repeated over the fine grid, whose first axis is `axis`."""
        rows = np.repeat(coarse, self.cells[0], axis=axis)
        return np.repeat(rows, self.cells[1], axis=axis + 1)

    def _check_whole(self, shape: tuple[int, ...]) -> None:
        if any(size % cells for size, cells in zip(shape, self.cells, strict=True)):
            raise ValueError(
                f"A codemap must consist of whole coarse cells of {self.cells} cells. "
                f"Received: {shape}."
            )
