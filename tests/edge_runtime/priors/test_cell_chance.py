"""Random numbers of cells: even, and bound to seed, step and place alone."""

import numpy as np

from edge_runtime.priors.cell_chance import cell_chances

ALL = np.arange(60 * 40)


def test_company_changes_nothing():
    whole = cell_chances(5, 2, ALL, 40, count=2)
    some = np.flatnonzero(np.random.default_rng(0).random(len(ALL)) < 0.1)
    np.testing.assert_array_equal(cell_chances(5, 2, some, 40, count=2), whole[some])
    assert cell_chances(5, 2, ALL[:0], 40).shape == (0, 1)


def test_seed_step_and_place_each_count():
    base = cell_chances(5, 2, ALL, 40)[:, 0]
    for other in (cell_chances(6, 2, ALL, 40), cell_chances(5, 3, ALL, 40)):
        assert np.abs(np.corrcoef(base, other[:, 0])[0, 1]) < 0.1
    pair = cell_chances(5, 2, ALL, 40, count=2)
    assert len(np.unique(pair)) == pair.size
    assert abs(pair.mean() - 0.5) < 0.02 and abs(pair.std() - 12**-0.5) < 0.01
