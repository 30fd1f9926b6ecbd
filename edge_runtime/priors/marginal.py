"""The prior that looks at no neighbour: how often each code occurs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.priors.prior import check_codemap, check_temperature


class MarginalPrior:
    """Fills every hidden cell from the code frequencies of the training set.

    It looks at no neighbour: the baseline any other prior has to beat.

    Args:
        counts: Array of shape `(codebook_size,)`: how often each code occurs.
        predict: `"argmax"`, the most frequent code, the lowest of equals; or
            `"sample"`, independent draws. Defaults to `"argmax"`.
        temperature: Of the draws, in [0.01, 100]: frequencies are raised to the power
            `1 / temperature` and normalised again. Below 1 the frequent codes come
            oftener, towards 0 only the most frequent; above 1 all codes that occur
            come more alike. Defaults to `1.0`: the frequencies.

    Raises:
        ValueError: If `counts` is no list of numbers from 0 up with a positive sum,
            `predict` is unknown or `temperature` is out of range.

    Example:

    >>> prior = MarginalPrior(np.array([1, 5, 2]))
    >>> prior.fill(np.array([[0, 2]], np.int32), np.array([[False, True]]), seed=0)
    array([[0, 1]], dtype=int32)
    """

    def __init__(
        self,
        counts: NDArray[Any],
        *,
        predict: str = "argmax",
        temperature: float = 1.0,
    ) -> None:
        if counts.ndim != 1 or np.any(counts < 0) or not counts.sum() > 0:
            raise ValueError(
                "counts must have shape (codebook_size,), no negative number and a "
                f"positive sum. Received shape: {counts.shape}, sum: {counts.sum()}."
            )
        if predict not in ("argmax", "sample"):
            raise ValueError(
                f"predict must be 'argmax' or 'sample'. Received: {predict!r}."
            )
        check_temperature(temperature)
        self.counts = counts
        self.predict = predict
        self.temperature = temperature
        self.codebook_size = len(counts)

    @property
    def reach(self) -> int:
        """No frame of cells beyond the hidden ones."""
        return 0

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """Code frequencies with one added to each count, so that none is impossible."""
        smooth = self.counts.astype(np.float64) + 1.0
        smooth /= smooth.sum()
        return smooth

    def fill(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_], *, seed: int
    ) -> NDArray[np.int32]:
        """Put codes drawn from the marginal in the hidden cells.

        Args:
            codemap: Int32 array of shape `(map_frames, map_bins)`.
            mask: Bool array of the same shape, `True` = hidden.
            seed: Seed of the draws; `"argmax"` draws nothing.

        Returns:
            Int32 array of shape `(map_frames, map_bins)`, equal outside the mask.

        Raises:
            ValueError: If the shapes differ or a visible code is not in the codebook.
        """
        check_codemap(codemap, mask, self.codebook_size)
        filled = codemap.astype(np.int32)
        if self.predict == "argmax":
            filled[mask] = int(np.argmax(self.counts))
        else:
            # Counts as they are: a code never seen is never drawn.
            relative = self.counts / self.counts.max()
            share = np.cumsum(relative ** (1.0 / self.temperature))
            draws = np.random.default_rng(seed).random(int(mask.sum())) * share[-1]
            filled[mask] = np.searchsorted(share, draws, side="right")
        return filled

    def log_probabilities(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """Smoothed log frequency of every code, the same for each hidden cell.

        Args:
            codemap: Int32 array of shape `(map_frames, map_bins)`.
            mask: Bool array of the same shape, `True` = hidden.

        Returns:
            Float32 array of shape `(hidden, codebook_size)`, natural logs.

        Raises:
            ValueError: If the shapes differ or a visible code is not in the codebook.
        """
        check_codemap(codemap, mask, self.codebook_size)
        row = np.log(self.probabilities).astype(np.float32)
        return np.tile(row, (int(mask.sum()), 1))
