"""A codebook, and the shape of the codemaps of these tests."""

from __future__ import annotations

import numpy as np

SIZE, DIM = 16, 6
SHAPE = (20, 10)
RNG_SEED = 4
CODEBOOK = np.random.default_rng(0).normal(size=(SIZE, DIM)).astype(np.float32)
