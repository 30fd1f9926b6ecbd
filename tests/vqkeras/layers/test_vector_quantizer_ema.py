import keras
import numpy as np
import pytest
import tensorflow as tf

from vqkeras.layers import VectorQuantizerEMA


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def test_codebook_follows_equation_5():
    decay, size = 0.8, 4
    quantizer = VectorQuantizerEMA(size, decay=decay)
    counts, sums = np.zeros(size), np.zeros((size, 3))
    for step in range(6):
        latents = normal(2, 16, 2, 3, seed=step) + 0.1 * step
        codemap = quantizer(latents, training=True)["codemap"].numpy()
        for code in range(size):
            members = latents[codemap == code].astype(np.float64)
            counts[code] = decay * counts[code] + (1 - decay) * len(members)
            sums[code] = decay * sums[code] + (1 - decay) * members.sum(axis=0)
        np.testing.assert_allclose(
            quantizer.codebook.numpy(), sums / counts[:, None], atol=2e-5
        )
        np.testing.assert_allclose(quantizer.counts.numpy(), counts, rtol=1e-5)


def test_unused_code_stays_where_it_is_for_ever():
    latents = normal(1, 16, 2, 3)
    quantizer = VectorQuantizerEMA(4, decay=0.1)
    quantizer(latents, training=True)
    codebook = quantizer.codebook.numpy()
    codebook[1] = 500.0
    quantizer.codebook.assign(codebook)
    quantizer.sums.assign(quantizer.counts.numpy()[:, None] * codebook)
    step = tf.function(lambda: quantizer(latents, training=True))
    for _ in range(60):  # 0.1 ** 60 is zero in float32
        step()
    assert quantizer.counts.numpy()[1] == 0.0
    np.testing.assert_allclose(quantizer.codebook.numpy()[1], 500.0, rtol=1e-5)


def test_moves_in_training_only_and_by_no_gradient():
    latents = tf.constant(normal(1, 16, 2, 3))
    quantizer = VectorQuantizerEMA(4)
    quantizer(latents, training=True)
    before = [weight.numpy() for weight in quantizer.weights]
    quantizer(latents + 1.0)
    for weight, value in zip(quantizer.weights, before, strict=True):
        np.testing.assert_array_equal(weight.numpy(), value)
    assert quantizer.trainable_weights == []
    assert quantizer.codebook_cost == 0.0
    quantizer(latents + 1.0, training=True)
    assert not np.array_equal(quantizer.codebook.numpy(), before[0])


def test_outputs_are_taken_before_the_codebook_moves():
    latents = normal(1, 16, 2, 3)
    quantizer = VectorQuantizerEMA(4, initialise_from_batch=False)
    quantizer.build(latents.shape)
    quantizer.codebook.assign(normal(4, 3, seed=8))
    before = quantizer(latents)
    during = quantizer(latents, training=True)
    for name in before:
        np.testing.assert_array_equal(before[name], during[name])
    assert float(quantizer(latents)["codebook_loss"]) < float(during["codebook_loss"])


def test_unused_code_restarts_on_a_latent_of_the_batch():
    latents = normal(1, 40, 1, 2)
    quantizer = VectorQuantizerEMA(4, decay=0.5, restart_threshold=0.1)
    quantizer(latents, training=True)
    codebook = quantizer.codebook.numpy()
    codebook[2] = 1000.0
    quantizer.codebook.assign(codebook)
    quantizer.sums.assign(quantizer.counts.numpy()[:, None] * codebook)
    places = {tuple(row) for row in latents.reshape(-1, 2).round(3)}
    for _ in range(10):
        quantizer(latents, training=True)
        if tuple(quantizer.codebook.numpy()[2].round(3)) in places:
            break
    else:
        pytest.fail("The unused code never restarted.")
    # It starts with the mean count, and is used from the next batch on.
    np.testing.assert_allclose(quantizer.counts.numpy()[2], 10.0, rtol=0.4)
    assert 2 in quantizer(latents)["codemap"].numpy()


