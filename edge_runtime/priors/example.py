"""Conditioning by example: a passage says what the hole should be like."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import UsageError
from edge_runtime.priors.prior import Prediction, Prior, regenerated

# Frames of cells beside the hole that stay as they are, so that it joins them.
NEAR_CELLS = 4


class ExamplePrior:
    """Lets a prior hear a passage on both sides of the hole, as if it surrounded it.

    The prior is given the passage, then the few frames before the hole, the hole, the
    few after it, and the passage again; the rest of the sound it does not see. How much
    of the passage it hears is up to how far it looks: the end of it before the hole,
    the beginning of it after the hole. In the middle of a long hole that is little.

    Args:
        prior: What fills the hole.
        frames: Frames of cells of the passage.
        near: Frames beside the hole that stay. Defaults to `4`.
        codes: Codemap that the passage is of, of as many cells along frequency.
            Defaults to `None`: that of the sound itself.

    Example:

    >>> from edge_runtime.priors.naive_bayes import NaiveBayesPrior
    >>> codemap = np.array([[1], [1], [2], [2], [0], [2], [2]], np.int32)
    >>> mask = codemap == 0
    >>> along_time = NaiveBayesPrior(3, neighbourhood="time", radius=3)
    >>> ExamplePrior(along_time, range(2), near=0).fill(codemap, mask, seed=0)[4]
    array([1], dtype=int32)
    """

    def __init__(
        self,
        prior: Prior,
        frames: range,
        *,
        near: int = NEAR_CELLS,
        codes: NDArray[np.int32] | None = None,
    ) -> None:
        self.prior, self.frames, self._near, self._codes = prior, frames, near, codes

    def fill(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_], *, seed: int
    ) -> NDArray[np.int32]:
        """As the prior, with the example; see `regenerate`."""
        return self.regenerate(codemap, mask, seed=seed).codemap

    def regenerate(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_], *, seed: int
    ) -> Prediction:
        """As the prior, with the example.

        Raises:
            UsageError: If the example lies beyond the sound, or in the hole.
        """
        hidden = np.flatnonzero(mask.any(axis=1))
        if not len(hidden):
            return Prediction(codemap.astype(np.int32))
        passage = slice(self.frames.start, self.frames.stop)
        example = (codemap if self._codes is None else self._codes)[passage]
        if not len(example) or (self._codes is None and mask[passage].any()):
            raise UsageError(
                "What the region should be like must lie in the sound and outside the "
                "region. Choose another passage."
            )
        first = max(0, int(hidden[0]) - self._near)
        near = slice(first, int(hidden[-1]) + 1 + self._near)
        seen = np.concatenate([example, codemap[near], example])
        hole = np.zeros(seen.shape, np.bool_)
        inside = slice(len(example), len(seen) - len(example))
        hole[inside] = mask[near]
        made = regenerated(self.prior, seen, hole, seed=seed)
        filled = codemap.astype(np.int32)
        filled[near] = made.codemap[inside]
        if made.vectors is None:
            return Prediction(filled, pass_seconds=made.pass_seconds)
        # The same cells in the same order: their vectors go with them.
        return Prediction(filled, made.vectors.in_codemap(filled, mask))
