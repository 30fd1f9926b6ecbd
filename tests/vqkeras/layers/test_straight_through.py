import numpy as np
import tensorflow as tf

from vqkeras.layers.straight_through import straight_through


def test_value_is_quantized_and_gradient_is_that_of_latents():
    rng = np.random.default_rng(0)
    latents, quantized, weights = (
        tf.constant(rng.normal(size=(2, 3, 4)).astype(np.float32)) for _ in range(3)
    )
    with tf.GradientTape() as tape:
        tape.watch([latents, quantized])
        output = straight_through(latents, quantized)
        loss = tf.reduce_sum(output * weights)
    to_latents, to_quantized = tape.gradient(loss, [latents, quantized])
    np.testing.assert_array_equal(output, quantized)
    np.testing.assert_array_equal(to_latents, weights)
    np.testing.assert_array_equal(to_quantized, np.zeros((2, 3, 4)))


def test_works_inside_a_graph_with_unknown_sizes():
    @tf.function(input_signature=[tf.TensorSpec([None, 2])] * 2)
    def gradient(latents, quantized):
        with tf.GradientTape() as tape:
            tape.watch(latents)
            loss = tf.reduce_sum(straight_through(latents, quantized) ** 2)
        return tape.gradient(loss, latents)

    result = gradient(tf.zeros((3, 2)), tf.ones((3, 2)))
    np.testing.assert_array_equal(result, 2.0 * np.ones((3, 2)))
