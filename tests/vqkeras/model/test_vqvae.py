import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.vqkeras.model.small_vqvae import (
    batched,
    examples,
    small_model,
    two_channel_model,
    two_channels,
)
from vqkeras.layers import (
    ResidualGridDecoder,
    ResidualGridEncoder,
    VectorQuantizer,
    VectorQuantizerEMA,
)
from vqkeras.model.spectrogram_losses import LEAST_SQUARE
from vqkeras.model.vqvae import VQVAE

NAMES = {
    "loss",
    "reconstruction_loss",
    "codebook_loss",
    "commitment_loss",
    "log_spectral_loss",
    "perplexity",
    "codebook_usage",
}


@pytest.mark.parametrize("size", [(8, 8), (7, 9), (1, 1), (13, 4)])
def test_any_size_comes_back_at_its_own(size):
    model = small_model()
    inputs = np.ones((2, *size, 1), np.float32)
    assert model(inputs).shape == (2, *size, 1)
    cells = tuple(-(-side // 4) for side in size)
    codemap = model.encode_codemap(inputs)
    assert codemap.shape == (2, *cells)
    assert codemap.dtype == tf.int32
    decoded = model.decode_codemap(codemap, *size)
    np.testing.assert_allclose(decoded, model(inputs), atol=1e-6)
    full = model.decode_codemap(codemap)
    assert full.shape == (2, 4 * cells[0], 4 * cells[1], 1)


def test_padding_is_silence_at_the_end():
    model = small_model()
    inputs = np.random.default_rng(0).random((1, 6, 7, 1), np.float32)
    padded = np.pad(inputs, ((0, 0), (0, 2), (0, 1), (0, 0)))
    model(inputs)
    np.testing.assert_array_equal(
        model.encode_codemap(inputs), model.encode_codemap(padded)
    )


@pytest.mark.parametrize("weighted", [False, True])
def test_other_channels_count_as_much_as_the_first_sounds(weighted):
    model = two_channel_model(weighted_by_first_channel=weighted)
    inputs = two_channels()
    outputs = model(inputs, details=True)
    losses = model.losses_of(tf.constant(inputs), outputs)
    squares = (inputs - outputs["reconstruction"].numpy()).astype(np.float64) ** 2
    first, second = squares[..., 0], squares[..., 1]
    if weighted:
        expected = (first + inputs[..., 0] * second).mean() / 2
        distance = np.sqrt(first.mean(axis=2) + LEAST_SQUARE).mean()
    else:
        expected = squares.mean()
        distance = np.sqrt(squares.mean(axis=(2, 3)) + LEAST_SQUARE).mean()
    assert float(losses["reconstruction_loss"]) == pytest.approx(expected, rel=1e-5)
    assert float(losses["log_spectral_loss"]) == pytest.approx(distance, rel=1e-5)


def test_what_silence_holds_in_other_channels_has_no_gradient():
    model = two_channel_model(weighted_by_first_channel=True, log_spectral_cost=1.0)
    inputs = tf.constant(two_channels())
    with tf.GradientTape() as tape:
        outputs = model(inputs, training=False, details=True)
        tape.watch(outputs["reconstruction"])
        loss = model.losses_of(inputs, outputs)["loss"]
    slope = tape.gradient(loss, outputs["reconstruction"]).numpy()[..., 1]
    silent = inputs.numpy()[..., 0] == 0.0
    assert not slope[silent].any()
    assert slope[~silent].all()


def test_padding_of_a_second_channel_is_the_middle():
    model = two_channel_model(weighted_by_first_channel=True)
    inputs = two_channels()[:, :6, :7]
    padded = np.zeros((6, 8, 8, 2), np.float32)
    padded[..., 1] = 0.5
    padded[:, :6, :7] = inputs
    model(inputs)
    np.testing.assert_array_equal(
        model.encode_codemap(inputs), model.encode_codemap(padded)
    )


@pytest.mark.parametrize(
    ("quantizer", "codebook_cost"), [(VectorQuantizer, 1.0), (VectorQuantizerEMA, 0.0)]
)
def test_loss_is_equation_2_with_its_weights(quantizer, codebook_cost):
    model = small_model(
        quantizer(8), commitment_cost=0.5, log_spectral_cost=0.7, data_variance=0.2
    )
    model.compile("adam", run_eagerly=True)
    images = examples()
    model.fit(batched(images), epochs=1, shuffle=False, verbose=0)
    report = model.evaluate(batched(images), return_dict=True, verbose=0)
    assert set(report) == NAMES
    reconstruction = model(images).numpy()
    squares = (images - reconstruction).astype(np.float64) ** 2
    assert report["reconstruction_loss"] == pytest.approx(squares.mean(), rel=1e-4)
    distance = np.sqrt(squares.mean(axis=(2, 3))).mean()
    assert report["log_spectral_loss"] == pytest.approx(distance, rel=1e-3)
    expected = (
        report["reconstruction_loss"] / 0.2
        + 0.7 * report["log_spectral_loss"] / 0.2**0.5
        + codebook_cost * report["codebook_loss"]
        + 0.5 * report["commitment_loss"]
    )
    assert report["loss"] == pytest.approx(expected, rel=1e-5)
    latents = model.encoder(images)
    nearest = model.quantizer.codewords_of(model.encode_codemap(images))
    commitment = np.mean((latents.numpy() - nearest.numpy()) ** 2)
    assert report["commitment_loss"] == pytest.approx(commitment, rel=1e-4)
    codes = np.unique(model.encode_codemap(images))
    assert report["codebook_usage"] == len(codes) / 8


def test_training_lowers_the_error_and_reports_alike_in_validation():
    keras.utils.set_random_seed(0)
    model = small_model(data_variance=0.2)
    model.compile(keras.optimizers.Adam(0.01))
    validation = batched(examples(8, seed=1))
    before = model.evaluate(validation, return_dict=True, verbose=0)
    history = model.fit(
        batched(examples(), 6).repeat(20),
        validation_data=validation,
        epochs=3,
        shuffle=False,
        verbose=0,
    ).history
    assert set(history) == NAMES | {f"val_{name}" for name in NAMES}
    after = history["val_reconstruction_loss"][-1]
    assert after < 0.3 * before["reconstruction_loss"]
    assert history["val_codebook_loss"][-1] == history["val_commitment_loss"][-1] > 0.0


def test_a_smaller_last_batch_counts_by_its_size():
    model = small_model()
    model.compile(run_eagerly=True)
    images = examples(10)
    whole = model.evaluate(batched(images, 10), return_dict=True, verbose=0)
    parts = model.evaluate(batched(images, 8), return_dict=True, verbose=0)
    for name in NAMES:
        assert parts[name] == pytest.approx(whole[name], rel=1e-4), name


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("quantizer", [VectorQuantizer, VectorQuantizerEMA])
def test_saved_model_goes_on_where_it_was(quantizer, tmp_path):
    images = batched(examples())
    model = small_model(
        quantizer(8), commitment_cost=0.5, log_spectral_cost=0.7, data_variance=0.3
    )
    model.compile(keras.optimizers.Adam(0.01), run_eagerly=True)
    model.fit(images, epochs=1, shuffle=False, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    loaded.run_eagerly = True
    assert type(loaded) is VQVAE
    costs = (loaded.commitment_cost, loaded.log_spectral_cost, loaded.data_variance)
    assert costs == (0.5, 0.7, 0.3)
    np.testing.assert_array_equal(loaded(examples()), model(examples()))
    for each in (model, loaded):
        each.fit(images, epochs=1, shuffle=False, verbose=0)
    np.testing.assert_allclose(loaded(examples()), model(examples()), atol=1e-6)


def test_residual_model_trains():
    sizes = {"channels": [4, 8], "strides": [[2, 2], [2, 2]]}
    model = VQVAE(
        ResidualGridEncoder(**sizes, codebook_dim=2),
        VectorQuantizerEMA(8),
        ResidualGridDecoder(**sizes, blocks=1),
        data_variance=0.2,
    )
    model.compile(keras.optimizers.Adam(0.01), run_eagerly=True)
    losses = model.fit(batched(examples()), epochs=15, shuffle=False, verbose=0)
    losses = losses.history["reconstruction_loss"]
    assert losses[-1] < 0.5 * losses[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"commitment_cost": -1.0}, "`commitment_cost` must be 0 or more.*-1.0"),
        ({"log_spectral_cost": -1.0}, "`log_spectral_cost` must be 0 or more.*-1.0"),
        ({"data_variance": 0.0}, "`data_variance` must be positive.*0.0"),
    ],
)
def test_arguments_out_of_range_raise(options, message):
    with pytest.raises(ValueError, match=message):
        small_model(**options)
