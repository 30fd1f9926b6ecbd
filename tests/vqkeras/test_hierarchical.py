"""Layers of a model with two codemaps."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from vqkeras.layers import (
    HierarchicalDecoder,
    HierarchicalEncoder,
    HierarchicalQuantizer,
    VectorQuantizer,
    VectorQuantizerEMA,
)
from vqkeras.layers.joint_cells import join_cells, split_cells
from vqkeras.model.vqvae import VQVAE

SIZES = {"channels": [4, 6], "strides": [[2, 4], [1, 2]], "coarse_stride": (2, 3)}


def make_quantizer(kind=VectorQuantizerEMA):
    return HierarchicalQuantizer(kind(8), kind(4, seed=1), coarse_stride=(2, 3))


def random(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def test_joint_cells_come_apart_again():
    fine, coarse = random(2, 4, 6, 3), random(2, 2, 2, 3, seed=1)
    joint = join_cells(fine, coarse, (2, 3))
    np.testing.assert_array_equal(joint[:, 3, 5, 3:], coarse[:, 1, 1])
    for part, expected in zip(split_cells(joint, (2, 3)), (fine, coarse), strict=True):
        np.testing.assert_array_equal(part, expected)


def test_shapes():
    encoder = HierarchicalEncoder(**SIZES, codebook_dim=3)
    inputs = random(2, 8, 48, 1)
    assert encoder.compute_output_shape(inputs.shape) == (2, 4, 6, 6)
    assert encoder(inputs).shape == (2, 4, 6, 6)
    assert [part.shape for part in encoder.levels(inputs)] == [
        (2, 4, 6, 3),
        (2, 2, 2, 3),
    ]
    assert encoder.covered_sizes(5, 25) == (8, 48)
    decoder = HierarchicalDecoder(**SIZES, output_channels=2)
    assert decoder(random(2, 4, 6, 6)).shape == (2, 8, 48, 2)
    again = decoder.decode_levels(*split_cells(random(2, 4, 6, 6), (2, 3)))
    assert again.shape == (2, 8, 48, 2)


def test_what_is_in_a_fine_cell_shows_in_it_and_its_coarse_cell_alone():
    """Else a visible code beside a hole would tell what is in it."""
    encoder = HierarchicalEncoder(**SIZES, codebook_dim=3)
    inputs = random(1, 8, 48, 1)
    encoder.build(inputs.shape)
    fine, coarse = (part.numpy() for part in encoder.levels(inputs))
    inputs[:, 4:6, 8:16] += 1.0  # fine cell (2, 1)
    after = [part.numpy() for part in encoder.levels(inputs)]
    changed = [
        np.argwhere((before != now).any(axis=-1)[0]).tolist()
        for before, now in zip((fine, coarse), after, strict=True)
    ]
    assert changed == [[[2, 1]], [[1, 0]]]


def test_each_level_has_its_own_lookup():
    quantizer = make_quantizer()
    latents = join_cells(random(1, 4, 6, 3), random(1, 2, 2, 3, seed=1), (2, 3))
    outputs = quantizer(latents)
    fine, coarse = split_cells(latents, (2, 3))
    np.testing.assert_array_equal(
        outputs["fine_codemap"], quantizer.fine.codes_of(fine)
    )
    np.testing.assert_array_equal(
        outputs["coarse_codemap"], quantizer.coarse.codes_of(coarse)
    )
    joint = outputs["codemap"].numpy()
    np.testing.assert_array_equal(joint % 8, outputs["fine_codemap"])
    np.testing.assert_array_equal(joint[:, ::2, ::3] // 8, outputs["coarse_codemap"])
    np.testing.assert_array_equal(quantizer.codes_of(latents), joint)
    np.testing.assert_allclose(
        quantizer.codewords_of(joint), outputs["quantized"], atol=1e-6
    )
    for name in ("codebook_loss", "commitment_loss"):
        both = quantizer.fine(fine)[name] + quantizer.coarse(coarse)[name]
        np.testing.assert_allclose(outputs[name], both, rtol=1e-6)


def test_a_coarse_cell_counts_once():
    quantizer = make_quantizer()
    quantizer(random(1, 4, 6, 6), training=True)
    decayed = 1.0 - quantizer.coarse.decay
    assert float(tf.reduce_sum(quantizer.coarse.counts)) == pytest.approx(4 * decayed)
    assert float(tf.reduce_sum(quantizer.fine.counts)) == pytest.approx(24 * decayed)


@pytest.mark.parametrize("kind", [VectorQuantizerEMA, VectorQuantizer])
def test_both_halves_learn(kind):
    """Gradients reach every weight, and both codebooks move."""
    model = VQVAE(
        HierarchicalEncoder(**SIZES, codebook_dim=3),
        make_quantizer(kind),
        HierarchicalDecoder(**SIZES),
    )
    inputs = np.abs(random(4, 8, 48, 1))
    model(inputs, training=True)  # the first batch gives the codewords
    with tf.GradientTape() as tape:
        outputs = model(inputs, training=False, details=True)
        loss = model.losses_of(inputs, outputs)["loss"]
    for weight, gradient in zip(
        model.trainable_weights,
        tape.gradient(loss, model.trainable_weights),
        strict=True,
    ):
        assert np.any(np.asarray(tf.convert_to_tensor(gradient)) != 0.0), weight.path
    model.compile(keras.optimizers.Adam(0.01), jit_compile=False)
    before = [
        level.codebook.numpy()
        for level in (model.quantizer.fine, model.quantizer.coarse)
    ]
    logs = model.train_on_batch(inputs, return_dict=True)
    after = (model.quantizer.fine.codebook, model.quantizer.coarse.codebook)
    assert all(np.any(a.numpy() != b) for a, b in zip(after, before, strict=True))
    assert 1.0 <= logs["coarse_perplexity"] <= 4.0
    assert 0.0 < logs["coarse_codebook_usage"] <= 1.0
    assert 1.0 <= logs["perplexity"] <= 8.0


def test_config_round_trip():
    for layer in (
        HierarchicalEncoder(**SIZES, codebook_dim=3),
        HierarchicalDecoder(**SIZES, blocks=1, block_units=5, output_channels=2),
        make_quantizer(),
    ):
        copy = type(layer).from_config(layer.get_config())
        assert copy.get_config() == layer.get_config()


def test_arguments_that_cannot_be_are_refused():
    for stride in ([1, 1], [0, 2], [2]):
        with pytest.raises(ValueError, match="two numbers from 1 up, not both 1"):
            HierarchicalDecoder([4], strides=[[2, 2]], coarse_stride=stride)
    with pytest.raises(
        ValueError, match=r"must be 2147483648 or less.*65536 and 65536"
    ):
        HierarchicalQuantizer(
            VectorQuantizerEMA(65536), VectorQuantizerEMA(65536), coarse_stride=(2, 2)
        )
