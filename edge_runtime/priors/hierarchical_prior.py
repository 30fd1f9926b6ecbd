"""Priors for a model of one codemap or of two, made in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.hierarchy import Hierarchy
from edge_runtime.priors.prior import Prior


class HierarchicalPrior:
    """Fills each level with its own prior, without looking at the other one.

    Hidden are the masked fine cells and every coarse cell that one of them lies in,
    whose code would otherwise tell what the hole contained. Where a coarse cell reaches
    beyond the hole, the joint codes of visible fine cells change with it.

    Args:
        hierarchy: How the levels lie.
        fine: Prior of fine cells.
        coarse: Prior of coarse cells.
    """

    def __init__(self, hierarchy: Hierarchy, fine: Prior, coarse: Prior) -> None:
        self._hierarchy = hierarchy
        self._fine = fine
        self._coarse = coarse

    def fill(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_], *, seed: int
    ) -> NDArray[np.int32]:
        """Put predicted codes in the hidden cells of both levels.

        Args:
            codemap: Joint codes, int32 of shape `(map_frames, map_bins)`.
            mask: Bool array of the same shape, `True` = hidden.
            seed: Of both priors' draws.

        Returns:
            Int32 array of the same shape; fine codes are equal outside the mask.

        Raises:
            ValueError: If the shapes do not fit or a code is out of range.
        """
        fine, coarse = self._hierarchy.split(codemap)
        hidden = self._hierarchy.coarse_mask(mask)
        return self._hierarchy.join(
            self._fine.fill(fine, mask, seed=seed),
            self._coarse.fill(coarse, hidden, seed=seed),
        )


def prior_of(bundle: Bundle, make: Callable[[int, NDArray[Any]], Prior]) -> Prior:
    """Prior of a bundle, one per level where there are two.

    Args:
        bundle: Model.
        make: From a codebook's size and how often each of its codes occurs, to the
            prior of one codemap.
    """
    fine = make(bundle.codebook_size, bundle.marginal)
    if bundle.hierarchy is None:
        return fine
    counts = bundle.arrays["coarse_marginal"]
    return HierarchicalPrior(bundle.hierarchy, fine, make(len(counts), counts))
