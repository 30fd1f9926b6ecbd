"""What TensorBoard shows of a prior: known cells stay, hidden ones are expectations."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from tests.vqkeras.callbacks.test_tensorboard_examples import Sounds, summaries
from vqkeras.model.code_prior import CodePrior
from vqkeras.priors.tensorboard_fills import TensorBoardFills, repaired

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"
)


def test_only_hidden_cells_become_expected_codewords():
    rng = np.random.default_rng(0)
    prior = CodePrior(6, 3, units=4, dilations=[(1, 1)])
    prior.build([(None, None, 5, 3), (None, None, 5, 1)])
    prior.set_codebook(rng.standard_normal((6, 3)).astype(np.float32))
    codes = rng.integers(0, 6, (1, 8, 5)).astype(np.int32)
    hidden = np.zeros(codes.shape, np.bool_)
    hidden[:, 2:5, 1:3] = True
    vectors, codebook = repaired(prior, codes, hidden), np.asarray(prior.codebook)
    np.testing.assert_array_equal(vectors[~hidden], codebook[codes[~hidden]])
    chances = np.asarray(tf.nn.softmax(prior.logits_of(codes, hidden)))
    np.testing.assert_allclose(
        vectors[hidden], chances[hidden] @ codebook, rtol=1e-5, atol=1e-6
    )


class Flat:
    """A codec without a network: cells of four by eight bins, and their mean level."""

    def __init__(self, codebook):
        self.codebook = codebook
        self.quantizer, self.model = self, self
        self.config = SimpleNamespace(spectrogram=Sounds.settings)
        self.dataset = SimpleNamespace(validation=Sounds(), train=None)

    def encode_codemap(self, examples):
        count, frames, *_ = examples.shape
        cells = examples[:, : frames // 4 * 4].reshape(count, frames // 4, 4, -1, 8)
        distances = np.abs(
            cells.mean(axis=(2, 4))[..., np.newaxis] - self.codebook[:, 0]
        )
        return distances.argmin(axis=-1).astype(np.int32)

    def codewords_of(self, codes):
        return self.codebook[codes]

    def decoder(self, quantized, training):
        level = quantized[..., :1].repeat(4, axis=1).repeat(8, axis=2)
        return np.concatenate([level, level[:, -1:]], axis=1)


def test_filled_holes_are_seen_and_heard(tmp_path):
    codebook = np.linspace(0.0, 1.0, 6, dtype=np.float32)[:, np.newaxis]
    prior = CodePrior(6, 1, units=4, dilations=[(1, 1)])
    prior.build([(None, None, 16, 1), (None, None, 16, 1)])
    prior.set_codebook(codebook)
    codec = Flat(codebook)
    callback = TensorBoardFills(tmp_path, codec)
    callback.set_model(prior)
    callback.on_train_begin()
    for epoch in range(3):
        callback.on_epoch_end(epoch)
    callback.on_train_end()
    found = list(summaries(tmp_path))
    assert [(tag, step) for tag, step, _ in found] == [
        (tag, step) for step in (1, 2, 3) for tag in ("fills", "sound_fills")
    ]
    pictures, sounds = found[0][2], found[1][2]
    # Original, right codes and what fills the hole, one above the other.
    assert int(pictures[1]) == 3 * 128 + 2 * 2 and len(pictures) == 2 + 3
    heard = tf.audio.decode_wav(sounds[0])
    assert int(heard.sample_rate) == 8000 and np.abs(heard.audio).max() > 0.01
    codes = codec.encode_codemap(callback.originals)
    filled = codec.decoder(repaired(prior, codes, callback._hidden), training=False)
    (expected, *_) = callback.sounds_of(np.clip(filled, 0.0, 1.0), Sounds.settings)
    np.testing.assert_allclose(heard.audio[:, 0], expected, atol=1e-3)
