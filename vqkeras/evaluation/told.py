"""Can it be told: how well trees find out which of two sounds was regenerated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FOLDS = 5
# Divisions into folds that are averaged: a single one moves the area by some 0.01.
REPEATS = 2
# Draws of the bootstrap, and what lies between its limits, in percent.
DRAWS, COVERED = 1000, 95.0
# Small trees: there are a few hundred examples.
_TREES = {"max_iter": 60, "max_leaf_nodes": 8, "learning_rate": 0.1}


@dataclass(frozen=True)
class Interval:
    """A value and where 95 % of a bootstrap over groups lie.

    Attributes:
        value: Of all groups.
        low: Lower limit.
        high: Upper limit.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Told:
    """How one set of examples was told from another.

    Attributes:
        wins: Float32 array of shape `(examples, examples)`: how often `[i, j]`, made
            `i` was taken for made rather than original `j`; half for a tie. Pairs
            count that were in one fold.
        pairs: How often each pair was in one fold, same shape.
        groups: Number of the group of each example, `(examples,)`.
    """

    wins: NDArray[np.float32]
    pairs: NDArray[np.float32]
    groups: NDArray[np.intp]

    def area(self, *, seed: int) -> Interval:
        """Area under the ROC curve: 0.5 cannot tell, 1 always can.

        Args:
            seed: Of the bootstrap.
        """
        values = self._areas(self._weights(seed))
        return _interval(values)

    def area_among(self, chosen: NDArray[np.bool_]) -> float:
        """The area of some examples, as the same trees tell them; NaN for none.

        Args:
            chosen: Bool array of shape `(examples,)`.
        """
        if not chosen.any():
            return math.nan
        return float(self._areas(chosen[np.newaxis].astype(np.float64))[0])

    def less_than(self, other: Told, *, seed: int) -> Interval:
        """How much smaller the area is than another one, of the same examples.

        Args:
            other: What has been told in the same folds.
            seed: Of the bootstrap, which draws the same groups for both.
        """
        weights = self._weights(seed)
        return _interval(other._areas(weights) - self._areas(weights))

    def _weights(self, seed: int) -> NDArray[np.float64]:
        """How often each example counts: all once, then those of drawn groups."""
        rng = np.random.default_rng(seed)
        count = int(self.groups.max()) + 1
        drawn = rng.multinomial(count, np.full(count, 1.0 / count), DRAWS)
        return np.concatenate([np.ones((1, count)), drawn])[:, self.groups]

    def _areas(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        wins = np.einsum("di,ij,dj->d", weights, self.wins, weights, optimize=True)
        pairs = np.einsum("di,ij,dj->d", weights, self.pairs, weights, optimize=True)
        return np.divide(wins, pairs, out=np.full_like(wins, np.nan), where=pairs > 0)


def told_apart(
    originals: NDArray[np.float32],
    made: NDArray[np.float32],
    groups: Sequence[str],
    *,
    seed: int,
    repeats: int = REPEATS,
) -> Told:
    """Let gradient-boosted trees tell what was made from the originals.

    In five folds by group: no group is learned from and judged. Example `i` of both is
    the same region, before and after. Pairs within a fold are compared, as each fold
    has trees of its own.

    Args:
        originals: Float32 array of shape `(examples, statistics)`; NaN: has none.
        made: Array of the same shape.
        groups: Name of the group of each example; at least five different ones.
        seed: Of folds and trees.
        repeats: Divisions into folds. Defaults to 2.

    Returns:
        What was told.

    Raises:
        ValueError: If the shapes differ or there are too few groups.

    Example:

    >>> rng = np.random.default_rng(0)
    >>> quiet = rng.normal(size=(60, 2)).astype(np.float32)
    >>> groups = [str(number % 10) for number in range(60)]
    >>> round(told_apart(quiet, quiet + 9, groups, seed=0).area(seed=0).value, 2)
    1.0
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import GroupKFold
    from threadpoolctl import threadpool_limits

    names, numbers = np.unique(np.asarray(groups), return_inverse=True)
    if originals.shape != made.shape or len(groups) != len(originals):
        raise ValueError(
            "originals, made and groups must be of the same examples. Received: "
            f"{originals.shape}, {made.shape} and {len(groups)} groups."
        )
    if len(names) < FOLDS:
        raise ValueError(
            f"{FOLDS} folds need as many groups or more. Received: {len(names)}."
        )
    count = len(originals)
    values = np.concatenate([originals, made])
    is_made = np.arange(2 * count) >= count
    wins = np.zeros((count, count), np.float32)
    pairs = np.zeros((count, count), np.float32)
    divisions = [
        GroupKFold(FOLDS, shuffle=True, random_state=seed + repeat)
        for repeat in range(repeats)
    ]
    # On a busy machine threads wait for each other, longer than they work.
    with threadpool_limits(1):
        for division in divisions:
            for _, judged in division.split(originals, groups=numbers):
                both = np.concatenate([judged, judged + count])
                learned = np.setdiff1d(np.arange(2 * count), both)
                trees = HistGradientBoostingClassifier(**_TREES, random_state=seed)
                trees.fit(values[learned], is_made[learned])
                score = trees.predict_proba(values[both])[:, 1]
                of_original, of_made = np.split(score, 2)
                ahead = of_made[:, np.newaxis] - of_original
                wins[np.ix_(judged, judged)] += 0.5 * (np.sign(ahead) + 1.0)
                pairs[np.ix_(judged, judged)] += 1.0
    return Told(wins, pairs, numbers)


def _interval(values: NDArray[np.float64]) -> Interval:
    """The first of some values, between limits that hold most of the others."""
    rest = (100.0 - COVERED) / 2.0
    low, high = np.nanpercentile(values[1:], [rest, 100.0 - rest])
    return Interval(float(values[0]), float(low), float(high))
