"""Passes: something is decided in each, everything in the end, the surest first."""

import numpy as np
import pytest

from edge_runtime.priors.confidence import left_after, num_passes, surest


@pytest.mark.parametrize("most", [1, 2, 8, 12])
def test_each_pass_decides_something(most):
    for hidden in range(1, 200):
        passes = num_passes(hidden, most)
        left = [left_after(done, passes, hidden) for done in range(passes + 1)]
        assert left[0] == hidden and left[-1] == 0
        assert (np.diff(left) < 0).all() and passes <= most
    assert num_passes(0, most) == 0


def test_chance_counts_as_much_as_the_noise_says():
    rng = np.random.default_rng(1)
    confidence, chances = rng.normal(size=500), rng.random(500)
    best = np.sort(np.argsort(-confidence)[:100])
    np.testing.assert_array_equal(surest(confidence, chances, 100, noise=0.0), best)
    by_chance = np.sort(np.argsort(-chances)[:100])
    chosen = surest(confidence, chances, 100, noise=1e6)
    np.testing.assert_array_equal(chosen, by_chance)
    between = len(np.intersect1d(surest(confidence, chances, 100, noise=1.0), best))
    assert 25 < between < 95
    assert len(surest(confidence, np.zeros(500), 3, noise=1.0)) == 3


def test_of_equals_the_earlier():
    assert surest(np.zeros(6), np.full(6, 0.5), 2, noise=1.0).tolist() == [0, 1]
