"""Level fitting: known gains are found, silence and outliers do not disturb."""

import numpy as np
import pytest

from edge_runtime.edit.level_fit import (
    LIMIT_DB,
    border_of,
    fitted_level_db,
    level_ratios_db,
)

QUIET = 0.01


def level_difference_db(original, decoded, border, quiet):
    return fitted_level_db(level_ratios_db(original, decoded, border, quiet))


def test_border_is_the_ring_around_the_hole():
    cells = np.zeros((6, 7), bool)
    cells[2:4, 3:5] = True
    expected = np.zeros((6, 7), bool)
    expected[1:5, 2:6] = True
    expected[2:4, 3:5] = False
    np.testing.assert_array_equal(border_of(cells), expected)
    assert not border_of(np.ones((3, 3), bool)).any()


@pytest.mark.parametrize("gain_db", [-30.0, -6.0, 0.0, 2.5, 9.0, 40.0])
def test_gain_is_found(gain_db):
    rng = np.random.default_rng(5)
    decoded = rng.random((20, 30)) + 0.1
    original = decoded * 10 ** (gain_db / 20)
    border = np.zeros((20, 30), bool)
    border[3:9] = True
    original[~border] = 100.0  # not to be looked at
    found = level_difference_db(original, decoded, border, QUIET)
    assert found == pytest.approx(np.clip(gain_db, -LIMIT_DB, LIMIT_DB), abs=1e-6)


def test_one_onset_does_not_decide():
    decoded = np.ones((9, 4))
    original = np.ones((9, 4))
    original[4] *= 50.0
    everywhere = np.ones((9, 4), bool)
    assert level_difference_db(original, decoded, everywhere, QUIET) == 0.0


def test_ratios_come_frame_by_frame():
    """So those of two halves are those of the whole."""
    rng = np.random.default_rng(1)
    original, decoded = rng.random((2, 10, 5))
    border = rng.random((10, 5)) < 0.5
    border[3] = False
    whole = level_ratios_db(original, decoded, border, QUIET)
    halves = [
        level_ratios_db(original[part], decoded[part], border[part], QUIET)
        for part in (slice(0, 4), slice(4, 10))
    ]
    assert len(whole) == border.any(axis=1).sum() < 10
    np.testing.assert_array_equal(np.concatenate(halves), whole)


def test_silence_gives_no_gain():
    silence = np.full((4, 4), QUIET / 2)
    everywhere = np.ones((4, 4), bool)
    assert level_difference_db(silence, silence / 3, everywhere, QUIET) == 0.0
    nowhere = np.zeros((4, 4), bool)
    assert level_difference_db(silence + 1, silence, nowhere, QUIET) == 0.0
