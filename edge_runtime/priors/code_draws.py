"""From logits to codes: the likeliest, the probabilities, and draws from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Probabilities that are looked at together: half a megabyte stays in a small cache.
_TOGETHER = 1 << 16


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
    codes = np.empty(len(logits), np.int32)
    confidence = np.empty(len(logits))
    rows = max(1, _TOGETHER // logits.shape[1])
    for first in range(0, len(logits), rows):
        part = slice(first, first + rows)
        logs = logits[part].astype(np.float64)
        logs -= logs.max(axis=1, keepdims=True)
        likelihoods = np.exp(logs)
        sums = likelihoods.sum(axis=1)
        weights = likelihoods if temperature == 1.0 else np.exp(logs / temperature)
        if top_p < 1.0:
            weights[~_in_nucleus(weights, top_p)] = 0.0
        heights = np.cumsum(weights, axis=1)
        # Rounding must not take a chance close to 1 past the end.
        below = np.nextafter(heights[:, -1], 0.0)
        targets = np.minimum(chances[part] * heights[:, -1], below)
        found = np.argmax(heights > targets[:, np.newaxis], axis=1)
        codes[part] = found
        confidence[part] = logs[np.arange(len(found)), found] - np.log(sums)
    return DrawnCodes(codes, confidence)


def _in_nucleus(weights: NDArray[np.float64], top_p: float) -> NDArray[np.bool_]:
    """The codes that are drawn: a comparison with the least likely of them.

    In float32, which sorts faster; the few additions do not need more.
    """
    coarse = weights.astype(np.float32)
    descending = np.sort(coarse, axis=1)[:, ::-1]
    reached = np.cumsum(descending, axis=1)
    last = np.argmax(reached >= np.float32(top_p) * reached[:, -1:], axis=1)
    return coarse >= np.take_along_axis(descending, last[:, np.newaxis], 1)
