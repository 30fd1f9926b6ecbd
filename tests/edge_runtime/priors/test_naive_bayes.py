"""The naive Bayes prior against scikit-learn fitted cell by cell."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB

from edge_runtime.priors import naive_bayes
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from tests.edge_runtime.priors.smooth_codemap import CODES, scene


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
