"""A decoder's second half: how far it expects to be from the truth.

Beside the mean of each value a decoder may give a raw number `r`, in the same scale, so
that both share one int8 scale. The spread it stands for is positive and smooth in `r`
(Barron 2021, "Squareplus", https://arxiv.org/abs/2112.11687); a root is rounded alike
by every processor, an exponential is not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Of values scaled to [0, 1]. The least spread keeps the likelihood finite; with r = 0
# the spread is the least one plus half of the bend.
LEAST_SPREAD = 0.01
BEND = 0.04


def spread_from_raw(raw: NDArray[np.floating]) -> NDArray[np.float32]:
    """Spread that raw numbers stand for: `0.01 + (r + sqrt(r^2 + 0.04^2)) / 2`.

    Args:
        raw: Float array of any shape, second half of a decoder's channels.

    Returns:
        Float32 array of the same shape, above `LEAST_SPREAD`: standard deviation of
        the scaled value; times `-floor_db` it is in dB.

    Example:

    >>> spread_from_raw(np.float32([-1.0, 0.0, 1.0])).round(3)
    array([0.01, 0.03, 1.01], dtype=float32)
    """
    values = np.asarray(raw, np.float32)
    root = np.sqrt(np.square(values) + np.float32(BEND**2))
    return np.float32(LEAST_SPREAD) + np.float32(0.5) * (values + root)
