"""Running mean squared error and log-spectral distance, in constant memory."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


def shares_within(
    target: NDArray[np.floating],
    mean: NDArray[np.floating],
    spread: NDArray[np.floating],
) -> dict[str, float]:
    """How often a decoder's own guess of its error was right.

    Args:
        target: Float array of any shape.
        mean: What was decoded, same shape.
        spread: Standard deviation that was decoded with it, same shape.

    Returns:
        `within_one_spread` and `within_two_spreads`: shares of values that near to the
        mean, of Gaussian errors 0.683 and 0.954.

    Example:

    >>> zeros, ones = np.zeros(4), np.ones(4)
    >>> shares_within(np.array([0.5, -1.0, 1.5, 3.0]), zeros, ones)
    {'within_one_spread': 0.5, 'within_two_spreads': 0.75}
    """
    errors = np.abs(target - mean) / spread
    return {
        "within_one_spread": float((errors <= 1.0).mean()),
        "within_two_spreads": float((errors <= 2.0).mean()),
    }


@dataclass
class ReconstructionError:
    """Error of reconstructions, added up batch by batch.

    Sums run in float64, so the result does not depend on how the data was batched.

    Values are scaled to [0, 1] as a network sees them. For sound that is magnitude in
    dB, with the floor at 0 and full scale at 1.

    Attributes:
        floor_db: Level of the value 0, in dB. `None` for images, which have no dB.

    Example:

    >>> error = ReconstructionError(floor_db=-80.0)
    >>> error.add(np.zeros((1, 4, 8, 1)), np.full((1, 4, 8, 1), 0.5))
    >>> error.mse, error.lsd_db
    (0.25, 40.0)
    """

    floor_db: float | None = None

    def __post_init__(self) -> None:
        self._num_values = 0
        self._num_frames = 0
        self._squared_error = 0.0
        self._mean = 0.0
        self._squared_deviation = 0.0
        self._frame_distance = 0.0

    def add(self, target: NDArray[np.floating], output: NDArray[np.floating]) -> None:
        """Count one batch.

        Args:
            target: Float array of shape `(..., frames, bins, channels)`.
            output: Array of the same shape.

        Raises:
            ValueError: If the shapes differ, or the batch is empty.
        """
        if target.shape != output.shape or target.size == 0:
            raise ValueError(
                "target and output must have one shape and hold values. "
                f"Received: {target.shape} and {output.shape}."
            )
        expected = target.astype(np.float64)
        squared = (output.astype(np.float64) - expected) ** 2
        self._squared_error += float(squared.sum())
        # Chan, Golub and LeVeque 1983: variances of two parts make that of the whole.
        mean = float(expected.mean())
        total = self._num_values + target.size
        shift = mean - self._mean
        self._squared_deviation += float(((expected - mean) ** 2).sum())
        self._squared_deviation += shift**2 * self._num_values * target.size / total
        self._mean += shift * target.size / total
        self._num_values = total
        per_frame = np.sqrt(squared.mean(axis=(-2, -1)))
        self._frame_distance += float(per_frame.sum())
        self._num_frames += per_frame.size

    @property
    def mse(self) -> float:
        """Mean squared error of the scaled values."""
        return self._squared_error / max(self._num_values, 1)

    @property
    def nmse(self) -> float:
        """Mean squared error over the variance of the target; NaN if that is 0."""
        if self._squared_deviation == 0.0:
            return math.nan
        return self._squared_error / self._squared_deviation

    @property
    def lsd_db(self) -> float:
        """Log-spectral distance, in dB; NaN for images."""
        if self.floor_db is None:
            return math.nan
        return -self.floor_db * self._frame_distance / max(self._num_frames, 1)
