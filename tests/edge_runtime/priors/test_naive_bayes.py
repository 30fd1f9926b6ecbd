"""The naive Bayes prior against scikit-learn fitted cell by cell."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB

from edge_runtime.priors import naive_bayes
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import NaiveBayesPrior

CODES = 12


def scikit_learn_fill(codemap, mask, *, radius, neighbourhood, order):
    """One `GaussianNB` per hidden cell, in raster order."""
    filled, known = codemap.copy(), ~mask
    frames, bins = mask.shape
    along_time = radius if neighbourhood != "frequency" else 0
    along_frequency = radius if neighbourhood != "time" else 0
    for t, f in np.argwhere(mask):
        around = [
            (a, b)
            for a in range(max(t - along_time, 0), min(t + along_time + 1, frames))
            for b in range(
                max(f - along_frequency, 0), min(f + along_frequency + 1, bins)
            )
            if known[a, b]
        ]
        codes = [filled[cell] for cell in around]
        if len(set(codes)) == 1:
            filled[t, f] = codes[0]
        else:
            filled[t, f] = GaussianNB().fit(around, codes).predict([(t, f)])[0]
        if order == "autoregressive":
            known[t, f] = True
    return filled


def scene(seed, frames=24, bins=14, codes=CODES):
    """A codemap of smooth patches, and a box and some scattered cells to hide."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, codes, (frames // 3 + 1, bins // 3 + 1))
    codemap = np.repeat(np.repeat(coarse, 3, axis=0), 3, axis=1)[:frames, :bins]
    noisy = rng.random(codemap.shape) < 0.3
    codemap = np.where(noisy, rng.integers(0, codes, codemap.shape), codemap)
    # Every cell keeps a visible one within reach in each direction.
    mask = rng.random(codemap.shape) < 0.15
    mask[8:12, 5:8] = True
    mask[::3] = mask[:, ::3] = False
    return codemap.astype(np.int32), mask


@pytest.mark.parametrize("order", ["independent", "autoregressive"])
@pytest.mark.parametrize("neighbourhood", ["both", "time", "frequency"])
@pytest.mark.parametrize("radius", [2, 4])
def test_predictions_equal_scikit_learn_cell_by_cell(radius, neighbourhood, order):
    options = {"radius": radius, "neighbourhood": neighbourhood, "order": order}
    for seed in range(3):
        codemap, mask = scene(seed)
        filled = NaiveBayesPrior(CODES, **options).fill(codemap, mask, seed=0)
        expected = scikit_learn_fill(codemap, mask, **options)
        np.testing.assert_array_equal(filled, expected)


def test_a_solid_box_equals_scikit_learn_in_raster_order():
    codemap, _ = scene(9, frames=28, bins=16, codes=64)
    mask = np.zeros(codemap.shape, bool)
    mask[6:22, 4:12] = True
    options = {"radius": 2, "neighbourhood": "both", "order": "autoregressive"}
    filled = NaiveBayesPrior(64, **options).fill(codemap, mask, seed=0)
    expected = scikit_learn_fill(codemap, mask, **options)
    np.testing.assert_array_equal(filled, expected)


ALL = [
    {"order": order, "predict": predict, "neighbourhood": neighbourhood}
    for order in ("independent", "autoregressive")
    for predict in ("argmax", "sample", "mean_code")
    for neighbourhood in ("both", "time", "frequency")
]


@pytest.mark.parametrize("options", ALL)
def test_hidden_codes_do_not_leak_and_visible_ones_stay(options):
    codemap, _ = scene(1)
    mask = np.zeros(codemap.shape, bool)
    mask[5:15, 3:11] = True
    mask[20] = True  # A whole frame: "frequency" must look elsewhere.
    prior = NaiveBayesPrior(CODES, **options)
    filled = prior.fill(codemap, mask, seed=5)
    rng = np.random.default_rng(0)
    scrambled = np.where(mask, rng.integers(-99, 99, mask.shape), codemap)
    again = prior.fill(scrambled.astype(np.int32), mask, seed=5)
    np.testing.assert_array_equal(filled, again)
    np.testing.assert_array_equal(filled[~mask], codemap[~mask])
    assert filled.dtype == np.int32
    assert filled.min() >= 0 and filled.max() < CODES


def test_independent_cells_do_not_see_each_other():
    codemap, _ = scene(2)
    whole = np.zeros(codemap.shape, bool)
    whole[10:14, 5:9] = True
    filled = NaiveBayesPrior(CODES, order="independent").fill(codemap, whole, seed=0)
    unknown = np.where(whole, -1, codemap).astype(np.int32)
    for t, f in np.argwhere(whole):
        reachable = np.zeros_like(whole)
        reachable[max(t - 2, 0) : t + 3, max(f - 2, 0) : f + 3] = True
        if (reachable & ~whole).any():
            codes = unknown[reachable & ~whole]
            around = np.argwhere(reachable & ~whole)
            expected = GaussianNB().fit(around, codes).predict([(t, f)])[0]
            assert filled[t, f] == expected


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


