"""The marginal prior and the checks all priors share."""

from __future__ import annotations

import numpy as np
import pytest

from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from edge_runtime.priors.prior import ProbabilisticPrior, check_codemap

CODEMAP = np.array([[0, 1, 2], [3, 0, 1]], np.int32)
MASK = np.array([[False, True, True], [False, True, False]])


def test_argmax_fills_the_most_frequent_code_the_lowest_of_equals():
    filled = MarginalPrior(np.array([1, 2, 5, 5])).fill(CODEMAP, MASK, seed=0)
    assert filled.tolist() == [[0, 2, 2], [3, 2, 1]]
    assert filled.dtype == np.int32


def test_samples_follow_the_counts_and_repeat_with_the_seed():
    counts = np.array([10, 0, 30, 60])
    prior = MarginalPrior(counts, predict="sample")
    empty, everywhere = np.zeros((200, 100), np.int32), np.ones((200, 100), bool)
    first = prior.fill(empty, everywhere, seed=3)
    shares = np.bincount(first.ravel(), minlength=4) / first.size
    np.testing.assert_allclose(shares, counts / 100, atol=0.015)
    assert shares[1] == 0
    np.testing.assert_array_equal(first, prior.fill(empty, everywhere, seed=3))
    assert np.any(first != prior.fill(empty, everywhere, seed=4))


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.0, 100.0])
def test_a_temperature_raises_frequencies_to_a_power(temperature):
    counts = np.array([10, 0, 30, 60])
    prior = MarginalPrior(counts, predict="sample", temperature=temperature)
    empty, everywhere = np.zeros((200, 100), np.int32), np.ones((200, 100), bool)
    filled = prior.fill(empty, everywhere, seed=3).ravel()
    powers = np.array([1 / 6, 0.0, 1 / 2, 1.0]) ** (1 / temperature)
    limits = np.cumsum(powers / powers.sum())
    draws = np.random.default_rng(3).random(filled.size)
    # Each draw lands in the stretch that its exact probability gives it.
    for code in (0, 2, 3):
        low = limits[code - 1] if code else 0.0
        inside = (draws > low + 1e-12) & (draws < limits[code] - 1e-12)
        assert (filled[inside] == code).all() and inside.any()
    assert not (filled == 1).any()


def test_the_lowest_temperature_draws_the_most_frequent_code():
    prior = MarginalPrior(np.array([10, 0, 30, 60]), predict="sample", temperature=0.01)
    everywhere = np.ones((200, 100), bool)
    assert (prior.fill(np.zeros((200, 100), np.int32), everywhere, seed=0) == 3).all()


@pytest.mark.parametrize("temperature", [0.0, -1.0, 0.009, 100.1, np.inf, np.nan])
def test_a_temperature_out_of_range_is_refused(temperature):
    message = r"temperature must lie in \[0.01, 100\]"
    with pytest.raises(ValueError, match=message):
        MarginalPrior(np.ones(4), temperature=temperature)
    with pytest.raises(ValueError, match=message):
        NaiveBayesPrior(4, temperature=temperature)


def test_log_probabilities_are_smoothed_frequencies():
    log_probabilities = MarginalPrior(np.array([7, 0, 1])).log_probabilities(
        np.zeros((2, 3), np.int32), MASK
    )
    assert log_probabilities.dtype == np.float32
    row = np.array([8, 1, 2]) / 11
    np.testing.assert_allclose(np.exp(log_probabilities), [row] * 3, rtol=1e-6)


def test_the_priors_here_give_probabilities():
    assert isinstance(MarginalPrior(np.ones(4)), ProbabilisticPrior)
    assert isinstance(NaiveBayesPrior(4), ProbabilisticPrior)


@pytest.mark.parametrize("counts", [[[1, 2]], [0, 0], [-1, 3], []])
def test_counts_that_are_none_are_refused(counts):
    with pytest.raises(ValueError, match="counts must have shape"):
        MarginalPrior(np.array(counts))


def test_an_unknown_prediction_is_refused():
    with pytest.raises(ValueError, match="'mean'"):
        MarginalPrior(np.ones(2), predict="mean")


def test_only_visible_codes_are_checked():
    wild = np.where(MASK, -7, CODEMAP)
    check_codemap(wild, MASK, 4)
    with pytest.raises(ValueError, match=r"\[0, 3\)"):
        check_codemap(wild, MASK, 3)


@pytest.mark.parametrize("mask", [MASK.T, MASK.astype(int), MASK[None]])
def test_a_mask_that_does_not_fit_is_refused(mask):
    with pytest.raises(ValueError, match="boolean mask must both have shape"):
        check_codemap(CODEMAP, mask, 4)
