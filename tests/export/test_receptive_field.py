"""The measured reach, against counting by hand and against what a change reaches."""

import numpy as np
import pytest

from edge_runtime.errors import UserError
from export.tflite.quiet import quiet

with quiet():
    import keras

    from export.receptive_field import context_of
    from vqkeras.layers.residual_grid import ResidualGridDecoder, ResidualGridEncoder


def model_of(encoder, decoder):
    class Model:
        pass

    Model.encoder, Model.decoder = encoder, decoder
    return Model


def residual(blocks):
    grid = {"channels": [8, 12], "strides": [[2, 4], [2, 2]]}
    keras.utils.set_random_seed(1)
    encoder = ResidualGridEncoder(**grid, codebook_dim=4)
    return model_of(encoder, ResidualGridDecoder(**grid, blocks=blocks))


@pytest.mark.parametrize("blocks", [0, 1, 3])
def test_residual_grid(blocks):
    """The encoder sees its own cell; the decoder's 3x3 convolutions one more each."""
    context = context_of(residual(blocks), bins=32, channels=1)
    # The last convolution works at half a cell: its neighbour is in the next cell.
    assert context == {
        "encoder_frames": [0, 0],
        "decoder_cells": [blocks + 2, blocks + 2],
    }


def test_nothing_changes_beyond_it(tiny_model, examples):
    before, after = context_of(tiny_model, bins=32, channels=1)["encoder_frames"]
    assert before + after > 0
    spectrogram = examples(1, 48)
    latents = tiny_model.encoder(spectrogram, training=False).numpy()
    cell, own = 6, slice(24, 28)
    changed = 1.0 - spectrogram
    changed[:, own.start - before : own.stop + after] = spectrogram[
        :, own.start - before : own.stop + after
    ]
    again = tiny_model.encoder(changed, training=False).numpy()
    np.testing.assert_allclose(again[:, cell], latents[:, cell], atol=1e-5)
    assert np.abs(again[:, cell - 2] - latents[:, cell - 2]).max() > 1e-3


def test_a_network_that_sees_everything():
    class Mean(keras.Layer):
        time_stride, freq_stride, codebook_dim = 2, 2, 1

        def call(self, inputs):
            pooled = inputs[:, ::2, ::2]
            return pooled - keras.ops.mean(inputs)

    model = model_of(Mean(), Mean())
    with pytest.raises(UserError, match="more than 128 cells"):
        context_of(model, bins=4, channels=1)
