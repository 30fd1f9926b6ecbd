"""The last convolution of an int8 encoder: fitted, evenly scaled, computed often."""

import keras
import numpy as np
import pytest

from export.tflite.convert import convert
from export.tflite.fine_latents import can_be_fine, features_of, fit_latents
from export.tflite.quiet import quiet


@pytest.fixture
def features():
    """Positive, as after a ReLU, and of unlike sizes."""
    rng = np.random.default_rng(0)
    return [rng.random((1, 9, 10, 6), np.float32) * [1, 2, 1, 8, 1, 1] for _ in "abc"]


@pytest.fixture
def latents(features):
    """One channel is a hundred times as large as another."""
    rng = np.random.default_rng(1)
    kernel = rng.normal(size=(6, 3)) * [1.0, 10.0, 0.1]
    return [each @ kernel + [3.0, 0.0, -0.2] for each in features]


def _int8_result(fine, values):
    """What int8 weights and sums make of features, as the converter chooses them."""
    total = 0.0
    for kernel, bias in zip(fine.kernels, fine.biases, strict=True):
        largest = np.abs(kernel).max(axis=(0, 1, 2))
        steps = np.where(largest > 0.0, largest, 1.0) / 127
        sums = values @ (np.rint(kernel[0, 0] / steps) * steps) + bias
        low, high = min(sums.min(), 0.0), max(sums.max(), 0.0)
        total += np.rint(sums / (high - low) * 255) / 255 * (high - low)
    return total * fine.scales / len(fine.kernels)


def test_int8_is_finer_than_one_step_of_each_channel(features, latents):
    fine = fit_latents(features, latents)
    steps = np.ptp(np.concatenate(latents), axis=(0, 1, 2)) / 255
    for values, expected in zip(features, latents, strict=True):
        errors = _int8_result(fine, values) - expected
        # One int8 number of a scale of its own errs by 0.29 of a step, and rounded
        # weights add to that.
        assert (errors.std(axis=(0, 1, 2)) < 0.2 * steps).all()
        assert (np.abs(errors.mean(axis=(0, 1, 2))) < 0.1 * steps).all()


def test_what_the_features_have_lost_on_average_is_made_good(features, latents):
    """Layers before it that are too quiet by an eighth, and by a constant."""
    lossy = [0.875 * each + 0.05 for each in features]
    fine = fit_latents(lossy, latents)
    for values, expected in zip(lossy, latents, strict=True):
        np.testing.assert_allclose(
            _int8_result(fine, values), expected, atol=0.01 * np.ptp(expected)
        )


def test_a_channel_that_says_nothing_stays_finite(features, latents):
    silent = [each * [1.0, 0.0, 1.0] for each in latents]
    fine = fit_latents(features, silent)
    assert all(np.isfinite(kernel).all() for kernel in fine.kernels)
    np.testing.assert_allclose(_int8_result(fine, features[0])[..., 1], 0.0, atol=1e-6)


def test_features_are_what_the_last_layer_gets(tiny_model, examples):
    spectrogram = examples(3)
    encoder = tiny_model.encoder
    last = encoder.stack.layers[-1]
    np.testing.assert_array_equal(
        last(features_of(encoder, spectrogram)), encoder(spectrogram)
    )
    assert can_be_fine(encoder)


@pytest.mark.parametrize(
    "last",
    [
        keras.layers.Conv2D(3, 3),
        keras.layers.Conv2D(3, 1, activation="tanh"),
        keras.layers.ReLU(),
    ],
)
def test_another_last_layer_stays_as_it_is(tiny_model, last):
    class Encoder:
        stack = keras.Sequential([keras.Input((None, 16, 1)), last])

    assert not can_be_fine(Encoder)


def test_an_export_is_finer_with_it(tiny_model, examples, flatbuffers, monkeypatch):
    from ai_edge_litert.interpreter import Interpreter

    monkeypatch.setattr("export.tflite.convert.can_be_fine", lambda encoder: False)
    with quiet():
        plain = convert(
            tiny_model,
            example_shape=(None, 32, 1),
            calibration=[examples(seed) for seed in range(8)],
        )
    errors = []
    for flatbuffer in (flatbuffers["int8"], plain):
        run = Interpreter(model_content=flatbuffer).get_signature_runner("encode")
        errors.append(
            np.concatenate(
                [
                    run(spectrogram=spectrogram)["latents"]
                    - np.asarray(tiny_model.encoder(spectrogram))
                    for spectrogram in map(examples, range(20, 30))
                ]
            )
        )
    fine, coarse = (np.sqrt(np.mean(each**2)) for each in errors)
    assert fine < 0.75 * coarse
