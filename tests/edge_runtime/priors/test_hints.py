"""Hints: what is kept is seen, and of what is hidden nothing else is."""

import numpy as np
import pytest

from edge_runtime.priors.draw_settings import DrawSettings
from edge_runtime.priors.hints import HintedPrior
from edge_runtime.priors.learned import LearnedPrior
from edge_runtime.priors.marginal import MarginalPrior

MASK = np.zeros((40, 8), np.bool_)
MASK[10:30, 1:7] = True
CODEMAP = np.random.default_rng(2).integers(0, 16, MASK.shape, np.int32)


@pytest.fixture
def learned(prior_bundle, prior_codec):
    draws = DrawSettings(passes=2)
    return LearnedPrior.of_bundle(prior_bundle, prior_codec, draws=draws)


def test_every_fourth_frame_of_the_hole_stays():
    kept = HintedPrior(MarginalPrior(np.eye(16)[3]), every=4).kept(MASK, seed=0)
    assert np.flatnonzero(kept.any(axis=1)).tolist() == [13, 17, 21, 25, 29]
    np.testing.assert_array_equal(kept[13], MASK[13])


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_share_by_chance(share):
    hinted = HintedPrior(MarginalPrior(np.eye(16)[3]), share=share)
    kept = hinted.kept(MASK, seed=5)
    assert not kept[~MASK].any()
    assert kept[MASK].mean() == pytest.approx(share, abs=0.1)
    if share == 0.3:
        assert (kept != hinted.kept(MASK, seed=6)).any()
    filled = hinted.fill(CODEMAP, MASK, seed=5)
    np.testing.assert_array_equal(filled[kept | ~MASK], CODEMAP[kept | ~MASK])
    assert (filled[MASK & ~kept] == 3).all()


@pytest.mark.parametrize("hints", [{"share": 0.4}, {"every": 3}])
def test_only_hints_have_a_say(learned, hints):
    hinted = HintedPrior(learned, **hints)
    kept = hinted.kept(MASK, seed=1)
    filled = hinted.fill(CODEMAP, MASK, seed=1)
    np.testing.assert_array_equal(filled[kept], CODEMAP[kept])
    hidden = MASK & ~kept
    others = np.where(hidden, 15 - CODEMAP, CODEMAP).astype(np.int32)
    np.testing.assert_array_equal(hinted.fill(others, MASK, seed=1), filled)
    others = np.where(kept, 15 - CODEMAP, CODEMAP).astype(np.int32)
    assert (hinted.fill(others, MASK, seed=1) != filled)[hidden].any()


def test_a_repair_with_hints_has_vectors(prior_bundle, prior_codec):
    hinted = HintedPrior(LearnedPrior.of_bundle(prior_bundle, prior_codec), every=2)
    made = hinted.regenerate(CODEMAP, MASK, seed=0)
    kept = hinted.kept(MASK, seed=0)
    codewords = prior_bundle.codebook[CODEMAP]
    np.testing.assert_array_equal(made.vectors[:][kept], codewords[kept])
    assert (made.vectors[:] != codewords)[MASK & ~kept].mean() > 0.9
