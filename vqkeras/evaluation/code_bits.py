"""What a prior would spend on codes that it cannot see."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.priors.prior import ProbabilisticPrior


def bits_of(
    prior: ProbabilisticPrior, codemap: NDArray[np.int32], mask: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Information of each hidden code under a prior, in bits.

    Args:
        prior: What predicts codes.
        codemap: The true codes, shape `(map_frames, map_bins)`.
        mask: Bool array of the same shape, `True` = hidden.

    Returns:
        Array of shape `(hidden,)`, in raster order.

    Example:

    >>> from edge_runtime.priors.marginal import MarginalPrior
    >>> prior = MarginalPrior(np.array([10**6, 10**6, 2 * 10**6]))
    >>> codemap = np.array([[0, 2]], np.int32)
    >>> bits_of(prior, codemap, np.ones((1, 2), np.bool_)).round(3).tolist()
    [2.0, 1.0]
    """
    logs = prior.log_probabilities(codemap, mask)
    hidden = codemap[mask]
    return -logs[np.arange(len(hidden)), hidden].astype(np.float64) / np.log(2.0)
