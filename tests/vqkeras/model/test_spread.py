"""A model that says how far its mean may be off."""

import keras
import numpy as np
import pytest
import scipy.stats
import tensorflow as tf

from edge_runtime.spectrogram.spread import spread_from_raw as edge_spread_from_raw
from tests.vqkeras.model.small_vqvae import SIZES, examples
from vqkeras.layers import (
    ConvDecoder,
    ConvEncoder,
    VectorQuantizerEMA,
)
from vqkeras.model.vqvae import VQVAE


def spread_model(**options):
    """One channel, and how far it is expected to be from the truth."""
    return VQVAE(
        ConvEncoder(**SIZES, codebook_dim=2),
        VectorQuantizerEMA(8, seed=1),
        ConvDecoder(**SIZES, output_channels=2),
        **options,
    )


def test_a_spread_stands_beside_the_mean():
    model = spread_model(spread_cost=0.1)
    images = examples(6)
    outputs = model(images, details=True)
    assert model.has_spread
    assert model(images).shape == images.shape
    raw = model.decode_codemap(model.encode_codemap(images), 8, 8).numpy()
    assert raw.shape == (6, 8, 8, 2)
    np.testing.assert_allclose(model(images), raw[..., :1], atol=1e-6)
    np.testing.assert_allclose(
        outputs["spread"], edge_spread_from_raw(raw[..., 1:]), rtol=1e-5
    )


def test_spread_loss_is_the_gaussian_likelihood_and_the_shares_count():
    model = spread_model(spread_cost=0.1)
    images = examples(6)
    outputs = model(images, details=True)
    losses = model.losses_of(tf.constant(images), outputs)
    errors = np.abs(images - outputs["reconstruction"].numpy())
    spread = outputs["spread"].numpy()
    # Without the constant log(sqrt(2 * pi)) of `scipy.stats.norm`.
    expected = -scipy.stats.norm.logpdf(errors, scale=spread).mean()
    expected -= 0.5 * np.log(2.0 * np.pi)
    assert float(losses["spread_loss"]) == pytest.approx(expected, rel=1e-4)
    for name, factor in (("within_one_spread", 1.0), ("within_two_spreads", 2.0)):
        share = (errors <= factor * spread).mean()
        assert float(losses[name]) == pytest.approx(share, abs=1e-6)
    without = spread_model().losses_of(tf.constant(images), outputs)
    assert "spread_loss" not in without
    assert float(losses["loss"] - without["loss"]) == pytest.approx(
        0.1 * expected, rel=1e-3
    )


def test_the_mean_learns_what_it_would_without_a_spread():
    images = tf.constant(examples(6))

    def slope(**options):
        keras.utils.set_random_seed(0)
        model = spread_model(**options)
        model(images)
        with tf.GradientTape() as tape:
            outputs = model(images, training=False, details=True)
            tape.watch(outputs["reconstruction"])
            loss = model.losses_of(images, outputs)["loss"]
        return tape.gradient(loss, outputs["reconstruction"]).numpy()

    with_spread = slope(spread_cost=1.0)
    assert np.abs(with_spread).max() > 0.0
    np.testing.assert_array_equal(with_spread, slope(spread_cost=0.001))


def test_the_spread_itself_learns():
    model = spread_model(spread_cost=1.0)
    images = tf.constant(examples(6))
    with tf.GradientTape() as tape:
        outputs = model(images, training=False, details=True)
        tape.watch(outputs["spread"])
        loss = model.losses_of(images, outputs)["loss"]
    slope = tape.gradient(loss, outputs["spread"]).numpy()
    errors = np.abs(images - outputs["reconstruction"].numpy())
    spread = outputs["spread"].numpy()
    # Down where the guess is too large, up where it is too small.
    np.testing.assert_array_equal(np.sign(slope), np.sign(spread - errors))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_model_with_a_spread_is_saved_and_loaded(tmp_path):
    model = spread_model(spread_cost=0.25)
    images = examples(2)
    expected = model(images).numpy()
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert loaded.spread_cost == 0.25
    np.testing.assert_allclose(loaded(images), expected, atol=1e-6)
    with pytest.raises(ValueError, match="`spread_cost` must be 0 or more"):
        spread_model(spread_cost=-1.0)
