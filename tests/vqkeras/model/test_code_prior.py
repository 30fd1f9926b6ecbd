"""The network of the learned prior: what it sees, what it must not, what it learns."""

import keras
import numpy as np
import pytest

from vqkeras.model.code_prior import CodePrior

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
]
RNG = np.random.default_rng(0)
CODEBOOK = RNG.standard_normal((6, 3)).astype(np.float32) * 4.0
DILATIONS = [(1, 1), (2, 1), (1, 3)]


@pytest.fixture(scope="module")
def prior():
    keras.utils.set_random_seed(0)
    prior = CodePrior(6, 3, units=8, dilations=DILATIONS)
    prior.build([(None, None, 5, 3), (None, None, 5, 1)])
    prior.set_codebook(CODEBOOK)
    return prior


def codemap(frames=24):
    return RNG.integers(0, 6, (1, frames, 5)).astype(np.int32)


def test_what_is_hidden_has_no_influence(prior):
    codes, hidden = codemap(), np.zeros((1, 24, 5), np.bool_)
    hidden[:, 8:14, 1:4] = True
    other = np.where(hidden, (codes + 1) % 6, codes)
    np.testing.assert_array_equal(
        prior.logits_of(codes, hidden), prior.logits_of(other, hidden)
    )
    seen = np.where(~hidden, (codes + 1) % 6, codes)
    assert np.abs(prior.logits_of(codes, hidden) - prior.logits_of(seen, hidden)).max()


def test_it_sees_as_far_as_it_says_and_no_further(prior):
    assert prior.reach == 1 + 1 + 2 + 1
    check_reach(prior)


def test_with_attention_it_sees_further(prior):
    attentive = CodePrior(
        *(6, 3), units=8, dilations=DILATIONS, attention_heads=2, attention_reach=3
    )
    attentive.build([(None, None, 5, 3), (None, None, 5, 1)])
    attentive.set_codebook(CODEBOOK)
    assert attentive.reach == prior.reach + 3
    check_reach(attentive)


def check_reach(prior):
    codes, hidden = codemap(), np.zeros((1, 24, 5), np.bool_)
    changed = codes.copy()
    changed[:, 12] = (changed[:, 12] + 1) % 6
    difference = np.abs(
        prior.logits_of(codes, hidden) - prior.logits_of(changed, hidden)
    ).max(axis=(0, 2, 3))
    np.testing.assert_array_equal(
        np.flatnonzero(difference), np.arange(12 - prior.reach, 13 + prior.reach)
    )


def test_codewords_come_at_unit_deviation(prior):
    """A codec whose codewords are ten times as large has the same prior."""
    louder = CodePrior(6, 3, units=8, dilations=DILATIONS)
    louder.build([(None, None, 5, 3), (None, None, 5, 1)])
    louder.set_weights(prior.get_weights())
    louder.set_codebook(CODEBOOK * 10.0)
    codes, hidden = codemap(), np.zeros((1, 24, 5), np.bool_)
    np.testing.assert_allclose(
        prior.logits_of(codes, hidden), louder.logits_of(codes, hidden), atol=1e-4
    )


def test_the_loss_is_the_cross_entropy_of_hidden_cells(prior):
    codes = np.concatenate([codemap(10), codemap(10)])
    hidden = RNG.random(codes.shape) < 0.3
    logits = np.asarray(prior.logits_of(codes, hidden), np.float64)
    logs = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    own = np.take_along_axis(logs, codes[..., np.newaxis], axis=-1)[..., 0]
    losses = prior.losses_of(codes, hidden)
    assert float(losses["bits_per_code"]) == pytest.approx(
        -own[hidden].mean() / np.log(2.0), rel=1e-4
    )
    guessed = logits.argmax(axis=-1) == codes
    assert float(losses["code_accuracy"]) == pytest.approx(guessed[hidden].mean())


def test_it_learns_that_a_cell_is_as_its_neighbours_are(prior, eager):
    keras.utils.set_random_seed(0)
    learner = CodePrior(6, 3, units=8, dilations=[(1, 1)])
    learner.build([(None, None, 5, 3), (None, None, 5, 1)])
    learner.set_codebook(CODEBOOK)
    learner.compile(keras.optimizers.AdamW(0.02), jit_compile=False)
    codes = np.repeat(RNG.integers(0, 6, (64, 1, 1)), 4, 1).repeat(5, 2)
    hidden = RNG.random(codes.shape) < 0.2
    data = codes.astype(np.int32), hidden
    before = learner.evaluate(*data, verbose=0, return_dict=True)
    learner.fit(*data, epochs=20, batch_size=64, verbose=0)
    after = learner.evaluate(*data, verbose=0, return_dict=True)
    assert before["bits_per_code"] > 2.0 and after["bits_per_code"] < 0.5
    assert after["code_accuracy"] > 0.9


def test_it_is_saved_whole(prior, tmp_path):
    prior.save(tmp_path / "prior.keras")
    again = keras.models.load_model(tmp_path / "prior.keras", compile=False)
    codes, hidden = codemap(), RNG.random((1, 24, 5)) < 0.5
    np.testing.assert_array_equal(
        prior.logits_of(codes, hidden), again.logits_of(codes, hidden)
    )
