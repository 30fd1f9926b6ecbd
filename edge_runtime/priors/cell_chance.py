"""Random numbers of cells: a function of seed, step and place, of nothing else."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray


def cell_chances(
    seed: int, step: int, cells: NDArray[np.intp], map_bins: int, *, count: int = 1
) -> NDArray[np.float64]:
    """Numbers drawn evenly from [0, 1), the same for a cell in whatever company.

    Args:
        seed: Seed from 0 up.
        step: What they are drawn for, from 0 up: each step has its own.
        cells: Int array of shape `(cells,)`, ascending: numbers of the cells, counted
            frame by frame.
        map_bins: Cells of a frame.
        count: Numbers per cell. Defaults to `1`.

    Returns:
        Float64 array of shape `(cells, count)`.

    Example:

    >>> some = cell_chances(7, 0, np.array([3, 8, 9]), 4)
    >>> bool((some[1:] == cell_chances(7, 0, np.array([8, 9]), 4)).all())
    True
    """
    frames, bins = np.divmod(cells, map_bins)
    chances = np.empty((len(cells), count))
    bounds = np.append(np.flatnonzero(np.diff(frames, prepend=-1)), len(cells))
    for first, last in itertools.pairwise(bounds):
        rng = np.random.default_rng((seed, step, int(frames[first])))
        chances[first:last] = rng.random((map_bins, count))[bins[first:last]]
    return chances
