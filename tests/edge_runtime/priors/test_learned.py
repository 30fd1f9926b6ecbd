"""The learned prior: what the network is given, and what becomes of its answer."""

import numpy as np
import pytest

from edge_runtime.engines.load import load_engine
from edge_runtime.errors import BundleError
from edge_runtime.priors.code_network import CodeNetwork
from edge_runtime.priors.draw_settings import DrawSettings
from edge_runtime.priors.expected import LOUDER, WITHIN_DB
from edge_runtime.priors.learned import LearnedPrior
from edge_runtime.priors.prior import ProbabilisticPrior, VectorPrior

WHOLE = 10_000  # a reach, or a window, beyond any sound here


def codemap_and_mask(frames=60, seed=0):
    """Random codes; hidden are a box, a gap, single cells, and the first frame."""
    rng = np.random.default_rng(seed)
    codemap = rng.integers(0, 16, (frames, 8), np.int32)
    mask = rng.random(codemap.shape) < 0.03
    mask[8:19, 2:7] = True
    mask[33:40] = True
    mask[0] = True
    return codemap, mask


@pytest.fixture
def prior_with(prior_bundle, prior_codec):
    """Make a prior: `prior_with(reach=5, window_cells=64, passes=8)`."""

    def make(reach=5, window_cells=64, engine=prior_codec, codebook=None, **draws):
        codebook = prior_bundle.codebook if codebook is None else codebook
        network = CodeNetwork(engine, codebook, reach, window_cells=window_cells)
        return LearnedPrior(network, draws=DrawSettings(**draws) if draws else None)

    return make


def direct(codec, codebook, codemap, mask):
    """Log probabilities of hidden cells, straight from the network on the whole."""
    visible = (~mask).astype(np.float32)[np.newaxis, ..., np.newaxis]
    logits = codec.predict(codebook[codemap][np.newaxis] * visible, visible)[0][mask]
    weights = np.exp(logits.astype(np.float64))
    return np.log(weights / weights.sum(axis=1, keepdims=True))


def test_a_repair_is_the_codeword_to_expect(prior_with, prior_codec, prior_bundle):
    codemap, mask = codemap_and_mask()
    # No codeword is zeros: the network tells those apart from what is hidden.
    codebook = prior_bundle.codebook + np.float32(0.25)
    prior = prior_with(codebook=codebook)
    logs = direct(prior_codec, codebook, codemap, mask)
    made = prior.repair(codemap, mask)
    vectors = made.vectors[:]
    np.testing.assert_allclose(vectors[mask], np.exp(logs) @ codebook, rtol=1e-6)
    np.testing.assert_array_equal(vectors[~mask], codebook[codemap[~mask]])
    np.testing.assert_array_equal(made.codemap[mask], logs.argmax(axis=1))
    np.testing.assert_array_equal(made.codemap[~mask], codemap[~mask])
    np.testing.assert_array_equal(prior.fill(codemap, mask, seed=9), made.codemap)
    assert len(np.unique(made.codemap[mask])) > 3  # not the same for all


@pytest.mark.parametrize("window_cells", [1, WHOLE])
def test_a_repair_is_louder_where_it_is_loud(
    prior_with, prior_codec, prior_bundle, window_cells
):
    codemap, mask = codemap_and_mask()
    codebook = prior_bundle.codebook + np.float32(0.25)
    network = prior_with(codebook=codebook, window_cells=window_cells).network
    levels = np.linspace(-60.0, 0.0, len(codebook))
    made = LearnedPrior(network, levels_db=levels).repair(codemap, mask)
    chances = np.exp(direct(prior_codec, codebook, codemap, mask))
    weights = chances * 10.0 ** (LOUDER * levels / 10.0)
    weights /= weights.sum(axis=1, keepdims=True)
    expected, rows = chances @ levels, np.argwhere(mask)[:, 0]
    shares = []
    for row, level in zip(rows, expected, strict=True):
        around = expected[np.abs(rows - row) <= network.reach].max()
        shares.append([max(0.0, 1.0 - (around - level) / WITHIN_DB)])
    assert min(shares) < [0.8] < max(shares) == [1.0]
    wanted = (1.0 - np.array(shares)) * (chances @ codebook)
    wanted += np.array(shares) * (weights @ codebook)
    np.testing.assert_allclose(made.vectors[:][mask], wanted, rtol=1e-6)
    alike, plain = (
        LearnedPrior(network, levels_db=each).repair(codemap, mask).vectors[:]
        for each in ([-20.0] * len(codebook), None)
    )
    np.testing.assert_allclose(alike, plain, rtol=1e-6)
    with pytest.raises(BundleError, match="levels of 3 codewords, and there are"):
        LearnedPrior(network, levels_db=[0.0] * 3)


