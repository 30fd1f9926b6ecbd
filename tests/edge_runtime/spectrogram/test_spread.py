"""The spread of raw numbers: positive, rising, and alike in Keras and numpy."""

import numpy as np

from edge_runtime.spectrogram.spread import LEAST_SPREAD, spread_from_raw

RAW = np.float32([-50.0, -1.0, -0.1, 0.0, 0.1, 1.0, 50.0])


def test_spreads_are_positive_and_rise_with_the_raw_number():
    spread = spread_from_raw(RAW)
    assert spread.dtype == np.float32
    assert (spread >= LEAST_SPREAD).all()
    assert (np.diff(spread) >= 0).all()
    # Far above the bend it is the number itself, far below the least spread.
    np.testing.assert_allclose(spread[-2:], RAW[-2:] + LEAST_SPREAD, rtol=1e-3)
    np.testing.assert_allclose(spread[:2], LEAST_SPREAD, rtol=0.05)
