"""Baselines against brute force, and that they never read what is hidden."""

import numpy as np
import pytest

from vqkeras.evaluation.hole_baselines import (
    NearestCodePrior,
    copied_frame,
    interpolated,
)


def random_box(rng, shape=(9, 7)):
    mask = np.zeros(shape, bool)
    top, left = rng.integers(0, 5, 2)
    mask[top : top + 3, left : left + 3] = True
    return mask


def test_the_nearest_code_equals_brute_force():
    rng = np.random.default_rng(0)
    for _ in range(20):
        codemap = rng.integers(0, 16, (9, 7)).astype(np.int32)
        mask = random_box(rng)
        filled = NearestCodePrior(16).fill(codemap, mask, seed=0)
        for place in np.argwhere(mask):
            visible = sorted(
                (np.sum((place - other) ** 2), tuple(other))
                for other in np.argwhere(~mask)
            )
            assert filled[tuple(place)] == codemap[visible[0][1]]
        assert np.array_equal(filled[~mask], codemap[~mask])


def test_interpolation_continues_a_ramp():
    ramp = np.linspace(0.0, 1.0, 11, dtype=np.float32)[:, None] * np.ones(5, np.float32)
    mask = np.zeros(ramp.shape, bool)
    mask[3:8] = True
    np.testing.assert_allclose(interpolated(ramp, mask), ramp, atol=1e-6)
    assert np.all(copied_frame(ramp, mask)[3:8] == ramp[2])


def test_a_hole_at_an_end_takes_what_is_there():
    values = np.array([[1.0], [2.0], [3.0]], np.float32)
    start = np.array([[True], [False], [False]])
    for fill in (interpolated, copied_frame):
        assert fill(values, start).ravel().tolist() == [2.0, 2.0, 3.0]
        assert fill(values, start[::-1]).ravel().tolist() == [1.0, 2.0, 2.0]


def test_a_bin_hidden_throughout_is_filled_from_its_neighbours():
    values = np.array([[1.0, 9.0, 3.0], [5.0, 9.0, 7.0]], np.float32)
    mask = np.array([[False, True, False]] * 2)
    assert interpolated(values, mask)[:, 1].tolist() == [2.0, 6.0]
    assert copied_frame(values, mask)[:, 1].tolist() == [1.0, 5.0]


@pytest.mark.parametrize("fill", [interpolated, copied_frame])
def test_hidden_values_have_no_influence(fill):
    rng = np.random.default_rng(1)
    values = rng.random((9, 7), np.float32)
    mask = random_box(rng)
    other = np.where(mask, np.float32(np.nan), values)
    assert np.array_equal(fill(values, mask), fill(other, mask))
