"""Faults of the paper's own program that concern layers, each put back and caught.

Every check runs twice: on our layer, where it passes, and on one with the fault, where
it must fail. So no check can pass for another reason.
"""

import numpy as np
import pytest
import tensorflow as tf

from vqkeras.layers import VectorQuantizer, VectorQuantizerEMA, codebook_layer
from vqkeras.layers import codebook_restarts as restarts
from vqkeras.layers.nearest_codeword import counts_and_sums, nearest_codeword
from vqkeras.layers.straight_through import straight_through


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def mostly_silent(seed=0):
    """800 cells, 77 % of them silence with a trace of noise: `(1, 80, 10, 4)`."""
    rng = np.random.default_rng(seed)
    latents = rng.normal(size=(800, 4)) + 5.0
    is_silent = rng.random(800) < 0.77
    latents[is_silent] = 1e-3 * rng.normal(size=(is_silent.sum(), 4))
    return latents.reshape(1, 80, 10, 4).astype(np.float32)


def silent_codewords(quantizer):
    """How many codewords stand for silence."""
    return np.sum(np.linalg.norm(quantizer.codebook.numpy(), axis=1) < 0.1)


class LossesAfterStraightThrough(VectorQuantizer):
    def call(self, latents, training=None):
        outputs = super().call(latents, training=training)
        quantized = outputs["quantized"]
        codebook_loss = tf.reduce_mean((tf.stop_gradient(latents) - quantized) ** 2)
        commitment_loss = tf.reduce_mean((latents - tf.stop_gradient(quantized)) ** 2)
        return {
            **outputs,
            "codebook_loss": codebook_loss,
            "commitment_loss": commitment_loss,
        }


class NotDetachedEMA(VectorQuantizerEMA):
    def call(self, latents, training=None):
        cells = tf.reshape(latents, (-1, self.codebook_dim))
        codes = nearest_codeword(cells, self.codebook)
        counts, sums = counts_and_sums(cells, codes, self.codebook_size)
        codebook = sums / (counts[:, None] + self.epsilon)
        codewords = tf.reshape(tf.gather(codebook, codes), latents.shape)
        error = tf.reduce_mean((latents - codewords) ** 2)
        return {
            "quantized": straight_through(latents, codewords),
            "codemap": tf.reshape(codes, latents.shape[:-1]),
            "codebook_loss": error,
            "commitment_loss": error,
        }


def check_losses_reach_codebook_and_pull_the_encoder(quantizer):
    latents = tf.constant(normal(1, 6, 2, 3))
    quantizer(latents, training=True)
    quantizer.codebook.assign_add(0.3 * normal(4, 3, seed=1))
    with tf.GradientTape() as tape:
        tape.watch(latents)
        outputs = quantizer(latents, training=True)
        loss = outputs["codebook_loss"] + 0.25 * outputs["commitment_loss"]
    weights = [latents, quantizer.codebook.value]
    to_latents, to_codebook = tape.gradient(loss, weights)
    away = latents - quantizer.codewords_of(outputs["codemap"])
    # Descent goes against the gradient: it must lead from each latent to its codeword.
    assert tf.reduce_sum(to_latents * away) > 0.0
    assert to_codebook is not None
    assert tf.reduce_max(tf.abs(tf.convert_to_tensor(to_codebook))) > 0.0


def test_losses_are_taken_before_straight_through():
    check_losses_reach_codebook_and_pull_the_encoder(VectorQuantizer(4))
    with pytest.raises(AssertionError):
        check_losses_reach_codebook_and_pull_the_encoder(LossesAfterStraightThrough(4))


def check_first_batch_uses_the_codebook(quantizer):
    latents = 50.0 + normal(1, 40, 10, 4)  # far from where random codewords lie
    codemap = quantizer(latents, training=True)["codemap"]
    assert len(np.unique(codemap)) == quantizer.codebook_size


@pytest.mark.parametrize("kind", [VectorQuantizer, VectorQuantizerEMA])
def test_first_batch_initialises_the_codebook(kind, monkeypatch):
    check_first_batch_uses_the_codebook(kind(16))
    monkeypatch.setattr(kind, "_initialise", lambda self, latents: None)
    with pytest.raises(AssertionError):
        check_first_batch_uses_the_codebook(kind(16))


def draw_evenly(monkeypatch):
    """The fault: every latent is as likely, and three quarters of them are silence."""

    def alike(latents, codewords):
        return tf.ones_like(latents[:, 0])

    monkeypatch.setattr(restarts, "squared_distances", alike)
    monkeypatch.setattr(codebook_layer, "squared_distances", alike)


def check_codewords_start_from_sound(quantizer):
    quantizer(mostly_silent(), training=True)
    assert silent_codewords(quantizer) <= 1


def check_codewords_restart_from_sound(quantizer):
    quantizer.build((1, 80, 10, 4))
    # One codeword serves silence, one sound; the others are out of reach.
    codebook = np.full((16, 4), 1e4, np.float32)
    codebook[:2] = [[0.0] * 4, [5.0] * 4]
    quantizer.codebook.assign(codebook)
    for step in range(4):
        quantizer(mostly_silent(step), training=True)
    used = np.unique(quantizer(mostly_silent())["codemap"])
    assert len(used) > 12
    assert silent_codewords(quantizer) <= 1


@pytest.mark.parametrize("kind", [VectorQuantizer, VectorQuantizerEMA])
def test_codewords_are_not_initialised_from_silence(kind, monkeypatch):
    check_codewords_start_from_sound(kind(16))
    draw_evenly(monkeypatch)
    with pytest.raises(AssertionError):
        check_codewords_start_from_sound(kind(16))


@pytest.mark.parametrize("kind", [VectorQuantizer, VectorQuantizerEMA])
def test_codewords_are_not_restarted_from_silence(kind, monkeypatch):
    options = {"initialise_from_batch": False, "restart_threshold": 0.01}
    check_codewords_restart_from_sound(kind(16, **options))
    draw_evenly(monkeypatch)
    with pytest.raises(AssertionError):
        check_codewords_restart_from_sound(kind(16, **options))


def check_no_gradient_through_the_average(quantizer):
    quantizer.build((1, 12, 2, 3))
    quantizer.codebook.assign(normal(4, 3, seed=1))
    latents = tf.constant(normal(1, 12, 2, 3))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(latents)
        outputs = quantizer(latents, training=True)
    away = latents - outputs["quantized"]
    expected = 2.0 * away / tf.cast(tf.size(away), tf.float32)
    received = tape.gradient(outputs["commitment_loss"], latents)
    np.testing.assert_allclose(received, expected, atol=1e-6)
    assert tape.gradient(outputs["codebook_loss"], latents) is None


def test_moving_averages_are_detached():
    options = {"initialise_from_batch": False}
    check_no_gradient_through_the_average(VectorQuantizerEMA(4, **options))
    with pytest.raises(AssertionError):
        check_no_gradient_through_the_average(NotDetachedEMA(4, **options))
