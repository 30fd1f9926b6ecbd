"""What known cells around a hidden one are, and what follows from them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NEIGHBOURHOODS = ("both", "time", "frequency")
# Besides these: the one of them that suits the mask.
AUTO = "auto"

Index = NDArray[np.intp]


class Neighbours(NamedTuple):
    """Known neighbours of every hidden cell, cell after cell, each in raster order.

    Attributes:
        cells: Int array of shape `(hidden,)`: flat index of each hidden cell.
        owner: Int array of shape `(neighbours,)`, ascending: position in `cells`.
        source: Int array of shape `(neighbours,)`: flat index of the neighbour.
    """

    cells: Index
    owner: Index
    source: Index


def suited_neighbourhood(mask: NDArray[np.bool_]) -> str:
    """Where to look to fill a mask: `"time"` or `"both"`.

    A gap over all frequencies has its only known cells before and behind it. Along
    time they are found straight across the gap; a square would find, in the middle,
    nothing but cells that were predicted from one side.

    Args:
        mask: Bool array of shape `(map_frames, map_bins)`, `True` = hidden.

    Returns:
        `"time"` if every frame is hidden wholly or not at all, else `"both"`.

    Example:

    >>> suited_neighbourhood(np.array([[False, False], [True, True]]))
    'time'
    >>> suited_neighbourhood(np.array([[False, False], [True, False]]))
    'both'
    """
    return "time" if np.array_equal(mask.any(axis=1), mask.all(axis=1)) else "both"


def dependency_levels(neighbours: Neighbours, mask: NDArray[np.bool_]) -> Index:
    """Batch in which each hidden cell can be predicted, after those it looks at.

    In a box of radius `r` the batches are the diagonals `frame * (r + 1) + bin`; the
    longest chain of neighbours gives the same and also holds for any other mask.

    Args:
        neighbours: Neighbours of hidden cells, gathered autoregressively. Others, that
            are not among these cells, must have been predicted before.
        mask: Bool array of shape `(map_frames, map_bins)`, `True` = hidden.

    Returns:
        Int array of shape `(hidden,)`: 0 for cells that look at visible ones only.
    """
    hidden = len(neighbours.cells)
    position = np.full(mask.size, hidden)
    position[neighbours.cells] = np.arange(hidden)
    inputs = position[neighbours.source]
    bounds = np.searchsorted(neighbours.owner, np.arange(hidden + 1)).tolist()
    levels = np.full(hidden + 1, -1)  # The last one stands for every other cell.
    for cell in range(hidden):
        levels[cell] = levels[inputs[bounds[cell] : bounds[cell + 1]]].max() + 1
    return levels[:-1]