@pytest.mark.parametrize("window_cells", [1, 3, 16])
def test_any_window_gives_what_the_whole_gives(prior_with, window_cells):
    codemap, mask = codemap_and_mask()
    whole = prior_with(reach=WHOLE, window_cells=WHOLE, passes=4)
    parts = prior_with(window_cells=window_cells, passes=4)
    for method in ("repair", "log_probabilities"):
        expected, received = (
            getattr(prior, method)(codemap, mask) for prior in (whole, parts)
        )
        if method == "repair":
            np.testing.assert_array_equal(received.vectors[:], expected.vectors[:])
            expected, received = expected.codemap, received.codemap
        np.testing.assert_array_equal(received, expected)
    np.testing.assert_array_equal(
        parts.draw(codemap, mask, seed=4), whole.draw(codemap, mask, seed=4)
    )


def test_a_cell_less_of_reach_would_be_too_few(prior_with):
    """So that the test above means something."""
    codemap, mask = codemap_and_mask()
    whole = prior_with(reach=WHOLE, window_cells=WHOLE)
    short = prior_with(reach=4, window_cells=1)
    different = short.log_probabilities(codemap, mask) != whole.log_probabilities(
        codemap, mask
    )
    assert different.any(axis=1).mean() > 0.3


def test_hidden_codes_are_never_read(prior_with):
    codemap, mask = codemap_and_mask()
    other = np.where(mask, -7, codemap).astype(np.int32)
    assert (other != codemap)[mask].all()
    drawing, repairing = prior_with(passes=3), prior_with()
    for hidden in (other, np.where(mask, 15 - codemap, codemap).astype(np.int32)):
        np.testing.assert_array_equal(
            drawing.fill(hidden, mask, seed=1), drawing.fill(codemap, mask, seed=1)
        )
        np.testing.assert_array_equal(
            repairing.repair(hidden, mask).vectors[:],
            repairing.repair(codemap, mask).vectors[:],
        )
        np.testing.assert_array_equal(
            repairing.log_probabilities(hidden, mask),
            repairing.log_probabilities(codemap, mask),
        )


def test_what_is_visible_is_read(prior_with):
    codemap, mask = codemap_and_mask()
    prior, other = prior_with(), codemap.copy()
    other[22, 4] = 15 - other[22, 4]  # three frames behind the box
    before, after = (prior.log_probabilities(each, mask) for each in (codemap, other))
    frames = np.nonzero(mask)[0][(before != after).any(axis=1)]
    assert frames.min() >= 17 and frames.max() <= 27 and 18 in frames


def test_a_seed_repeats_and_matters(prior_with):
    codemap, mask = codemap_and_mask()
    prior = prior_with(passes=4)
    takes = [prior.fill(codemap, mask, seed=seed) for seed in (1, 1, 2, 3)]
    np.testing.assert_array_equal(takes[0], takes[1])
    for one, other in ((0, 2), (0, 3), (2, 3)):
        assert (takes[one] != takes[other])[mask].mean() > 0.3
    for take in takes:
        np.testing.assert_array_equal(take[~mask], codemap[~mask])
        assert take.dtype == np.int32 and take.min() >= 0 and take.max() < 16


@pytest.mark.parametrize("setting", ["temperature", "top_p", "passes", "noise"])
def test_every_setting_of_the_draws_counts(prior_with, setting):
    codemap, mask = codemap_and_mask()
    other = {"temperature": 0.3, "top_p": 0.3, "passes": 2, "noise": 0.0}[setting]
    one = prior_with(passes=4).fill(codemap, mask, seed=1)
    two = prior_with(**{"passes": 4, setting: other}).fill(codemap, mask, seed=1)
    assert (one != two)[mask].any()


def test_a_single_cell_is_drawn_as_often_as_the_network_says(
    prior_with, prior_codec, prior_bundle
):
    codemap, mask = codemap_and_mask(7)[0], np.zeros((7, 8), np.bool_)
    mask[3, 4] = True
    shares = np.exp(direct(prior_codec, prior_bundle.codebook, codemap, mask))[0]
    prior = prior_with(top_p=1.0)
    drawn = [int(prior.fill(codemap, mask, seed=seed)[3, 4]) for seed in range(400)]
    counts = np.bincount(drawn, minlength=16) / 400
    np.testing.assert_allclose(counts, shares, atol=0.08)


def test_passes_see_what_those_before_have_decided(prior_with):
    class Echo:
        """Sure of a cell whose frame before is visible: the same again."""

        def predict(self, quantized, visible):
            codes = np.rint(quantized[0, :-1, :, 0] * 15).astype(int)
            logits = np.zeros((1, *visible.shape[1:3], 16), np.float32)
            known = visible[0, :-1, :, 0] == 1.0
            logits[0, 1:] = 40.0 * np.eye(16)[codes] * known[..., np.newaxis]
            return logits

    codemap = np.tile(np.arange(8, dtype=np.int32) + 4, (6, 1))
    mask = np.zeros(codemap.shape, np.bool_)
    mask[2:4] = True
    echo = prior_with(engine=Echo(), reach=1, passes=8, noise=0.0)
    np.testing.assert_array_equal(echo.fill(codemap, mask, seed=0), codemap)
    once = prior_with(engine=Echo(), reach=1, passes=1, noise=0.0)
    assert (once.fill(codemap, mask, seed=0)[2] == codemap[2]).all()
    assert (once.fill(codemap, mask, seed=0)[3] != codemap[3]).any()


