"""Masks to learn from: holes as people draw them, some of them filled in part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Shares of holes: all frequencies for a while; a band for long; the rest are boxes.
GAP_SHARE, BAND_SHARE = 0.35, 0.2
# Shares of maps: with a second hole; with a part of the cells shown again, as in the
# middle of filling in several passes.
SECOND_SHARE, REVEALED_SHARE = 0.5, 0.4
# Longest hole but bands, as a share of the frames.
LONGEST = 0.4


def drawn_masks(
    count: int, map_frames: int, map_bins: int, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Masks of hidden cells, each with one at least.

    Args:
        count: Number of masks.
        map_frames: Cells along time.
        map_bins: Cells along frequency.
        rng: Source of all draws.

    Returns:
        Bool array of shape `(count, map_frames, map_bins)`, `True` = hidden.

    Example:

    >>> masks = drawn_masks(3, 24, 10, np.random.default_rng(0))
    >>> masks.shape, bool(masks.any(axis=(1, 2)).all()), bool(masks.all())
    ((3, 24, 10), True, False)
    """
    masks = np.zeros((count, map_frames, map_bins), np.bool_)
    for mask in masks:
        _cut_hole(mask, rng)
        if rng.random() < SECOND_SHARE:
            _cut_hole(mask, rng)
        if rng.random() < REVEALED_SHARE:
            shown = rng.random(mask.shape) < rng.random()
            if (mask & ~shown).any():
                mask &= ~shown
    return masks


def _cut_hole(mask: NDArray[np.bool_], rng: np.random.Generator) -> None:
    """Hide one more gap, band or box."""
    frames, bins = mask.shape
    kind = rng.random()
    longest = min(frames, max(2, round(LONGEST * frames)))
    length, height = int(rng.integers(1, longest + 1)), bins
    if kind >= GAP_SHARE:
        height = int(rng.integers(1, max(2, bins // 2 + 1)))
        if kind < GAP_SHARE + BAND_SHARE:
            length = int(rng.integers(longest, frames + 1))
        else:
            height = int(rng.integers(min(2, bins), bins + 1))
    start = int(rng.integers(0, frames - length + 1))
    low = int(rng.integers(0, bins - height + 1))
    mask[start : start + length, low : low + height] = True
