"""Which cells are decided in which pass: the surest first, and chance among them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

# Cells decided per pass, at least and on average: a hole of fewer than 8 times as many
# takes fewer passes.
_CELLS_PER_PASS = 4


def num_passes(hidden: int, most: int) -> int:
    """Passes in which so many hidden cells are filled.

    Args:
        hidden: Number of hidden cells.
        most: Passes of a large hole.

    Example:

    >>> [num_passes(hidden, 8) for hidden in (1, 4, 9, 32, 4000)]
    [1, 1, 3, 8, 8]
    """
    return min(most, -(-hidden // _CELLS_PER_PASS))


def left_after(done: int, passes: int, hidden: int) -> int:
    """Cells that are still hidden after some passes: few are decided first.

    The cosine schedule of MaskGIT (Chang et al. 2022, https://arxiv.org/abs/2202.04200,
    section 3.3): what is decided first is decided from the least that is known.

    Args:
        done: Passes that are over.
        passes: All passes.
        hidden: Cells hidden at first.

    Example:

    >>> [left_after(done, 4, 100) for done in range(5)]
    [100, 92, 70, 38, 0]
    """
    if done >= passes:
        return 0
    share = math.cos(0.5 * math.pi * done / passes)
    # Half of a hundred is 50 on every processor, whatever its cosine's last digit.
    return min(hidden - done, int(hidden * share + 1e-9))


def surest(
    confidence: NDArray[np.float64],
    chances: NDArray[np.float64],
    count: int,
    *,
    noise: float,
) -> NDArray[np.intp]:
    """Numbers of the cells to decide now.

    Without noise the silent cells, which are easy, would all be decided first, and talk
    everything around them into silence.

    Args:
        confidence: Float64 array of shape `(cells,)`: log probability of what was drawn
            for each.
        chances: Float64 array of the same shape, even in [0, 1).
        count: How many to decide.
        noise: Share of Gumbel's noise that is added to the confidence.

    Returns:
        Int array of shape `(count,)`, ascending. Of equals the earlier comes first.

    Example:

    >>> surest(np.log([0.5, 0.9, 0.7]), np.full(3, 0.5), 2, noise=1.0).tolist()
    [1, 2]
    """
    smallest = np.finfo(np.float64).tiny
    gumbel = -np.log(-np.log(np.maximum(chances, smallest)))
    order = np.argsort(-(confidence + noise * gumbel), kind="stable")
    return np.sort(order[:count])
