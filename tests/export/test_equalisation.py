"""Moving the size of channels into weights: the same encoder, finer int8."""

import numpy as np
import pytest
import tensorflow as tf

from export.equalisation import _rescale, equalised, sizes_of
from vqkeras.layers import ResidualGridEncoder

SIZES = {"channels": [4, 6], "strides": [[2, 4], [2, 2]], "codebook_dim": 3}


@pytest.fixture
def encoder():
    """One with a channel a hundred times as large as the others."""
    tf.random.set_seed(3)
    encoder = ResidualGridEncoder(**SIZES, blocks=2, block_units=5)
    encoder.build((None, None, 16, 1))
    rng = np.random.default_rng(0)
    for weight in encoder.weights:
        weight.assign(rng.normal(0.0, 0.5, weight.shape))
    _rescale(encoder.stack.layers, np.float32([1, 0.01, 1, 1, 1, 1]))
    return encoder


@pytest.fixture
def examples():
    rng = np.random.default_rng(1)
    return [rng.random((1, 8, 16, 1), np.float32) for _ in range(6)]


def test_the_encoder_computes_what_it_did(encoder, examples):
    before = [np.asarray(encoder(example)) for example in examples]
    weights = encoder.get_weights()
    with equalised(encoder, examples):
        after = [np.asarray(encoder(example)) for example in examples]
        changed = encoder.get_weights()
    for old, new in zip(before, after, strict=True):
        np.testing.assert_allclose(new, old, atol=1e-4 * np.abs(old).max())
    assert any(np.any(a != b) for a, b in zip(weights, changed, strict=True))
    for old, new in zip(weights, encoder.get_weights(), strict=True):
        np.testing.assert_array_equal(new, old)


def test_channels_are_equally_large_meanwhile(encoder, examples):
    sizes = sizes_of(encoder, examples)
    assert sizes.max() > 10.0 and np.median(sizes) == pytest.approx(1.0)
    with equalised(encoder, examples):
        np.testing.assert_allclose(sizes_of(encoder, examples), 1.0, rtol=1e-4)


def test_weights_come_back_after_an_error(encoder, examples):
    weights = encoder.get_weights()
    with pytest.raises(RuntimeError), equalised(encoder, examples):
        raise RuntimeError
    np.testing.assert_array_equal(encoder.get_weights()[0], weights[0])


def test_a_channel_that_is_never_used_keeps_its_size(encoder, examples):
    for layer in (encoder.stack.layers[2], *encoder.stack.layers[4:6]):
        for weight in layer.weights:
            if weight.shape[-1] == 6:
                weight.assign(weight * [0, 1, 1, 1, 1, 1])
    encoder.stack.layers[3].offset.assign(
        encoder.stack.layers[3].offset * [0, 1, 1, 1, 1, 1]
    )
    assert sizes_of(encoder, examples)[0] == pytest.approx(1.0, rel=0.5)


def test_others_stay_as_they_are(examples):
    plain = ResidualGridEncoder(**SIZES)
    plain.build((None, None, 16, 1))
    weights = plain.get_weights()
    with equalised(plain, examples):
        for old, new in zip(weights, plain.get_weights(), strict=True):
            np.testing.assert_array_equal(new, old)
