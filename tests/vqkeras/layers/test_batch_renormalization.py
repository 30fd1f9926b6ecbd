import keras
import numpy as np
import pytest
import tensorflow as tf

from vqkeras.layers import BatchRenormalization


def batches(count):
    rng = np.random.default_rng(0)
    return [
        (rng.normal(size=(8, 4, 4, 3)) * [1, 5, 0.1] + [step, -2, 0]).astype(np.float32)
        for step in range(count)
    ]


def test_training_and_inference_give_the_same():
    # What plain batch normalisation does not do, and an EMA codebook needs.
    ours, plain = BatchRenormalization(), keras.layers.BatchNormalization()
    for batch in batches(5):
        trained = ours(batch, training=True)
        np.testing.assert_allclose(trained, ours(batch, training=False), atol=1e-5)
        difference = plain(batch, training=True) - plain(batch, training=False)
    assert np.abs(difference).max() > 1.0


def test_running_statistics_are_means_at_first_and_then_moving_averages():
    layer, sequence = BatchRenormalization(momentum=0.75), batches(6)
    mean, variance = np.zeros(3), np.zeros(3)
    for step, batch in enumerate(sequence):
        layer(batch, training=True)
        memory = min(0.75, step / (step + 1))
        mean = memory * mean + (1 - memory) * batch.mean(axis=(0, 1, 2))
        variance = memory * variance + (1 - memory) * batch.var(axis=(0, 1, 2))
        if step == 2:
            np.testing.assert_allclose(
                mean,
                np.mean([b.mean(axis=(0, 1, 2)) for b in sequence[:3]], axis=0),
                rtol=1e-5,
            )
    np.testing.assert_allclose(layer.mean.numpy(), mean, rtol=1e-5)
    np.testing.assert_allclose(layer.variance.numpy(), variance, rtol=1e-5)
    expected = (batch - mean) / np.sqrt(variance + 1e-3)
    np.testing.assert_allclose(layer(batch), expected, atol=1e-4)


def test_gradient_is_that_of_batch_normalisation_up_to_the_ratio_of_deviations():
    sequence = batches(2)
    inputs = tf.constant(sequence[1])
    weights = np.random.default_rng(5).normal(size=inputs.shape).astype(np.float32)

    def gradient(layer):
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            loss = tf.reduce_sum(layer(inputs, training=True) * weights)
        return tape.gradient(loss, inputs)

    ours = BatchRenormalization(momentum=0.9)
    ours(sequence[0], training=True)
    received = gradient(ours)
    batch_deviation = np.sqrt(inputs.numpy().var(axis=(0, 1, 2)) + 1e-3)
    ratio = batch_deviation / np.sqrt(ours.variance.numpy() + 1e-3)
    expected = gradient(keras.layers.BatchNormalization()) * ratio
    np.testing.assert_allclose(received, expected, atol=1e-4)


def test_is_the_identity_before_training_and_moves_in_training_only():
    layer = BatchRenormalization(epsilon=0.0)
    (batch,) = batches(1)
    np.testing.assert_array_equal(layer(batch), batch)
    assert layer.num_batches.numpy() == 0.0


def test_scale_and_offset_are_trained():
    layer = BatchRenormalization()
    layer.build((None, 3))
    layer.scale.assign([2.0, 1.0, 0.0])
    layer.offset.assign([0.0, 1.0, 5.0])
    output = layer(batches(1)[0], training=True).numpy()
    np.testing.assert_allclose(output.mean(axis=(0, 1, 2)), [0, 1, 5], atol=1e-4)
    np.testing.assert_allclose(output.std(axis=(0, 1, 2)), [2, 1, 0], atol=0.05)
    assert [weight.name for weight in layer.trainable_weights] == ["scale", "offset"]


def test_config_and_range():
    layer = BatchRenormalization(momentum=0.7, epsilon=0.1)
    copy = BatchRenormalization.from_config(layer.get_config())
    assert (copy.momentum, copy.epsilon) == (0.7, 0.1)
    with pytest.raises(ValueError, match="Received: 1.0"):
        BatchRenormalization(momentum=1.0)
