"""What an edit makes of a codemap: new codes, or vectors that are no codewords."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Decodable(Protocol):
    """Codes or vectors of a sound, of which a part is decoded; an array is one."""

    def __len__(self) -> int:
        """Number of frames of cells."""
        ...

    def __getitem__(self, frames: slice, /) -> NDArray[Any]:
        """Some frames: codes `(map_frames, map_bins)`; or vectors, one axis more."""
        ...


@dataclass(frozen=True, eq=False)
class NewCells:
    """A codemap after an edit.

    Attributes:
        codemap: Codes, int32 of shape `(map_frames, map_bins)`.
        mask: Cells to regenerate, bool of the same shape.
        quantized: What the decoder sees instead of the codes' codewords: vectors,
            float32 of shape `(map_frames, map_bins, codebook_dim)`. Defaults to `None`:
            the codewords.
        pass_seconds: As of `Prediction`. Defaults to none.
    """

    codemap: NDArray[np.int32]
    mask: NDArray[np.bool_]
    quantized: Decodable | None = None
    pass_seconds: tuple[float, ...] = ()

    @property
    def decodable(self) -> Decodable:
        """What the decoder is given: vectors if there are any, else codes."""
        return self.codemap if self.quantized is None else self.quantized


# From a codemap and the mask of the region's cells, both `(map_frames, map_bins)`.
CellEdit = Callable[[NDArray[np.int32], NDArray[np.bool_]], NewCells]


def changed_cells(
    codemap: NDArray[np.int32],
    after: NDArray[np.int32] | NDArray[np.float32],
    before: NDArray[np.float32],
    cells: NDArray[np.bool_],
) -> NewCells:
    """What to regenerate once an effect has run: the cells that it changed.

    Args:
        codemap: Codes before, int32 of shape `(map_frames, map_bins)`.
        after: Codes after, of the same shape; or vectors after, float32 of shape
            `(map_frames, map_bins, codebook_dim)`, which leave the codes as they are.
        before: Codewords of `codemap`.
        cells: Mask of the region's cells, bool of the codemap's shape.

    Returns:
        The new cells.

    Raises:
        ValueError: If `after` has another shape.

    Example:

    >>> codemap, cells = np.array([[0, 1]], np.int32), np.ones((1, 2), np.bool_)
    >>> before = np.eye(2, dtype=np.float32)[codemap]
    >>> changed_cells(codemap, np.array([[1, 1]]), before, cells).mask.tolist()
    [[True, False]]
    >>> changed_cells(codemap, before * 2, before, cells).mask.tolist()
    [[True, True]]
    """
    if after.shape == codemap.shape:
        return NewCells(after.astype(np.int32), (after != codemap) & cells)
    if after.shape != before.shape:
        raise ValueError(
            f"An effect must return codes of shape {codemap.shape} or vectors of shape "
            f"{before.shape}. Received: {after.shape}."
        )
    quantized = after.astype(np.float32)
    return NewCells(codemap, (quantized != before).any(axis=-1) & cells, quantized)
