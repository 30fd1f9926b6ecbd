"""Hints: hidden cells that keep their own codes, so that what fills the rest knows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.priors.cell_chance import cell_chances
from edge_runtime.priors.prior import Prediction, Prior, reach_of, regenerated

# Steps from 1 on are the passes of a learned prior.
_STEP = 0


class HintedPrior:
    """Leaves some hidden cells as they are, and lets a prior fill the others.

    Only where somebody asks for it does what was there before have a say in what comes;
    the other hidden cells are not read here either. Source: the prompts of VampNet,
    Garcia et al. 2023, https://arxiv.org/abs/2307.04686, section 3.3.

    Args:
        prior: What fills the others.
        share: Share of the hidden cells that are kept, each by chance, in [0, 1].
            Defaults to `0.0`.
        every: Every so many frames of cells, counted from the first that has hidden
            ones, a frame is kept whole: `4` hides three and keeps the fourth. 2 or
            more. Defaults to `None`: none.

    Example:

    >>> from edge_runtime.priors.marginal import MarginalPrior
    >>> hinted = HintedPrior(MarginalPrior(np.array([1, 9])), every=3)
    >>> codemap, mask = np.zeros((7, 1), np.int32), np.ones((7, 1), np.bool_)
    >>> hinted.fill(codemap, mask, seed=0)[:, 0].tolist()
    [1, 1, 0, 1, 1, 0, 1]
    """

    def __init__(
        self, prior: Prior, *, share: float = 0.0, every: int | None = None
    ) -> None:
        self.prior, self.share, self.every = prior, share, every

    @property
    def reach(self) -> int | None:
        """As the prior's: the hints lie among the hidden cells."""
        return reach_of(self.prior)

    def kept(self, mask: NDArray[np.bool_], *, seed: int) -> NDArray[np.bool_]:
        """The hidden cells that keep their codes.

        Args:
            mask: Bool array of shape `(map_frames, map_bins)`, `True` = hidden.
            seed: Of chance.

        Returns:
            Bool array of the same shape.
        """
        kept = np.zeros_like(mask)
        cells = np.flatnonzero(mask)
        if self.share and len(cells):
            chances = cell_chances(seed, _STEP, cells, mask.shape[1])[:, 0]
            kept.reshape(-1)[cells] = chances < self.share
        if self.every and len(cells):
            frames = np.arange(len(mask)) - cells[0] // mask.shape[1]
            kept[frames % self.every == self.every - 1] = True
        return kept & mask

    def fill(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_], *, seed: int
    ) -> NDArray[np.int32]:
        """As the prior, with hints; the codes of hints must be in the codebook."""
        return self.regenerate(codemap, mask, seed=seed).codemap

    def regenerate(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_], *, seed: int
    ) -> Prediction:
        """As the prior, with hints; the codes of hints must be in the codebook."""
        left = mask & ~self.kept(mask, seed=seed)
        return regenerated(self.prior, codemap, left, seed=seed)
