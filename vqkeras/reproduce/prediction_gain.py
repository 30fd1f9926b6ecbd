"""Gain over the marginal: how much of what a prior predicts is better, and where."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.prior import Prior
from vqkeras.evaluation.hole_baselines import NearestCodePrior
from vqkeras.reproduce.hole_scores import Task, hits

_RESAMPLES = 1000
_DEEPEST = 4


def gain_over_marginal(
    task: Task, prior: Prior, marginal: NDArray[np.int64]
) -> dict[str, Any]:
    """Compare a prior with the commonest code, hidden cell by hidden cell.

    Args:
        task: Examples with holes.
        prior: What predicts.
        marginal: Counts of the codes in training.

    Returns:
        Shares of the hidden cells that both, one or neither predict right; the
        difference of their accuracies with a 95 % interval (bootstrap over examples);
        and accuracies by depth: distance in cells to the nearest visible one.
    """
    right = {
        name: hits(task, [_filled(task, one, index) for index in range(_count(task))])
        for name, one in (
            ("prior", prior),
            ("marginal", MarginalPrior(marginal)),
            ("nearest_code", NearestCodePrior(len(marginal))),
        )
    }
    pooled = {name: np.concatenate(parts) for name, parts in right.items()}
    ours, theirs = pooled["prior"], pooled["marginal"]
    depth = np.concatenate([depth_of(hole.mask)[hole.mask] for hole in task.holes])
    depth = np.minimum(depth, _DEEPEST)
    return {
        "both": float(np.mean(ours & theirs)),
        "prior_only": float(np.mean(ours & ~theirs)),
        "marginal_only": float(np.mean(~ours & theirs)),
        "neither": float(np.mean(~ours & ~theirs)),
        "difference": float(np.mean(ours) - np.mean(theirs)),
        "difference_95": _interval(task, right["prior"], right["marginal"]),
        "by_depth": [
            {
                "depth": int(level),
                "share": float(np.mean(depth == level)),
                **{
                    name: float(values[depth == level].mean())
                    for name, values in pooled.items()
                },
            }
            for level in np.unique(depth)
        ],
    }


def depth_of(mask: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Steps from each hidden cell to the nearest visible one, diagonals allowed.

    Args:
        mask: Bool array of shape `(map_frames, map_bins)`, not all `True`.

    Returns:
        Int array of the same shape: 0 where visible.

    Example:

    >>> depth_of(np.array([[False, True, True]])).tolist()
    [[0, 1, 2]]
    """
    depth = np.zeros(mask.shape, np.intp)
    left = mask
    while left.any():
        depth += left
        padded = np.pad(left, 1, constant_values=True)
        rows, columns = mask.shape
        left = np.logical_and.reduce(
            [
                padded[row : row + rows, column : column + columns]
                for row in range(3)
                for column in range(3)
            ]
        )
    return depth


def _count(task: Task) -> int:
    return len(task.holes)


def _filled(task: Task, prior: Prior, index: int) -> NDArray[np.int32]:
    hole = task.holes[index]
    return prior.fill(task.codemaps[hole.example], hole.mask, seed=index)


def _interval(
    task: Task, ours: list[NDArray[np.bool_]], theirs: list[NDArray[np.bool_]]
) -> list[float]:
    """Bootstrap over examples: cells of one example are not independent."""
    gained = np.zeros(len(task.examples))
    cells = np.zeros(len(task.examples))
    for hole, first, second in zip(task.holes, ours, theirs, strict=True):
        gained[hole.example] += first.sum() - float(second.sum())
        cells[hole.example] += len(first)
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, len(cells), (_RESAMPLES, len(cells)))
    differences = gained[drawn].sum(axis=1) / cells[drawn].sum(axis=1)
    return [float(each) for each in np.quantile(differences, (0.025, 0.975))]
