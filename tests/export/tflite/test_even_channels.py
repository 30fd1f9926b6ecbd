"""Output channels of one size while a decoder is converted."""

import keras
import numpy as np
import pytest

from export.tflite.even_channels import even_channels
from vqkeras.layers import ConvDecoder, ResidualGridDecoder

STACK = {"channels": [6, 8], "strides": [[2, 4], [2, 2]]}


def _decoder(kind, channels):
    keras.utils.set_random_seed(3)
    decoder = kind(**STACK, output_channels=channels)
    decoder.build((None, None, 4, 3))
    last = decoder.stack.layers[-2]
    # The last channel is eight times as large.
    larger = np.tile([*[1.0] * (channels - 1), 8.0], last.bias.shape[0] // channels)
    last.kernel.assign(last.kernel * larger)
    return decoder


@pytest.fixture
def quantized():
    rng = np.random.default_rng(2)
    return [rng.normal(size=(1, 5, 4, 3)).astype(np.float32) for _ in range(3)]


@pytest.mark.parametrize("kind", [ConvDecoder, ResidualGridDecoder])
def test_all_channels_are_equally_large_meanwhile(kind, quantized):
    decoder = _decoder(kind, 2)
    weights = decoder.get_weights()
    before = [np.asarray(decoder(each)) for each in quantized]
    with even_channels(decoder, quantized) as sizes:
        after = [np.asarray(decoder(each)) for each in quantized]
    assert sizes.max() == 1.0 and sizes.min() < 0.5
    largest = np.max([np.abs(each).max(axis=(0, 1, 2)) for each in after], axis=0)
    np.testing.assert_allclose(largest, largest[0], rtol=1e-5)
    for old, new in zip(before, after, strict=True):
        np.testing.assert_allclose(new * sizes, old, atol=1e-6)
    for old, new in zip(weights, decoder.get_weights(), strict=True):
        np.testing.assert_array_equal(new, old)


def test_weights_come_back_after_an_error(quantized):
    decoder = _decoder(ConvDecoder, 2)
    weights = decoder.get_weights()
    with pytest.raises(RuntimeError), even_channels(decoder, quantized):
        raise RuntimeError
    for old, new in zip(weights, decoder.get_weights(), strict=True):
        np.testing.assert_array_equal(new, old)


def test_one_channel_and_other_decoders_stay_as_they_are(quantized):
    with even_channels(_decoder(ConvDecoder, 1), quantized) as sizes:
        assert sizes is None
    transposed = ConvDecoder([4], strides=[[2, 2]], padding="valid", output_channels=2)
    transposed.build((None, None, 4, 3))
    with even_channels(transposed, quantized) as sizes:
        assert sizes is None


def test_a_silent_channel_is_not_divided_by(quantized):
    decoder = _decoder(ConvDecoder, 2)
    last = decoder.stack.layers[-2]
    last.kernel.assign(last.kernel * np.tile([1.0, 0.0], last.bias.shape[0] // 2))
    with even_channels(decoder, quantized) as sizes:
        assert sizes is None