def test_one_of_two_twins_restarts_on_a_latent_of_the_batch():
    # Silence shared by two codewords, and sound served by the other two.
    silence = 1e-3 * normal(60, 2)
    latents = np.concatenate([silence, 5.0 + normal(20, 2)]).reshape(1, 80, 1, 2)
    codebook = np.array([[1e-3, 0], [-1e-3, 0], [5, 5], [6, 6]], np.float32)

    def near_silence(threshold):
        quantizer = VectorQuantizerEMA(
            4, initialise_from_batch=False, restart_threshold=threshold
        )
        quantizer.build(latents.shape)
        quantizer.codebook.assign(codebook)
        for _ in range(2):
            quantizer(latents, training=True)
        return int(np.sum(np.linalg.norm(quantizer.codebook.numpy(), axis=1) < 1.0))

    assert near_silence(0.0) == 2
    assert near_silence(0.01) == 1


def test_restarts_keep_the_whole_codebook_in_use():
    # Eight tight clusters, and a first codebook in one far corner.
    centres = 10.0 * normal(8, 3, seed=1)
    latents = np.repeat(centres, 30, axis=0) + 0.01 * normal(240, 3)
    latents = latents.reshape(1, 240, 1, 3)

    def usage(threshold):
        quantizer = VectorQuantizerEMA(
            8, initialise_from_batch=False, restart_threshold=threshold
        )
        quantizer.build(latents.shape)
        quantizer.codebook.assign(100.0 + normal(8, 3))
        step = tf.function(lambda: quantizer(latents, training=True))
        for _ in range(60):
            outputs = step()
        return len(np.unique(outputs["codemap"])), float(outputs["commitment_loss"])

    used, error = usage(0.1)
    used_without, error_without = usage(0.0)
    assert used == 8
    assert used_without < 8
    assert error < 0.5 * error_without


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_reload_goes_on_exactly_and_does_not_initialise_again(tmp_path):
    first, second = normal(1, 8, 4, 3), normal(1, 8, 4, 3, seed=5)
    quantizer = VectorQuantizerEMA(6, restart_threshold=0.3)
    model = keras.Sequential([keras.Input((8, 4, 3)), quantizer])
    model(first, training=True)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras").layers[-1]
    assert loaded.initialised.numpy()
    for layer in (quantizer, loaded):
        layer(second, training=True)
    for kept, restored in zip(quantizer.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(kept.numpy(), restored.numpy())


def test_empty_batch_keeps_the_codebook():
    quantizer = VectorQuantizerEMA(4, restart_threshold=0.1)
    quantizer(normal(1, 8, 4, 3), training=True)
    before = quantizer.codebook.numpy()
    quantizer(np.zeros((0, 8, 4, 3), np.float32), training=True)
    np.testing.assert_allclose(quantizer.codebook.numpy(), before, atol=1e-4)


def test_graph_with_unknown_sizes_equals_eager():
    latents = normal(2, 8, 4, 3)
    eager, graph = (VectorQuantizerEMA(6, restart_threshold=0.3) for _ in range(2))
    graph.build(latents.shape)
    step = tf.function(
        lambda batch: graph(batch, training=True),
        input_signature=[tf.TensorSpec([None, None, None, 3])],
    )
    for _ in range(3):
        expected, received = eager(latents, training=True), step(latents)
    np.testing.assert_array_equal(received["codemap"], expected["codemap"])
    np.testing.assert_allclose(graph.codebook, eager.codebook, atol=1e-6)


def test_epsilon_must_be_positive():
    with pytest.raises(ValueError, match="`epsilon` must be positive. Received: 0.0"):
        VectorQuantizerEMA(8, epsilon=0.0)
    assert VectorQuantizerEMA(8, epsilon=0.01).get_config()["epsilon"] == 0.01
