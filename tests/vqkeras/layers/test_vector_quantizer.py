import keras
import numpy as np
import pytest
import tensorflow as tf

from edge_runtime.bundle.codebook import codes_of, codewords_of
from vqkeras.layers import VectorQuantizer


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def test_outputs_are_the_nearest_codewords_and_their_losses():
    latents = normal(2, 5, 3, 4)
    quantizer = VectorQuantizer(16, initialise_from_batch=False)
    quantizer.build(latents.shape)
    quantizer.codebook.assign(normal(16, 4, seed=1))
    outputs = quantizer(latents)
    codebook = quantizer.codebook.numpy()
    codemap = codes_of(latents, codebook)
    nearest = codewords_of(codemap, codebook)
    error = np.mean((latents - nearest).astype(np.float64) ** 2)
    np.testing.assert_array_equal(outputs["codemap"], codemap)
    assert outputs["codemap"].dtype == tf.int32
    np.testing.assert_array_equal(outputs["quantized"], nearest)
    np.testing.assert_allclose(outputs["codebook_loss"], error, rtol=1e-5)
    np.testing.assert_allclose(outputs["commitment_loss"], error, rtol=1e-5)
    np.testing.assert_array_equal(quantizer.codes_of(latents), codemap)
    np.testing.assert_array_equal(quantizer.codewords_of(codemap), nearest)


def test_each_loss_moves_its_own_part_as_in_equation_2():
    latents = tf.constant(normal(1, 4, 2, 3))
    quantizer = VectorQuantizer(5)
    quantizer(latents, training=True)
    quantizer.codebook.assign_add(0.3 * normal(5, 3, seed=2))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(latents)
        outputs = quantizer(latents)
        weighted = tf.reduce_sum(outputs["quantized"] * 7.0)
    weight = quantizer.trainable_weights[0].value
    difference = latents - quantizer.codewords_of(outputs["codemap"])
    size = latents.numpy().size
    expected = np.zeros((5, 3))
    np.add.at(expected, outputs["codemap"].numpy(), -2.0 * difference.numpy() / size)

    to_codebook = tf.convert_to_tensor(tape.gradient(outputs["codebook_loss"], weight))
    np.testing.assert_allclose(to_codebook, expected, atol=1e-6)
    assert tape.gradient(outputs["codebook_loss"], latents) is None
    to_latents = tape.gradient(outputs["commitment_loss"], latents)
    np.testing.assert_allclose(to_latents, 2.0 * difference / size, atol=1e-6)
    assert tape.gradient(outputs["commitment_loss"], weight) is None
    np.testing.assert_allclose(tape.gradient(weighted, latents), 7.0 + 0 * latents)


def test_adam_pulls_the_codebook_onto_the_latents():
    latents = tf.constant(normal(1, 64, 1, 2))
    quantizer = VectorQuantizer(4, initialise_from_batch=False)
    optimizer = keras.optimizers.Adam(0.05)
    quantizer.build(latents.shape)
    optimizer.build(quantizer.trainable_weights)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = quantizer(latents, training=True)["codebook_loss"]
        weights = quantizer.trainable_weights
        optimizer.apply(tape.gradient(loss, weights), weights)
        return loss

    losses = [float(step()) for _ in range(100)]
    assert losses[-1] < 0.5 * losses[0]
    assert quantizer.trainable_weights[0] is quantizer.codebook


def test_first_training_batch_gives_the_codewords_and_inference_does_not():
    latents = normal(2, 8, 4, 3)
    quantizer = VectorQuantizer(6, seed=3)
    quantizer(latents)
    assert not quantizer.initialised.numpy()
    assert np.abs(quantizer.codebook.numpy()).max() <= 1.0 / 6
    quantizer(latents, training=True)
    first = quantizer.codebook.numpy()
    assert {tuple(row) for row in first} <= {
        tuple(row) for row in latents.reshape(-1, 3)
    }
    quantizer(normal(2, 8, 4, 3, seed=9), training=True)
    np.testing.assert_array_equal(quantizer.codebook.numpy(), first)


def test_initialisation_can_be_switched_off():
    quantizer = VectorQuantizer(6, initialise_from_batch=False)
    quantizer(normal(2, 8, 4, 3), training=True)
    assert np.abs(quantizer.codebook.numpy()).max() <= 1.0 / 6


def test_unused_code_restarts_on_a_latent_of_the_batch():
    latents = normal(1, 40, 1, 2)
    quantizer = VectorQuantizer(4, decay=0.5, restart_threshold=0.1)
    quantizer(latents, training=True)
    codebook = quantizer.codebook.numpy()
    codebook[2] = 1000.0
    quantizer.codebook.assign(codebook)
    for _ in range(8):
        quantizer(latents, training=True)
    moved = quantizer.codebook.numpy()
    np.testing.assert_array_equal(moved[[0, 1, 3]], codebook[[0, 1, 3]])
    assert tuple(moved[2]) in {tuple(row) for row in latents.reshape(-1, 2)}


def test_without_restarts_an_unused_code_stays():
    latents = normal(1, 40, 1, 2)
    quantizer = VectorQuantizer(4, decay=0.5)
    quantizer(latents, training=True)
    quantizer.codebook.assign(1000.0 + normal(4, 2))
    before = quantizer.codebook.numpy()
    for _ in range(8):
        quantizer(latents, training=True)
    np.testing.assert_array_equal(quantizer.codebook.numpy(), before)


@pytest.mark.parametrize("threshold", [0.0, 0.1])
def test_empty_batch_changes_nothing_and_costs_nothing(threshold):
    quantizer = VectorQuantizer(4, restart_threshold=threshold)
    empty = np.zeros((0, 8, 4, 3), np.float32)
    outputs = quantizer(empty, training=True)
    assert outputs["codebook_loss"] == 0.0
    assert outputs["commitment_loss"] == 0.0
    assert outputs["codemap"].shape == (0, 8, 4)
    assert not quantizer.initialised.numpy()
    assert np.isfinite(quantizer.codebook.numpy()).all()


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_reload_keeps_the_state_and_does_not_initialise_again(tmp_path):
    latents = normal(1, 8, 4, 3)
    model = keras.Sequential([keras.Input((8, 4, 3)), VectorQuantizer(6)])
    model(latents, training=True)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras").layers[-1]
    codebook = model.layers[-1].codebook.numpy()
    np.testing.assert_array_equal(loaded.codebook.numpy(), codebook)
    loaded(normal(1, 8, 4, 3, seed=5), training=True)
    np.testing.assert_array_equal(loaded.codebook.numpy(), codebook)


def test_config_round_trip():
    quantizer = VectorQuantizer(
        6, decay=0.9, initialise_from_batch=False, restart_threshold=0.2, seed=4
    )
    copy = VectorQuantizer.from_config(quantizer.get_config())
    assert copy.get_config() == quantizer.get_config()
    assert copy.get_config()["restart_threshold"] == 0.2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"codebook_size": 1}, "`codebook_size` must be 2 or more. Received: 1"),
        ({"decay": 1.0}, r"`decay` must lie in \[0, 1\). Received: 1.0"),
        ({"restart_threshold": 1.5}, "share of the mean use. Received: 1.5"),
    ],
)
def test_arguments_out_of_range_raise(arguments, message):
    with pytest.raises(ValueError, match=message):
        VectorQuantizer(**{"codebook_size": 8, **arguments})


def test_unknown_last_axis_raises():
    with pytest.raises(ValueError, match=r"must be known.*Received: .*None"):
        VectorQuantizer(8).build((None, 4, 4, None))
