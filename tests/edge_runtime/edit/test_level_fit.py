"""Level fitting: known gains are found, what is loud decides, limits are told."""

import numpy as np
import pytest

from edge_runtime.edit.level_fit import (
    LIMIT_DB,
    Energies,
    energies_of,
    fitted,
    nearness,
    ring_around,
)

QUIET = 0.01


def fit(original, decoded, where):
    pair = (each[np.newaxis] for each in (original, decoded))
    return fitted(energies_of(*pair, where.astype(float), QUIET))


def test_the_ring_lies_around_the_hole():
    mask = np.zeros((6, 7), bool)
    mask[2:4, 3:5] = True
    expected = np.zeros((6, 7), bool)
    expected[1:5, 1:7] = True
    expected[2:4, 3:5] = False
    np.testing.assert_array_equal(ring_around(mask, 1, 2), expected)
    assert not ring_around(np.ones((3, 3), bool), 1, 1).any()


def test_what_is_near_says_more():
    mask = np.zeros((9, 2), bool)
    mask[3:5, 1] = mask[7] = True
    near = nearness(mask, 10.0)
    distance = [3, 2, 1, 0, 0, 1, 1, 0, 1]
    np.testing.assert_allclose(near, np.exp(-np.array(distance) / 2.0))


@pytest.mark.parametrize("gain_db", [-30.0, -6.0, 0.0, 2.5, 9.0, 40.0])
def test_gain_is_found(gain_db):
    rng = np.random.default_rng(5)
    decoded = rng.random((20, 30)) + 0.1
    original = decoded * 10 ** (gain_db / 20)
    where = np.zeros((20, 30), bool)
    where[3:9] = True
    original[~where] = 100.0  # not to be looked at
    found = fit(original, decoded, where)
    assert found.gain_db == pytest.approx(np.clip(gain_db, -LIMIT_DB, LIMIT_DB))
    assert found.reason == ("limit" if abs(gain_db) > LIMIT_DB else "fitted")


def test_hits_decide_and_not_the_pauses_between_them():
    """A median over frames is that of the pauses, in most of which little sounds."""
    original, decoded = np.full((9, 4), 0.02), np.full((9, 4), 0.02)
    original[4], decoded[4] = 1.0, 0.5
    everywhere = np.ones((9, 4), bool)
    assert fit(original, decoded, everywhere).gain_db == pytest.approx(6.0, abs=0.1)


def test_energies_of_two_parts_add_up():
    rng = np.random.default_rng(1)
    original, decoded, where = rng.random((3, 10, 5))
    whole, *halves = (
        energies_of(original[None, part], decoded[None, part], where[part], QUIET)
        for part in (slice(0, 10), slice(0, 4), slice(4, 10))
    )
    both = halves[0] + halves[1]
    assert both.original == pytest.approx(whole.original)
    assert both.decoded == pytest.approx(whole.decoded)
    assert fitted(both).gain_db == pytest.approx(fitted(whole).gain_db)


def test_channels_have_one_gain():
    original, decoded = np.ones((2, 4, 4)), np.ones((2, 4, 4))
    original[1] = 0.0
    gain = fitted(energies_of(original, decoded, np.ones((4, 4)), QUIET)).gain_db
    assert gain == pytest.approx(-3.01, abs=0.01)


def test_silence_gives_no_gain_and_says_so():
    silence = np.full((4, 4), QUIET / 2)
    everywhere = np.ones((4, 4), bool)
    found = fit(silence, silence / 3, everywhere)
    assert (found.gain_db, found.reason) == (0.0, "silence")
    assert fit(silence + 1, silence, np.zeros((4, 4), bool)).reason == "silence"
    assert fitted(Energies()).reason == "silence"