@pytest.mark.parametrize("neighbourhood", ["both", "time", "frequency"])
@pytest.mark.parametrize("order", ["autoregressive", "independent"])
@pytest.mark.parametrize("predict", ["argmax", "sample"])
def test_some_cells_at_a_time_are_filled_as_all_at_once(
    monkeypatch, neighbourhood, order, predict
):
    rng = np.random.default_rng(7)
    codemap = rng.integers(0, 9, (60, 8)).astype(np.int32)
    mask = np.zeros(codemap.shape, bool)
    mask[3:50, 1:7] = True
    mask[20:25, 3] = False
    prior = NaiveBayesPrior(
        9, neighbourhood=neighbourhood, order=order, predict=predict
    )
    whole = prior.fill(codemap, mask, seed=5)
    for together in (1, 100, 400):
        monkeypatch.setattr(naive_bayes, "_TOGETHER", together)
        filled = prior.fill(codemap, mask, seed=5)
        np.testing.assert_array_equal(filled, whole)
    assert len(np.unique(whole[mask])) > 2


@pytest.mark.parametrize(
    ("order", "radius"), [("autoregressive", 2), ("independent", 8)]
)
def test_memory_does_not_grow_with_the_hole(order, radius):
    peaks = []
    for frames in (600, 2400):
        codemap = np.random.default_rng(0).integers(0, 99, (frames, 16), np.int32)
        mask = np.zeros(codemap.shape, bool)
        mask[4:-4, 2:-2] = True
        prior = NaiveBayesPrior(99, radius=radius, order=order)
        tracemalloc.start()
        prior.fill(codemap, mask, seed=0)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        peaks.append(peak)
    short, long = peaks
    maps = 1800 * 16 * 8 * 5  # numbers per cell: of the codemap, the mask, the search
    assert long < short + maps


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


def test_auto_looks_along_time_where_all_frequencies_are_hidden():
    codemap, _ = scene(3)
    gap, box = np.zeros((2, *codemap.shape), bool)
    gap[8:12] = True
    box[8:12, 1:] = True
    for mask, suited in ((gap, "time"), (box, "both"), (gap | box, "time")):
        for method in ("fill", "log_probabilities"):
            auto, plain = (
                getattr(NaiveBayesPrior(CODES, neighbourhood=name), method)
                for name in ("auto", suited)
            )
            options = {"seed": 0} if method == "fill" else {}
            np.testing.assert_array_equal(
                auto(codemap, mask, **options), plain(codemap, mask, **options)
            )


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


@pytest.mark.parametrize("order", ["independent", "autoregressive"])
def test_a_map_wholly_hidden_comes_from_the_marginal(order):
    nothing, everything = np.full((40, 30), -1, np.int32), np.ones((40, 30), bool)
    counts = np.array([1, 0, 6, 3])
    prior = NaiveBayesPrior(4, order=order, marginal=counts)
    assert np.all(prior.fill(nothing, everything, seed=0) == 2)
    sampled = NaiveBayesPrior(4, order=order, predict="sample", marginal=counts)
    shares = np.bincount(sampled.fill(nothing, everything, seed=0).ravel()) / 1200
    np.testing.assert_allclose(shares, counts / 10, atol=0.05)
    logs = prior.log_probabilities(nothing, everything)
    np.testing.assert_allclose(np.exp(logs), [(counts + 1) / 14] * 1200, rtol=1e-6)
    with pytest.raises(ValueError, match="Every cell is hidden"):
        NaiveBayesPrior(4, order=order).fill(nothing, everything, seed=0)


@pytest.mark.parametrize("order", ["independent", "autoregressive"])
def test_a_map_with_nothing_hidden_stays(order):
    codemap, mask = scene(8)
    prior = NaiveBayesPrior(CODES, order=order)
    filled = prior.fill(codemap, np.zeros_like(mask), seed=0)
    np.testing.assert_array_equal(filled, codemap)
    assert filled is not codemap
    logs = prior.log_probabilities(codemap, np.zeros_like(mask))
    assert logs.shape == (0, CODES)


def test_a_transposed_view_is_filled_like_its_copy():
    codemap, mask = scene(10)
    prior = NaiveBayesPrior(CODES)
    view = np.asfortranarray(codemap)
    np.testing.assert_array_equal(
        prior.fill(view, mask, seed=0), prior.fill(codemap, mask, seed=0)
    )


def test_mean_code_is_the_rounded_mean_over_the_posterior():
    codemap, mask = scene(11)
    prior = NaiveBayesPrior(CODES, order="independent", predict="mean_code")
    filled = prior.fill(codemap, mask, seed=0)
    t, f = np.argwhere(mask)[3]
    around = np.zeros_like(mask)
    around[max(t - 2, 0) : t + 3, max(f - 2, 0) : f + 3] = True
    around &= ~mask
    fit = GaussianNB().fit(np.argwhere(around), codemap[around])
    expected = np.rint(fit.predict_proba([(t, f)])[0] @ fit.classes_)
    assert filled[t, f] == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"radius": 0}, "radius=0"),
        (
            {"neighbourhood": "diagonal"},
            "neighbourhood must be one of auto, both, time",
        ),
        ({"order": "random"}, "order must be one of"),
        ({"predict": "mean"}, "predict must be one of"),
        ({"marginal": np.ones(3)}, "marginal must have shape"),
    ],
)
def test_bad_arguments_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        NaiveBayesPrior(CODES, **options)


def test_a_visible_code_outside_the_codebook_is_refused():
    codemap, mask = scene(12)
    with pytest.raises(ValueError, match=r"\[0, 3\)"):
        NaiveBayesPrior(3).fill(codemap, mask, seed=0)
