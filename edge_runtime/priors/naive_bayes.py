"""Prior that predicts hidden codes by Gaussian naive Bayes on neighbouring cells."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.codebook import check_codes
from edge_runtime.priors.gaussian_classes import (
    Samples,
    Scores,
    class_scores,
    drawn,
    mean_code,
    most_likely,
    posterior,
    samples_of,
)
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.neighbour_search import NeighbourSearch
from edge_runtime.priors.neighbourhood import (
    AUTO,
    NEIGHBOURHOODS,
    Neighbours,
    dependency_levels,
    suited_neighbourhood,
)
from edge_runtime.priors.prior import check_codemap, check_temperature

ORDERS = ("autoregressive", "independent")
PREDICTIONS = ("argmax", "sample", "mean_code")
# Neighbours that are looked at together, at most: some 10 MB, however long the hole.
_TOGETHER = 1 << 16


class NaiveBayesPrior:
    """Fills each hidden cell with a code its known neighbours make likely.

    A classifier is fitted per hidden cell: the samples are the neighbours' positions
    (frame, bin), the classes their codes, and the question is the cell's own position.
    It needs no training and no codebook, only the codemap at hand. Source: Chable et
    al., "Spectrogram Inpainting", section 5.2; predictions equal those of
    `sklearn.naive_bayes.GaussianNB` fitted to the same neighbours in raster order.

    The paper's plain variant reads neighbours as they were before they were hidden.
    Here a hidden code is never read: neighbours are the visible cells, and with
    `order="autoregressive"` the cells predicted so far, in raster order (frame by
    frame, bins ascending). A cell with no known neighbour within the radius takes the
    nearest known ones beyond it; if its whole line is hidden, it looks both ways.

    Args:
        codebook_size: Number of codewords.
        radius: Cells to each side of the hidden one. Defaults to `2`: 24 neighbours.
        neighbourhood: `"both"`, the square around the cell; `"time"`, the same bin;
            `"frequency"`, the same frame; or `"auto"`, `suited_neighbourhood` of the
            mask. Defaults to `"both"`, the paper's.
        order: `"autoregressive"` or `"independent"`. Defaults to `"autoregressive"`.
        predict: `"argmax"`, the likeliest code, the lowest of equals; `"sample"`, a
            draw from the posterior; or `"mean_code"`, the paper's rounded average of
            code numbers, for the historical comparison only. Defaults to `"argmax"`.
        temperature: Of the draws, in [0.01, 100]: the posterior is raised to the power
            `1 / temperature` and normalised again; towards 0 a draw is the likeliest
            code. Defaults to `1.0`: the posterior.
        marginal: Array of shape `(codebook_size,)`: how often each code occurs in the
            training set. Needed where no cell at all is visible, and to smooth
            probabilities. Defaults to `None`.

    Raises:
        ValueError: If an argument is out of range; the message names it.

    Example:

    >>> prior = NaiveBayesPrior(codebook_size=4, neighbourhood="time")
    >>> codemap = np.array([[3, 1], [3, 1], [0, 0], [3, 1]], np.int32)
    >>> mask = np.array([[False, False], [False, False], [True, True], [False, False]])
    >>> prior.fill(codemap, mask, seed=0)[2]
    array([3, 1], dtype=int32)
    """

    def __init__(
        self,
        codebook_size: int,
        *,
        radius: int = 2,
        neighbourhood: str = "both",
        order: str = "autoregressive",
        predict: str = "argmax",
        temperature: float = 1.0,
        marginal: NDArray[Any] | None = None,
    ) -> None:
        if codebook_size < 1 or radius < 1:
            raise ValueError(
                "codebook_size and radius must be 1 or more. "
                f"Received: codebook_size={codebook_size}, radius={radius}."
            )
        _check_choice("neighbourhood", neighbourhood, (AUTO, *NEIGHBOURHOODS))
        _check_choice("order", order, ORDERS)
        _check_choice("predict", predict, PREDICTIONS)
        check_temperature(temperature)
        if marginal is not None and marginal.shape != (codebook_size,):
            raise ValueError(
                f"marginal must have shape ({codebook_size},). "
                f"Received: {marginal.shape}."
            )
        self.codebook_size = codebook_size
        self.radius = radius
        self.neighbourhood = neighbourhood
        self.order = order
        self.predict = predict
        self.temperature = temperature
        self.marginal = marginal

    def fill(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_], *, seed: int
    ) -> NDArray[np.int32]:
        """Predict the hidden cells.

        Args:
            codemap: Int32 array of shape `(map_frames, map_bins)`. Hidden cells may
                hold anything.
            mask: Bool array of the same shape, `True` = hidden. If every cell is
                hidden, they come from the marginal.
            seed: Seed of the draws; only `predict="sample"` draws.

        Returns:
            Int32 array of shape `(map_frames, map_bins)`, equal outside the mask.

        Raises:
            ValueError: If the shapes differ, a visible code is not in the codebook, or
                every cell is hidden and no marginal was given.
        """
        check_codemap(codemap, mask, self.codebook_size)
        if mask.all():
            return self._fill_from_marginal(codemap, mask, seed)
        filled = codemap.astype(np.int32, order="C")  # Flat views write into it.
        if not mask.any():
            return filled
        search = self._search(mask)
        rng = np.random.default_rng(seed)
        # A long hole is filled from its beginning on, some cells at a time.
        step = max(1, _TOGETHER // search.window)
        for first in range(0, len(search.cells), step):
            neighbours = search.of(first, first + step)
            draws = rng.random(len(neighbours.cells))
            self._fill_cells(filled.reshape(-1), neighbours, draws, mask)
        return filled

    def _fill_cells(
        self,
        codes: NDArray[np.int32],
        neighbours: Neighbours,
        draws: NDArray[np.float64],
        mask: NDArray[np.bool_],
    ) -> None:
        """Put predictions for some hidden cells into the flat codemap `codes`."""
        bounds = [0, len(neighbours.cells)]
        if self.order == "autoregressive":
            level = dependency_levels(neighbours, mask)
            neighbours, rank = _sorted_by(neighbours, level)
            draws = draws[rank]
            bounds = [*np.searchsorted(level[rank], np.arange(level.max() + 2))]
        samples = _samples(neighbours, mask.shape[1])
        for first, last in itertools.pairwise(bounds):
            part = samples.part(first, last)
            begin = samples.starts[first]
            source = neighbours.source[begin : begin + len(part.owner)]
            scores = class_scores(part, codes[source], self.codebook_size)
            codes[neighbours.cells[first:last]] = self._choose(
                scores, draws[first:last]
            )

    def log_probabilities(
        self,
        codemap: NDArray[np.int32],
        mask: NDArray[np.bool_],
        *,
        marginal_weight: float = 0.5,
    ) -> NDArray[np.float32]:
        """Log probability of every code in each hidden cell, for `bits_per_code`.

        Naive Bayes gives codes that are absent around a cell no chance at all and is
        far too sure of the nearest one, so a single surprise would cost infinitely many
        bits. The posterior is therefore mixed with the marginal (add-one smoothed;
        uniform where none was given). For a predictor that puts everything on one code
        and is right with share `a`, the weight that costs the fewest bits is `1 - a`;
        one half suits a classifier that is right every other time.

        With `order="autoregressive"` a cell is conditioned on the *true* codes of the
        hidden cells before it (`codemap` must hold them), so that the sum over cells is
        the log probability of the whole hole. `"independent"` reads visible codes only.

        Args:
            codemap: Int32 array of shape `(map_frames, map_bins)`.
            mask: Bool array of the same shape, `True` = hidden.
            marginal_weight: Share of the marginal in the mixture, in (0, 1]. Defaults
                to `0.5`.

        Returns:
            Float32 array of shape `(hidden, codebook_size)`, natural logs, hidden cells
            in raster order.

        Raises:
            ValueError: If the shapes differ, a code that is read is not in the
                codebook, or the weight is out of range.
        """
        if not 0 < marginal_weight <= 1:
            raise ValueError(
                f"marginal_weight must lie in (0, 1]. Received: {marginal_weight}."
            )
        check_codemap(codemap, mask, self.codebook_size)
        counts = np.ones(self.codebook_size) if self.marginal is None else self.marginal
        marginal = MarginalPrior(counts)
        if mask.all() or not mask.any():
            return marginal.log_probabilities(codemap, mask)
        search = self._search(mask)
        neighbours = search.of(0, len(search.cells))
        codes = codemap.reshape(-1)[neighbours.source]
        check_codes(codes, self.codebook_size)
        scores = class_scores(
            _samples(neighbours, mask.shape[1]), codes, self.codebook_size
        )
        mixture = np.tile(
            marginal_weight * marginal.probabilities, (len(neighbours.cells), 1)
        )
        mixture[scores.owner, scores.code] += (1 - marginal_weight) * posterior(scores)
        return np.log(mixture).astype(np.float32)

    def _search(self, mask: NDArray[np.bool_]) -> NeighbourSearch:
        is_auto = self.neighbourhood == AUTO
        return NeighbourSearch(
            mask,
            radius=self.radius,
            neighbourhood=suited_neighbourhood(mask) if is_auto else self.neighbourhood,
            autoregressive=self.order == "autoregressive",
        )

    def _choose(self, scores: Scores, draws: NDArray[np.float64]) -> NDArray[np.intp]:
        if self.predict == "sample":
            return drawn(scores, draws, temperature=self.temperature)
        return most_likely(scores) if self.predict == "argmax" else mean_code(scores)

    def _fill_from_marginal(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_], seed: int
    ) -> NDArray[np.int32]:
        if self.marginal is None:
            raise ValueError(
                "Every cell is hidden, so there is no neighbour to look at. "
                "Give the prior a marginal, or hide less."
            )
        predict = "sample" if self.predict == "sample" else "argmax"
        prior = MarginalPrior(
            self.marginal, predict=predict, temperature=self.temperature
        )
        return prior.fill(codemap, mask, seed=seed)


def _samples(neighbours: Neighbours, bins: int) -> Samples:
    """Training sets with frame and bin of each neighbour as features."""
    return samples_of(
        neighbours.owner,
        np.array(np.divmod(neighbours.source, bins), np.float64),
        np.array(np.divmod(neighbours.cells, bins), np.float64),
    )


def _sorted_by(
    neighbours: Neighbours, level: NDArray[np.intp]
) -> tuple[Neighbours, NDArray[np.intp]]:
    """The cells, and with them their neighbours, in ascending level; and their rank."""
    rank = np.argsort(level, kind="stable")
    place = np.empty_like(rank)
    place[rank] = np.arange(len(rank))
    owner = place[neighbours.owner]
    order = np.argsort(owner, kind="stable")
    return (
        Neighbours(neighbours.cells[rank], owner[order], neighbours.source[order]),
        rank,
    )


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(
            f"{name} must be one of {', '.join(choices)}. Received: {value!r}."
        )
