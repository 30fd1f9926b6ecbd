"""Where the spectrogram of visible cells meets the network, and where it must not."""

import keras
import numpy as np
import pytest

from vqkeras.evaluation.conditioned_prior import ConditionedPrior
from vqkeras.evaluation.unsaid import Unsaid, cell_values
from vqkeras.model.code_prior import CodePrior

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
]
CELL = (2, 3)
SHAPE = (12, 5)
CODES = 6


@pytest.fixture(scope="module")
def prior():
    keras.utils.set_random_seed(0)
    prior = CodePrior(CODES, 3, units=8, dilations=[(1, 1), (2, 1)])
    prior.build([(None, None, 5, 3), (None, None, 5, 1)])
    prior.set_codebook(np.random.default_rng(0).normal(size=(CODES, 3)) * 4.0)
    return prior


def conditioned(prior):
    return ConditionedPrior(prior, 6, steps=60, learning_rate=0.01, weight_decay=1e-4)


@pytest.fixture
def awake(prior):
    """One whose further weights are no longer 0."""
    made = conditioned(prior)
    kernel = made.network.first.kernel
    values = np.random.default_rng(1).normal(size=kernel.shape).astype(np.float32)
    kernel.assign(values)
    return made


@pytest.fixture
def batch():
    """Codes, a hole, and a spectrogram."""
    rng = np.random.default_rng(2)
    codemap = rng.integers(CODES, size=(2, *SHAPE)).astype(np.int32)
    hidden = np.zeros(codemap.shape, np.bool_)
    hidden[:, 4:8, 1:4] = True
    spectrogram = rng.random((2, 24, 15, 1), np.float32)
    return codemap, hidden, spectrogram


def logits_of(made, codemap, hidden, spectrogram, unsaid=None):
    values = cell_values(spectrogram, SHAPE, CELL)
    unsaid = unsaid or Unsaid(codemap, values, CODES)
    known = unsaid(codemap, values)
    return np.asarray(made.hidden_logits(codemap, hidden, known))


def of_cells(hidden):
    """Which values of a spectrogram lie in the cells of a mask."""
    return np.kron(hidden, np.ones(CELL, np.bool_)).astype(bool)[..., np.newaxis]


def test_the_hidden_spectrogram_reaches_no_logit(awake, batch):
    codemap, hidden, spectrogram = batch
    unsaid = Unsaid(codemap, cell_values(spectrogram, SHAPE, CELL), CODES)
    before = logits_of(awake, *batch, unsaid)
    louder = np.where(of_cells(hidden), 1.0 - spectrogram, spectrogram)
    np.testing.assert_array_equal(
        logits_of(awake, codemap, hidden, louder, unsaid), before
    )
    other = np.where(hidden, (codemap + 1) % CODES, codemap)
    np.testing.assert_array_equal(
        logits_of(awake, other, hidden, spectrogram, unsaid), before
    )


def test_the_visible_spectrogram_reaches_the_cells_beside_it(awake, batch):
    codemap, hidden, spectrogram = batch
    unsaid = Unsaid(codemap, cell_values(spectrogram, SHAPE, CELL), CODES)
    before = logits_of(awake, *batch, unsaid)
    one = np.zeros_like(hidden)
    one[0, 3, 2] = True
    changed = np.where(of_cells(one), 1.0 - spectrogram, spectrogram)
    moved = np.abs(logits_of(awake, codemap, hidden, changed, unsaid) - before)
    places = np.argwhere(hidden)
    beside = (places == [0, 4, 2]).all(axis=1)
    assert moved[beside].max() > 0.01
    assert moved[places[:, 0] == 1].max() == 0.0


def test_at_first_it_says_what_the_prior_says(prior, batch):
    codemap, hidden, _ = batch
    made = conditioned(prior)
    np.testing.assert_allclose(
        logits_of(made, *batch),
        np.asarray(prior.logits_of(codemap, hidden))[hidden],
        atol=1e-5,
    )
    zeros = np.zeros((*codemap.shape, 6), np.float32)
    np.testing.assert_array_equal(
        logits_of(made, *batch), made.hidden_logits(codemap, hidden, zeros)
    )
    np.testing.assert_array_equal(made.network.scale, prior.scale)


def test_bits_are_those_of_the_prior(prior, batch):
    codemap, hidden, _ = batch
    zeros = np.zeros((*codemap.shape, 6), np.float32)
    made = conditioned(prior)
    bits = made.hidden_bits(codemap, hidden, zeros)
    wanted = prior.losses_of(codemap, hidden)["bits_per_code"]
    assert np.mean(bits) == pytest.approx(float(wanted), rel=1e-5)


def test_what_only_the_spectrogram_tells_is_learned(prior):
    """Each code depends on what the cell before it left unsaid."""
    rng = np.random.default_rng(3)
    made, before = conditioned(prior), prior.get_weights()
    told, untold = [], []
    for step in range(60):
        known = rng.normal(size=(4, *SHAPE, 6)).astype(np.float32)
        codemap = rng.integers(CODES, size=(4, *SHAPE)).astype(np.int32)
        hidden = np.zeros(codemap.shape, np.bool_)
        hidden[:, 1::2] = True
        codemap[:, 1::2] = np.where(known[:, ::2, :, 0] > 0.0, 1, 4)
        if step >= 50:
            told.append(np.mean(made.hidden_bits(codemap, hidden, known)))
            untold.append(np.mean(made.hidden_bits(codemap, hidden, 0.0 * known)))
        made.learn(codemap, hidden, known)
    assert np.mean(told) < 0.6 and np.mean(untold) > 0.95
    for old, new in zip(before, prior.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_without_further_values_their_weights_stay_zero(prior, batch):
    codemap, hidden, _ = batch
    made = conditioned(prior)
    for _ in range(3):
        made.learn(codemap, hidden, np.zeros((*codemap.shape, 6), np.float32))
    kernel = np.asarray(made.network.first.kernel)
    old = np.asarray(prior.first.kernel)
    assert not kernel[:, :, 4:].any()
    assert np.abs(kernel[:, :, :4] - old).max() > 0.0


def test_values_lie_in_their_cell():
    spectrogram = np.arange(2 * 5 * 7, dtype=np.float32).reshape(2, 5, 7, 1)
    values = cell_values(spectrogram, (3, 3), CELL)
    assert values.shape == (2, 3, 3, 6)
    np.testing.assert_array_equal(values[1, 1, 1], spectrogram[1, 2:4, 3:6, 0].ravel())
    # What lies beyond the end is 0.
    np.testing.assert_array_equal(
        values[1, 2, 2], [spectrogram[1, 4, 6, 0], 0, 0, 0, 0, 0]
    )


def test_unsaid_is_what_a_code_does_not_tell():
    rng = np.random.default_rng(4)
    means = rng.normal(size=(CODES, 6)).astype(np.float32)
    codemap = rng.integers(CODES - 1, size=(20, *SHAPE)).astype(np.int32)
    noise = 0.1 * rng.normal(size=(*codemap.shape, 6)).astype(np.float32)
    unsaid = Unsaid(codemap, means[codemap] + noise, CODES)
    found = unsaid(codemap, means[codemap] + noise)
    assert found.std() == pytest.approx(1.0, abs=1e-3)
    assert np.corrcoef(found.ravel(), noise.ravel())[0, 1] > 0.99
    # A code that never came counts as the mean of all.
    never = unsaid(np.full((1, 1, 1), CODES - 1), means[codemap].mean((0, 1, 2)))
    assert np.abs(never).max() < 0.3
