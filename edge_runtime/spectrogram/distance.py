"""Log-spectral distance: how far two spectrograms are apart, in dB."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def lsd_db(
    target_db: NDArray[np.floating],
    output_db: NDArray[np.floating],
    mask: NDArray[np.bool_] | None = None,
) -> float:
    """Log-spectral distance: per frame the root mean square over bins, then the mean.

    Args:
        target_db: Float array of shape `(..., frames, bins)`, in dB, floor applied.
        output_db: Array of the same shape.
        mask: Optional boolean array of the same shape: only bins where it is true
            count, and only frames that have one. Defaults to every bin.

    Returns:
        Distance in dB; NaN if no bin counts.

    Example:

    >>> lsd_db(np.zeros((2, 4)), np.array([[3.0] * 4, [1.0] * 4]))
    2.0
    """
    distances = lsd_per_frame_db(target_db, output_db, mask)
    return float(distances.mean()) if distances.size else math.nan


def lsd_per_frame_db(
    target_db: NDArray[np.floating],
    output_db: NDArray[np.floating],
    mask: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """What `lsd_db` averages; of sounds too long to compare at once, part by part.

    Args:
        target_db: As for `lsd_db`.
        output_db: As for `lsd_db`.
        mask: As for `lsd_db`.

    Returns:
        Root mean square in dB of each frame in which a bin counts, one after the other.
    """
    squared = (output_db.astype(np.float64) - target_db.astype(np.float64)) ** 2
    counted = np.ones(squared.shape, bool) if mask is None else mask
    num_bins = counted.sum(axis=-1)
    sums = np.where(counted, squared, 0.0).sum(axis=-1)
    frames = num_bins > 0
    distances: NDArray[np.float64] = np.sqrt(sums[frames] / num_bins[frames])
    return distances
