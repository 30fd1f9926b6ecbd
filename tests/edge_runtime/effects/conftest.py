"""Two codemaps and a box in them, for every effect."""

from __future__ import annotations

import numpy as np
import pytest

from tests.edge_runtime.effects.coded import SHAPE, SIZE


@pytest.fixture
def codemap():
    return np.random.default_rng(1).integers(0, SIZE, SHAPE).astype(np.int32)


@pytest.fixture
def other():
    return np.random.default_rng(2).integers(0, SIZE, SHAPE).astype(np.int32)


@pytest.fixture
def box():
    mask = np.zeros(SHAPE, bool)
    mask[6:14, 2:7] = True
    return mask
