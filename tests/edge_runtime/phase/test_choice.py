"""The phase of what is generated, where there is next to nothing to take it from."""

import numpy as np
import pytest

from edge_runtime.phase.choice import with_phase


@pytest.mark.parametrize("phase", ["continued", "original", "griffin_lim"])
@pytest.mark.parametrize("level", [0.0, 1e-45, 1e-38, 1e-30])
def test_the_faintest_sound_gives_a_phase(phase, level):
    known = np.full((6, 9), level * (0.6 - 0.8j), np.complex64)
    mask = np.zeros(known.shape, bool)
    mask[2:4] = True
    magnitude = np.full(known.shape, 5.0, np.float32)
    result = with_phase(magnitude, known, mask, phase=phase, hop_length=4, seed=0)
    np.testing.assert_array_equal(result[~mask], known[~mask])
    np.testing.assert_allclose(np.abs(result[mask]), 5.0, rtol=1e-5)
    if phase == "original" and level >= 1e-37:
        np.testing.assert_allclose(result[mask], 3.0 - 4.0j, rtol=1e-5)
