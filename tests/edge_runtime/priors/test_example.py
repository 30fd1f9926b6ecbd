"""An example beside the hole: it has a say, what it stands in for has none."""

import numpy as np
import pytest

from edge_runtime.errors import UsageError
from edge_runtime.priors.draw_settings import DrawSettings
from edge_runtime.priors.example import NEAR_CELLS, ExamplePrior
from edge_runtime.priors.learned import LearnedPrior

FRAMES = range(30, 36)
MASK = np.zeros((40, 8), np.bool_)
MASK[12:20, 1:7] = True
CODEMAP = np.random.default_rng(4).integers(0, 16, MASK.shape, np.int32)


@pytest.fixture
def learned(prior_bundle, prior_codec):
    return LearnedPrior.of_bundle(prior_bundle, prior_codec)


def test_a_hole_between_two_copies_of_the_example(learned, prior_bundle):
    made = ExamplePrior(learned, FRAMES).regenerate(CODEMAP, MASK, seed=0)
    example, near = CODEMAP[30:36], slice(12 - NEAR_CELLS, 20 + NEAR_CELLS)
    spliced = np.concatenate([example, CODEMAP[near], example])
    hole = np.pad(MASK[near], ((6, 6), (0, 0)))
    expected = learned.repair(spliced, hole)
    np.testing.assert_array_equal(made.codemap[near], expected.codemap[6:-6])
    np.testing.assert_array_equal(made.vectors[near], expected.vectors[6:22])
    codewords = prior_bundle.codebook[CODEMAP]
    np.testing.assert_array_equal(made.vectors[:][~MASK], codewords[~MASK])
    np.testing.assert_array_equal(made.codemap[~MASK], CODEMAP[~MASK])


def test_it_counts_and_what_lies_further_away_does_not(learned):
    prior = ExamplePrior(learned, FRAMES)
    before = prior.regenerate(CODEMAP, MASK, seed=0).vectors[:][MASK]
    for changed, counts in ((slice(30, 36), True), (slice(0, 8), False)):
        other = CODEMAP.copy()
        other[changed] = 15 - other[changed]
        after = prior.regenerate(other, MASK, seed=0).vectors[:][MASK]
        assert (after != before).any() == counts
    # Without an example the frame five before the hole is seen.
    other = CODEMAP.copy()
    other[7] = 15 - other[7]
    plain, moved = (learned.repair(each, MASK) for each in (CODEMAP, other))
    assert (plain.vectors[:][MASK] != moved.vectors[:][MASK]).any()


def test_takes_and_ends_of_the_sound(prior_bundle, prior_codec):
    draws = DrawSettings(passes=2)
    learned = LearnedPrior.of_bundle(prior_bundle, prior_codec, draws=draws)
    for hidden in (slice(0, 3), slice(37, 40)):
        mask = np.zeros_like(MASK)
        mask[hidden] = True
        takes = [
            ExamplePrior(learned, FRAMES).fill(CODEMAP, mask, seed=s) for s in (1, 2)
        ]
        assert (takes[0] != takes[1])[mask].any()
        for take in takes:
            np.testing.assert_array_equal(take[~mask], CODEMAP[~mask])


def test_nothing_hidden_stays(learned):
    filled = ExamplePrior(learned, FRAMES).fill(CODEMAP, np.zeros_like(MASK), seed=0)
    np.testing.assert_array_equal(filled, CODEMAP)


@pytest.mark.parametrize("frames", [range(18, 25), range(40, 50)])
def test_an_example_in_the_hole_or_beyond_the_sound(learned, frames):
    with pytest.raises(UsageError, match="in the sound and outside the region"):
        ExamplePrior(learned, frames).fill(CODEMAP, MASK, seed=0)


def test_another_sound_is_heard_in_place_of_the_sound_itself(learned):
    other = 15 - CODEMAP[:20]
    made = ExamplePrior(learned, range(3, 9), codes=other)
    found = made.regenerate(CODEMAP, MASK, seed=0)
    near = CODEMAP[12 - NEAR_CELLS : 20 + NEAR_CELLS]
    spliced = np.concatenate([other[3:9], near, other[3:9]])
    hole = np.zeros(spliced.shape, np.bool_)
    hole[6 + NEAR_CELLS : -6 - NEAR_CELLS] = MASK[12:20]
    expected = learned.repair(spliced, hole).vectors[:][hole]
    np.testing.assert_array_equal(found.vectors[:][MASK], expected)
    own = ExamplePrior(learned, range(3, 9)).regenerate(CODEMAP, MASK, seed=0)
    assert (own.vectors[:][MASK] != expected).any()
