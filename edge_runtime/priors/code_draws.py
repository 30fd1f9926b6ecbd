"""From logits to codes: the likeliest, the probabilities, and draws from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class DrawnCodes:
    """Codes that were drawn.

    Attributes:
        codes: Int32 array of shape `(cells,)`.
        confidence: Float64 array of the same shape: log probability of each under the
            logits as they are.
    """

    codes: NDArray[np.int32]
    confidence: NDArray[np.float64]


def log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Log probabilities `(cells, codebook_size)`, in float64.

    All that follows is computed so finely that two processors, whose `exp` differs in
    the last digit, draw the same codes.

    Example:

    >>> np.exp(log_softmax(np.log(np.float32([[1, 3]])))).round(6).tolist()
    [[0.25, 0.75]]
    """
    logs = logits.astype(np.float64)
    logs -= logs.max(axis=1, keepdims=True)
    logs -= np.log(np.exp(logs).sum(axis=1, keepdims=True))
    return logs


def drawn_codes(
    logits: NDArray[np.float32],
    chances: NDArray[np.float64],
    *,
    temperature: float,
    top_p: float,
) -> DrawnCodes:
    """One code of each cell, drawn from its probabilities.

    Args:
        logits: Shape `(cells, codebook_size)`.
        chances: Float64 array of shape `(cells,)`, even in [0, 1).
        temperature: Probabilities are raised to the power `1 / temperature`.
        top_p: Of these only the likeliest codes that together reach this share are
            drawn, in (0, 1] (nucleus sampling, Holtzman et al. 2020,
            https://arxiv.org/abs/1904.09751); codes as likely as the last are in, too.

    Returns:
        The codes.

    Example:

    >>> logits = np.log(np.float32([[0.1, 0.6, 0.3]] * 3))
    >>> chances = np.array([0.05, 0.5, 0.95])
    >>> drawn_codes(logits, chances, temperature=1.0, top_p=1.0).codes.tolist()
    [0, 1, 2]
    >>> drawn_codes(logits, chances, temperature=1.0, top_p=0.8).codes.tolist()
    [1, 1, 2]
    """
    logs = log_softmax(logits)
    weights = np.exp((logs - logs.max(axis=1, keepdims=True)) / temperature)
    if top_p < 1.0:
        weights[weights < _lowest_kept(weights, top_p)] = 0.0
    heights = np.cumsum(weights, axis=1)
    targets = chances[:, np.newaxis] * heights[:, -1:]
    codes = np.sum(heights <= targets, axis=1)
    # Rounding may take a chance close to 1 past the end.
    codes = np.minimum(codes, _last_possible(weights)).astype(np.int32)
    return DrawnCodes(codes, np.take_along_axis(logs, codes[:, np.newaxis], 1)[:, 0])


def _lowest_kept(weights: NDArray[np.float64], top_p: float) -> NDArray[np.float64]:
    """The least weight that is drawn in each cell, shape `(cells, 1)`."""
    descending = np.sort(weights, axis=1)[:, ::-1]
    before = np.cumsum(descending, axis=1) - descending
    kept = np.sum(before < top_p * weights.sum(axis=1, keepdims=True), axis=1)
    return np.take_along_axis(descending, kept[:, np.newaxis] - 1, 1)


def _last_possible(weights: NDArray[np.float64]) -> NDArray[np.intp]:
    """Highest code of each cell that has any weight."""
    size = weights.shape[1]
    last: NDArray[np.intp] = size - 1 - np.argmax(weights[:, ::-1] > 0.0, axis=1)
    return last
