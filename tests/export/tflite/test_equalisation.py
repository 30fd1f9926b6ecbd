"""Moving the size of channels into weights: the same encoder, finer int8."""

import keras
import numpy as np
import pytest

from export.tflite.equalisation import equalised, sizes_of
from vqkeras.layers import ResidualGridEncoder

SIZES = {"channels": [4, 6], "strides": [[2, 4], [2, 2]], "codebook_dim": 3}
# Where its ReLUs are, all three between convolutions.
PLACES = [1, 3, 5]


def _with_random_weights(encoder):
    encoder.build((None, None, 16, 1))
    rng = np.random.default_rng(0)
    for weight in encoder.weights:
        weight.assign(rng.normal(0.0, 0.5, weight.shape))
    return encoder


@pytest.fixture
def encoder():
    """One with a channel a hundred times as large as the others."""
    encoder = _with_random_weights(ResidualGridEncoder(**SIZES, context_units=[5]))
    kernel, bias = encoder.stack.layers[2].weights
    for weight in (kernel, bias):
        weight.assign(weight * [1, 100, 1, 1, 1, 1])
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
    sizes = sizes_of(encoder.stack.layers, examples)
    assert list(sizes) == PLACES
    assert sizes[3].max() > 10.0 and np.median(sizes[3]) == pytest.approx(1.0, rel=0.5)
    with equalised(encoder, examples):
        for equal in sizes_of(encoder.stack.layers, examples).values():
            np.testing.assert_allclose(equal, 1.0, rtol=1e-3)


def test_weights_come_back_after_an_error(encoder, examples):
    weights = encoder.get_weights()
    with pytest.raises(RuntimeError), equalised(encoder, examples):
        raise RuntimeError
    np.testing.assert_array_equal(encoder.get_weights()[0], weights[0])


def test_a_channel_that_is_never_used_keeps_its_size(encoder, examples):
    kernel, bias = encoder.stack.layers[2].weights
    kernel.assign(kernel * [0, 1, 1, 1, 1, 1])
    bias.assign([-1.0, *bias[1:].numpy()])
    assert sizes_of(encoder.stack.layers, examples)[3][0] == 1.0
    with equalised(encoder, examples):
        assert np.isfinite(encoder(examples[0])).all()


def test_a_layer_between_convolutions_is_not_passed_over(examples):
    """What normalises after a convolution would undo its size."""
    layers = [
        keras.layers.Conv2D(4, 3),
        keras.layers.BatchNormalization(),
        keras.layers.ReLU(),
        keras.layers.Conv2D(3, 1),
    ]
    assert sizes_of(layers, examples) == {}
