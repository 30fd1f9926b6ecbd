"""A codemap of smooth patches with hidden cells."""

from __future__ import annotations

import numpy as np

CODES = 12


def scene(seed, frames=24, bins=14, codes=CODES):
    """A codemap of smooth patches, and a box and some scattered cells to hide."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, codes, (frames // 3 + 1, bins // 3 + 1))
    codemap = np.repeat(np.repeat(coarse, 3, axis=0), 3, axis=1)[:frames, :bins]
    noisy = rng.random(codemap.shape) < 0.3
    codemap = np.where(noisy, rng.integers(0, codes, codemap.shape), codemap)
    # Every cell keeps a visible one within reach in each direction.
    mask = rng.random(codemap.shape) < 0.15
    mask[8:12, 5:8] = True
    mask[::3] = mask[:, ::3] = False
    return codemap.astype(np.int32), mask
