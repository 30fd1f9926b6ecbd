import numpy as np
import pytest
import tensorflow as tf

from vqkeras.layers import ResidualGridDecoder, ResidualGridEncoder
from vqkeras.layers.residual_grid import ResidualBlock
from vqkeras.layers.row_offset import RowOffset

SIZES = {"channels": [4, 6], "strides": [[2, 4], [4, 8]]}


def test_shapes_with_any_number_of_frames():
    encoder = ResidualGridEncoder(**SIZES, codebook_dim=3)
    decoder = ResidualGridDecoder(**SIZES, output_channels=2)
    for frames in (8, 24):
        latents = encoder(tf.zeros((2, frames, 64, 2)))
        assert latents.shape == (2, frames // 8, 2, 3)
        assert decoder(latents).shape == (2, frames, 64, 2)
    assert encoder.covered_sizes(9, 33) == (16, 64)
    assert encoder.compute_output_shape((None, None, 64, 2)) == (None, None, 2, 3)
    assert decoder.compute_output_shape((1, None, 2, 3)) == (1, None, 64, 2)


def test_row_offset_tells_rows_apart_and_frames_alike():
    layer = RowOffset()
    layer.build((None, None, 3, 2))
    offset = np.arange(6.0).reshape(1, 1, 3, 2)
    layer.offset.assign(offset)
    output = layer(tf.zeros((2, 5, 3, 2)))
    np.testing.assert_array_equal(output, np.broadcast_to(offset, (2, 5, 3, 2)))


def test_block_adds_to_its_input():
    block = ResidualBlock(4)
    inputs = np.random.default_rng(0).normal(size=(1, 3, 3, 2)).astype(np.float32)
    block.build(inputs.shape)
    for weight in block.weights:
        weight.assign(tf.zeros(weight.shape))
    np.testing.assert_array_equal(block(inputs), inputs)
    block.weights[-1].assign([1.0, 2.0])
    np.testing.assert_allclose(block(inputs), inputs + [1.0, 2.0], rtol=1e-6)


def test_blocks_and_their_units_are_options():
    def block_weights(**options):
        layer = ResidualGridDecoder(**SIZES, **options)
        layer.build((None, None, 2, 3))
        return [weight.shape for weight in layer.weights if len(weight.shape) == 4]

    assert len(block_weights(blocks=3)) == len(block_weights()) + 2
    assert (3, 3, 6, 6) in block_weights()
    assert (3, 3, 6, 5) in block_weights(block_units=5)


def test_a_cell_sees_its_neighbours_with_context_alone():
    """How many cells of latents change with one value of the input."""
    loud = np.zeros((1, 40, 128, 1), np.float32)
    loud[0, 20, 70] = 1.0
    for units, seen in (((), (1, 1)), ((5,), (3, 3)), ((5, 2), (5, 4))):
        encoder = ResidualGridEncoder(**SIZES, codebook_dim=3, context_units=units)
        encoder.build((None, None, 128, 1))
        for weight in encoder.weights:
            weight.assign(tf.fill(weight.shape, 0.1))  # nothing dies in a ReLU
        latents = encoder(tf.zeros(loud.shape))
        changed = np.any(np.asarray(encoder(loud) != latents)[0], axis=-1)
        assert (changed.any(axis=1).sum(), changed.any(axis=0).sum()) == seen
        assert changed.sum() == seen[0] * seen[1] and changed[2, 2]


def test_config_round_trip():
    for layer in (
        ResidualGridEncoder(**SIZES, codebook_dim=3),
        ResidualGridEncoder(**SIZES, codebook_dim=3, context_units=[5, 2]),
        ResidualGridDecoder(**SIZES, blocks=1, block_units=5, output_channels=2),
    ):
        copy = type(layer).from_config(layer.get_config())
        assert copy.get_config() == layer.get_config()
    assert (copy.blocks, copy.block_units) == (1, 5)


def test_silence_does_not_squeeze_the_latents_of_sound():
    """Statistics over a batch would: two thirds of all cells are silent."""
    encoder = ResidualGridEncoder(**SIZES, codebook_dim=3)
    sound = tf.random.stateless_uniform((1, 16, 64, 1), [0, 1])
    alone = encoder(sound, training=True)
    batch = tf.concat([sound, tf.zeros((31, 16, 64, 1))], axis=0)
    np.testing.assert_allclose(encoder(batch, training=True)[:1], alone, atol=1e-6)


def test_unknown_bins_raise():
    with pytest.raises(ValueError, match=r"bins must be known.*None, None, None, 1"):
        RowOffset().build((None, None, None, 1))


def test_strides_and_channels_that_do_not_fit_raise():
    with pytest.raises(ValueError, match=r"one entry per convolution.*channels=\[4\]"):
        ResidualGridEncoder([4], strides=SIZES["strides"], codebook_dim=3)