@pytest.mark.parametrize(("cells", "passes"), [(1, 1), (9, 3), (31, 8), (80, 8)])
def test_few_cells_take_few_passes(prior_with, prior_codec, cells, passes):
    codemap, mask = codemap_and_mask()[0], np.zeros((60, 8), np.bool_)
    mask.reshape(-1)[200 : 200 + cells] = True
    prior_with(passes=8).fill(codemap, mask, seed=0)
    assert len(prior_codec.shapes) == passes
    frames = -(-cells // 8)
    assert max(shape[1] for shape in prior_codec.shapes) <= frames + 1 + 2 * 5


def test_without_any_visible_cell_rows_are_known(prior_with, prior_bundle):
    codemap, mask = np.full((9, 8), -1, np.int32), np.ones((9, 8), np.bool_)
    filled = prior_with().fill(codemap, mask, seed=0)
    assert len(np.unique(filled[4])) > 2
    take = prior_with(passes=3).fill(codemap, mask, seed=0)
    assert take.min() >= 0 and take.max() < 16


def test_nothing_hidden_asks_nobody(prior_with, prior_codec):
    codemap, mask = codemap_and_mask()[0], np.zeros((60, 8), np.bool_)
    for prior in (prior_with(), prior_with(passes=2)):
        np.testing.assert_array_equal(prior.fill(codemap, mask, seed=0), codemap)
    assert prior_with().log_probabilities(codemap, mask).shape == (0, 16)
    assert prior_codec.shapes == []


def test_it_is_both_kinds_of_prior(prior_with):
    assert isinstance(prior_with(), VectorPrior)
    assert isinstance(prior_with(), ProbabilisticPrior)


def test_inner_frames_are_asked_for_where_there_are_such(prior_bundle, prior_codec):
    """The hole in the middle takes the short way, that at the end the long one."""
    asked = []

    def inner(quantized, visible):
        asked.append(quantized.shape[1])
        return prior_codec.predict(quantized, visible)[:, 5:-5]

    codemap, mask = codemap_and_mask()
    one, two = (
        LearnedPrior(CodeNetwork(prior_codec, prior_bundle.codebook, 5, inner=way))
        for way in (inner, None)
    )
    mask[19:33] = mask[40:] = False
    np.testing.assert_array_equal(
        one.log_probabilities(codemap, mask), two.log_probabilities(codemap, mask)
    )
    assert asked == [40 - 33 + 10]


def test_a_model_without_a_prior(level_bundle, prior_codec):
    with pytest.raises(BundleError, match="'levels' has no prior of its own"):
        LearnedPrior.of_bundle(level_bundle, prior_codec)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [(np.nan, "logits that are NaN"), (None, r"must give logits of shape \(1, ")],
)
def test_logits_that_cannot_be(prior_with, prior_codec, wrong, message):
    class Wrong(type(prior_codec)):
        def predict(self, quantized, visible):
            logits = super().predict(quantized, visible)
            return logits[..., 1:] if wrong is None else logits * wrong

    codemap, mask = codemap_and_mask()
    with pytest.raises(BundleError, match=message):
        prior_with(engine=Wrong()).repair(codemap, mask)


@pytest.mark.parametrize(
    "wrong", [{"top_p": 0.0}, {"passes": 0}, {"noise": -1.0}, {"temperature": 0.0}]
)
def test_settings_out_of_range(wrong):
    with pytest.raises(ValueError, match="must lie in"):
        DrawSettings(**wrong)


@pytest.mark.parametrize(("engine", "threads"), [("numpy", 1), ("litert", 3)])
def test_int8_is_the_same_for_any_engine_windows_and_threads(
    real_prior_bundle, engine, threads
):
    codemap, mask = codemap_and_mask()
    other = load_engine(real_prior_bundle, engine, threads=threads)
    draws = DrawSettings(passes=4)
    one, two = (
        LearnedPrior.of_bundle(real_prior_bundle, each, draws=draws, window_cells=cells)
        for each, cells in ((load_engine(real_prior_bundle, "litert"), 64), (other, 3))
    )
    np.testing.assert_array_equal(
        one.fill(codemap, mask, seed=2), two.fill(codemap, mask, seed=2)
    )
    np.testing.assert_array_equal(
        one.repair(codemap, mask).vectors[:], two.repair(codemap, mask).vectors[:]
    )
