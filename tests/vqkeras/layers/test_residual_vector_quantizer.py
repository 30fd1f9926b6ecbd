"""Residual vector quantization against its definition, stage by stage."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from vqkeras.layers import ResidualVectorQuantizer, VectorQuantizerEMA


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def trained(codebooks=2, **options):
    """A quantizer after a few batches, and latents it has not seen."""
    quantizer = ResidualVectorQuantizer(8, codebooks, **options)
    for step in range(4):
        quantizer(normal(2, 16, 4, 3, seed=step), training=True)
    return quantizer, normal(2, 5, 4, 3, seed=9)


def test_each_stage_codes_what_those_before_it_left():
    quantizer, latents = trained(codebooks=3)
    outputs = quantizer(latents)
    assert outputs["codemap"].shape == (2, 5, 4, 3)
    rest, errors = latents, []
    for number, stage in enumerate(quantizer.stages):
        codebook = stage.codebook.numpy()
        distances = np.square(rest[..., np.newaxis, :] - codebook).sum(axis=-1)
        codes = distances.argmin(axis=-1)
        np.testing.assert_array_equal(outputs["codemap"][..., number], codes)
        rest = rest - codebook[codes]
        errors.append(np.mean(np.square(rest)))
    assert errors == sorted(errors, reverse=True)
    np.testing.assert_allclose(outputs["quantized"], latents - rest, atol=1e-6)
    for name in ("codebook_loss", "commitment_loss"):
        assert float(outputs[name]) == pytest.approx(sum(errors), rel=1e-5)


def test_codes_and_codewords_are_those_of_a_call():
    quantizer, latents = trained()
    outputs = quantizer(latents)
    codes = quantizer.codes_of(latents)
    np.testing.assert_array_equal(codes, outputs["codemap"])
    codewords = quantizer.codewords_of(codes.numpy())
    np.testing.assert_allclose(codewords, outputs["quantized"], atol=1e-6)


def test_gradients_go_straight_through_once_and_each_stage_draws_the_latents():
    quantizer, latents = trained()
    latents = tf.constant(latents)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(latents)
        outputs = quantizer(latents)
        total = tf.reduce_sum(5.0 * outputs["quantized"])
    np.testing.assert_array_equal(tape.gradient(total, latents), 5.0 + 0.0 * latents)
    first = quantizer.stages[0](latents)["quantized"]
    away = (latents - first) + (latents - outputs["quantized"])
    expected = 2.0 * away / tf.size(latents, tf.float32)
    received = tape.gradient(outputs["commitment_loss"], latents)
    np.testing.assert_allclose(received, expected, atol=1e-7)
    assert quantizer.trainable_weights == []


def test_the_first_batch_initialises_stage_by_stage():
    latents = 50.0 + normal(1, 40, 1, 2)
    quantizer = ResidualVectorQuantizer(4, 2, decay=0.0)
    alone = VectorQuantizerEMA(4, decay=0.0)
    alone(latents, training=True)
    quantizer(latents, training=True)
    first, second = (stage.codebook.numpy() for stage in quantizer.stages)
    np.testing.assert_array_equal(first, alone.codebook)
    # What is left lies around zero, and so do the codewords drawn from it.
    assert np.abs(second).max() < 5.0 < 40.0 < np.abs(first).min()
    assert all(stage.initialised.numpy() for stage in quantizer.stages)
    assert len(np.unique(quantizer(latents)["codemap"][..., 1])) == 4


def test_unused_codes_of_the_second_stage_restart():
    def usage(threshold):
        quantizer, latents = trained(restart_threshold=threshold, decay=0.5)
        second = quantizer.stages[1]
        second.codebook.assign(100.0 + second.codebook)
        second.sums.assign(second.counts[:, None] * second.codebook)
        for _ in range(12):
            quantizer(latents, training=True)
        return len(np.unique(quantizer(latents)["codemap"][..., 1]))

    assert usage(0.0) < 4
    assert usage(0.3) == 8


def test_two_codes_come_nearer_than_one():
    latents = normal(4, 32, 4, 3)
    one, two = VectorQuantizerEMA(8), ResidualVectorQuantizer(8, 2)
    for _ in range(30):
        for layer in (one, two):
            outputs = layer(latents, training=True)
    left = [
        np.mean(np.square(layer(latents)["quantized"] - latents))
        for layer in (one, two)
    ]
    assert left[1] < 0.5 * left[0]
    assert outputs["codemap"].dtype == tf.int32


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_reload_goes_on_exactly(tmp_path):
    quantizer = ResidualVectorQuantizer(6, 2, restart_threshold=0.3, decay=0.9, seed=4)
    model = keras.Sequential([keras.Input((8, 4, 3)), quantizer])
    model(normal(1, 8, 4, 3), training=True)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras").layers[-1]
    assert loaded.get_config() == quantizer.get_config()
    for layer in (quantizer, loaded):
        layer(normal(1, 8, 4, 3, seed=5), training=True)
    assert len(loaded.weights) == len(quantizer.weights) == 10
    for kept, restored in zip(quantizer.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(kept.numpy(), restored.numpy())


def test_graph_with_unknown_sizes_equals_eager():
    latents = normal(2, 8, 4, 3)
    eager, graph = (
        ResidualVectorQuantizer(6, 2, restart_threshold=0.3) for _ in range(2)
    )
    graph.build(latents.shape)
    step = tf.function(
        lambda batch: graph(batch, training=True),
        input_signature=[tf.TensorSpec([None, None, None, 3])],
    )
    for _ in range(3):
        expected, received = eager(latents, training=True), step(latents)
    np.testing.assert_array_equal(received["codemap"], expected["codemap"])


def test_one_codebook_is_refused():
    with pytest.raises(ValueError, match="`codebooks` must be 2 or more. Received: 1"):
        ResidualVectorQuantizer(8, 1)
    with pytest.raises(ValueError, match="`codebook_size` must be 2 or more"):
        ResidualVectorQuantizer(1, 2)
