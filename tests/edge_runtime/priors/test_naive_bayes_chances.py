"""What the naive Bayes prior draws and how likely it says each code is."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB

from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from tests.edge_runtime.priors.smooth_codemap import CODES, scene


def test_sampling_repeats_with_the_seed_only():
    codemap, _ = scene(3)
    mask = np.zeros(codemap.shape, bool)
    mask[4:20, 3:11] = True
    prior = NaiveBayesPrior(CODES, predict="sample")
    first = prior.fill(codemap, mask, seed=1)
    np.testing.assert_array_equal(first, prior.fill(codemap, mask, seed=1))
    assert any(np.any(first != prior.fill(codemap, mask, seed=s)) for s in range(2, 8))


def test_batches_sample_what_one_cell_after_the_other_samples():
    # Hiding cell by cell, each given its own draw, is the definition.
    codemap, _ = scene(4)
    mask = np.zeros(codemap.shape, bool)
    mask[6:11, 4:9] = True
    prior = NaiveBayesPrior(CODES, predict="sample")
    filled = prior.fill(codemap, mask, seed=11)
    draws = np.random.default_rng(11).random(mask.sum())
    known, expected = ~mask, codemap.copy()
    for draw, (t, f) in zip(draws, np.argwhere(mask), strict=True):
        around = np.zeros_like(mask)
        around[t - 2 : t + 3, f - 2 : f + 3] = True
        around &= known
        fit = GaussianNB().fit(np.argwhere(around), expected[around])
        heights = np.cumsum(fit.predict_proba([(t, f)])[0])
        expected[t, f] = fit.classes_[np.searchsorted(heights, draw, side="right")]
        known[t, f] = True
    np.testing.assert_array_equal(filled, expected)


@pytest.mark.parametrize("temperature", [0.5, 5.0])
def test_a_cell_is_drawn_from_its_posterior_to_a_power(temperature):
    codemap, mask = scene(5)
    options = {"order": "independent", "predict": "sample", "temperature": temperature}
    filled = NaiveBayesPrior(CODES, **options).fill(codemap, mask, seed=2)
    draws = np.random.default_rng(2).random(mask.sum())
    for draw, (t, f) in zip(draws, np.argwhere(mask), strict=True):
        around = np.zeros_like(mask)
        around[max(t - 2, 0) : t + 3, max(f - 2, 0) : f + 3] = True
        around &= ~mask
        fit = GaussianNB().fit(np.argwhere(around), codemap[around])
        logs = fit.predict_joint_log_proba([(t, f)])[0] / temperature
        shares = np.exp(logs - logs.max())
        heights = np.cumsum(shares / shares.sum())
        expected = fit.classes_[np.searchsorted(heights, draw, side="right")]
        assert filled[t, f] == expected


def test_a_low_temperature_takes_the_likeliest_code():
    # Same mean, half the variance both ways: code 1 is twice as likely as code 3.
    codemap = np.array([[3, 1, 3], [1, 0, 1], [3, 1, 3]], np.int32)
    mask = np.zeros(codemap.shape, bool)
    mask[1, 1] = True
    best = NaiveBayesPrior(4).fill(codemap, mask, seed=0)
    for predict, temperature, same in (
        ("sample", 0.01, True),
        ("sample", 1.0, False),
        ("argmax", 100.0, True),
    ):
        prior = NaiveBayesPrior(4, predict=predict, temperature=temperature)
        drawn = [prior.fill(codemap, mask, seed=seed) for seed in range(50)]
        assert all(np.array_equal(one, best) for one in drawn) == same


def test_a_map_wholly_hidden_is_drawn_at_the_temperature():
    counts = np.array([1, 0, 6, 3])
    nothing, everything = np.full((40, 30), -1, np.int32), np.ones((40, 30), bool)
    options = {"predict": "sample", "temperature": 0.1}
    filled = NaiveBayesPrior(4, marginal=counts, **options).fill(
        nothing, everything, seed=0
    )
    alone = MarginalPrior(counts, **options).fill(nothing, everything, seed=0)
    np.testing.assert_array_equal(filled, alone)


@pytest.mark.parametrize("order", ["independent", "autoregressive"])
def test_log_probabilities_mix_the_posterior_with_the_marginal(order):
    codemap, mask = scene(5)
    counts = np.arange(CODES)
    prior = NaiveBayesPrior(CODES, order=order, marginal=counts)
    logs = prior.log_probabilities(codemap, mask, marginal_weight=0.25)
    assert logs.shape == (mask.sum(), CODES) and logs.dtype == np.float32
    np.testing.assert_allclose(np.exp(logs).sum(axis=1), 1.0, rtol=1e-5)
    marginal = (counts + 1) / (counts + 1).sum()
    for row, (t, f) in zip(logs, np.argwhere(mask), strict=True):
        around = np.zeros_like(mask)
        around[max(t - 2, 0) : t + 3, max(f - 2, 0) : f + 3] = True
        around[t, f] = False
        later = np.arange(mask.size).reshape(mask.shape) > t * mask.shape[1] + f
        hidden = mask & later if order == "autoregressive" else mask
        around &= ~hidden
        expected = 0.25 * marginal
        fit = GaussianNB().fit(np.argwhere(around), codemap[around])
        expected[fit.classes_] += 0.75 * fit.predict_proba([(t, f)])[0]
        np.testing.assert_allclose(np.exp(row), expected, rtol=1e-4)


def test_log_probabilities_do_not_read_the_cell_itself():
    codemap, mask = scene(6)
    prior = NaiveBayesPrior(CODES, order="autoregressive")
    logs = prior.log_probabilities(codemap, mask)
    last = np.argwhere(mask)[-1]
    changed = codemap.copy()
    changed[tuple(last)] = (changed[tuple(last)] + 1) % CODES
    np.testing.assert_array_equal(prior.log_probabilities(changed, mask), logs)


@pytest.mark.parametrize("weight", [0.0, -0.1, 1.1])
def test_a_marginal_weight_out_of_range_is_refused(weight):
    codemap, mask = scene(0)
    with pytest.raises(ValueError, match="marginal_weight"):
        NaiveBayesPrior(CODES).log_probabilities(codemap, mask, marginal_weight=weight)


def test_without_a_marginal_probabilities_are_smoothed_evenly():
    codemap, mask = scene(7)
    logs = NaiveBayesPrior(CODES).log_probabilities(codemap, mask)
    assert np.exp(logs.min()) == pytest.approx(0.5 / CODES, rel=1e-5)
