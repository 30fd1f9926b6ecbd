"""Gaussian naive Bayes for many small training sets at once, in float64.

The same numbers as `sklearn.naive_bayes.GaussianNB` fitted to each set, to the last
bit: codes on a grid tie often, and a tie must not fall to whoever rounds differently.
So the sums run in scikit-learn's order (`np.bincount` adds one sample after the other)
and the coordinates are the absolute ones.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# scikit-learn's `var_smoothing`: this share of the largest variance is added to all.
_VAR_SMOOTHING = 1e-9
# Relative error of a score, generously: some thousand times that of float64.
_ROUNDING = 1e-12

Index = NDArray[np.intp]
Floats = NDArray[np.float64]


class Samples(NamedTuple):
    """Training sets of several cells, one after the other; all but the classes.

    Attributes:
        owner: Int array of shape `(samples,)`, ascending: the cell a sample trains.
        coordinates: Float array of shape `(2, samples)`: frame and bin of a sample.
        query: Float array of shape `(2, cells)`: frame and bin of a cell.
        starts: Int array of shape `(cells,)`: first sample of each cell.
        counts: Int array of shape `(cells,)`: samples of each cell.
        smoothing: Float array of shape `(cells,)`: added to the variances of each cell.
    """

    owner: Index
    coordinates: Floats
    query: Floats
    starts: Index
    counts: Index
    smoothing: Floats

    def part(self, first: int, last: int) -> Samples:
        """The training sets of cells `first` to `last - 1`."""
        begin = self.starts[first]
        end = self.starts[last - 1] + self.counts[last - 1]
        return Samples(
            self.owner[begin:end] - first,
            self.coordinates[:, begin:end],
            self.query[:, first:last],
            self.starts[first:last] - begin,
            self.counts[first:last],
            self.smoothing[first:last],
        )


class Scores(NamedTuple):
    """Joint log likelihood of each class that occurs around each cell.

    Attributes:
        owner: Int array of shape `(classes,)`, ascending: the cell.
        code: Int array of shape `(classes,)`, ascending within a cell: the class.
        log_joint: Float array of shape `(classes,)`.
        starts: Int array of shape `(cells,)`: first class of each cell.
    """

    owner: Index
    code: Index
    log_joint: Floats
    starts: Index


def samples_of(owner: Index, coordinates: Floats, query: Floats) -> Samples:
    """Prepare training sets; what does not depend on the classes is computed here.

    Args:
        owner: Int array of shape `(samples,)`, ascending, each of `range(cells)` in it.
        coordinates: Float array of shape `(2, samples)`.
        query: Float array of shape `(2, cells)`.

    Returns:
        The samples, ready for `class_scores`.
    """
    cells = query.shape[1]
    counts = np.bincount(owner, minlength=cells)
    variances = [
        _mean_and_variance(owner, axis, counts.astype(np.float64))[1]
        for axis in coordinates
    ]
    smoothing = _VAR_SMOOTHING * np.maximum(*variances)
    # A single sample has no variance in any direction. scikit-learn then divides by
    # zero; here its one class has a finite score, and is predicted as there.
    smoothing[smoothing == 0] = 1.0
    starts = np.cumsum(counts) - counts
    return Samples(owner, coordinates, query, starts, counts, smoothing)


def class_scores(
    samples: Samples, codes: NDArray[np.int32], codebook_size: int
) -> Scores:
    """Fit every cell's classifier and evaluate it at the cell.

    Args:
        samples: Training sets.
        codes: Int32 array of shape `(samples,)`: class of each sample.
        codebook_size: Number of classes there may be.

    Returns:
        The score of each class present, sorted by cell and class.
    """
    key = samples.owner * codebook_size + codes
    order = key.argsort(kind="stable")
    key = key[order]
    is_first = np.empty(len(key), np.bool_)
    is_first[0] = True
    np.not_equal(key[1:], key[:-1], out=is_first[1:])
    label = is_first.cumsum() - 1
    owner = samples.owner[is_first]
    counts = np.bincount(label).astype(np.float64)
    smoothing = samples.smoothing[owner]
    spread: Floats | float = 0.0
    distance: Floats | float = 0.0
    for axis, query in zip(samples.coordinates, samples.query, strict=True):
        mean, variance = _mean_and_variance(label, axis[order], counts)
        variance += smoothing
        spread = spread + np.log(2.0 * np.pi * variance)
        distance = distance + (query[owner] - mean) ** 2 / variance
    prior = np.log(counts / samples.counts[owner])
    log_joint = prior + (-0.5 * spread - 0.5 * distance)
    return Scores(
        owner, key[is_first] - owner * codebook_size, log_joint, label[samples.starts]
    )


def posterior(scores: Scores, *, temperature: float = 1.0) -> Floats:
    """Probability of each class given its cell's neighbours; sums to 1 per cell.

    Args:
        scores: Joint log likelihoods.
        temperature: Probabilities are raised to the power `1 / temperature` and
            normalised again. Defaults to `1.0`: as they are.

    Returns:
        Float array of shape `(classes,)`.
    """
    best = np.maximum.reduceat(scores.log_joint, scores.starts)
    likelihood = np.exp((scores.log_joint - best[scores.owner]) / temperature)
    return likelihood / np.add.reduceat(likelihood, scores.starts)[scores.owner]


def most_likely(scores: Scores) -> Index:
    """Best class of each cell, the lowest of those that only rounding sets apart.

    Neighbours that mirror each other score alike; which one comes out a digit ahead
    would differ between processors.

    Args:
        scores: Joint log likelihoods.

    Returns:
        Int array of shape `(cells,)`.
    """
    best = np.maximum.reduceat(scores.log_joint, scores.starts)
    enough = best - _ROUNDING * (1.0 + np.abs(best))
    winners = np.flatnonzero(scores.log_joint >= enough[scores.owner])
    return scores.code[winners[np.searchsorted(winners, scores.starts)]]


def drawn(scores: Scores, draws: Floats, *, temperature: float = 1.0) -> Index:
    """One class of each cell, drawn from its posterior.

    Args:
        scores: Joint log likelihoods.
        draws: Float array of shape `(cells,)`, uniform in [0, 1).
        temperature: Of the posterior. Defaults to `1.0`.

    Returns:
        Int array of shape `(cells,)`.
    """
    # Cell `i` owns the stretch [i, i + 1) of the cumulated probabilities.
    shares = posterior(scores, temperature=temperature)
    heights = np.cumsum(shares)
    target = heights[scores.starts] - shares[scores.starts] + draws
    found = np.searchsorted(heights, target, side="right")
    last = np.append(scores.starts[1:], len(heights)) - 1
    return scores.code[np.clip(found, scores.starts, last)]


def mean_code(scores: Scores) -> Index:
    """Average of the code *numbers*, rounded: the paper's program, kept as history.

    Codes are labels, so their average is a code that may have nothing to do with any of
    them. Only the report uses this, to show what it costs.

    Args:
        scores: Joint log likelihoods.

    Returns:
        Int array of shape `(cells,)`.
    """
    mean = np.add.reduceat(posterior(scores) * scores.code, scores.starts)
    return np.rint(mean).astype(np.intp)


def _mean_and_variance(
    label: Index, values: Floats, counts: Floats
) -> tuple[Floats, Floats]:
    """Mean and population variance of the values under each label, as `np.var` sums."""
    mean = np.bincount(label, values) / counts
    deviation = values - mean[label]
    return mean, np.bincount(label, deviation * deviation) / counts
