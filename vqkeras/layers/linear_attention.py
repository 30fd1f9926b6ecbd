"""Attention whose cost grows with the cells, not with their square."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="vqkeras")
class LinearAttention(keras.layers.Layer):
    """`x + mix(attention(x))` over the cells of all rows within reach in time.

    Katharopoulos et al., 2020, https://arxiv.org/abs/2006.16236: with `phi(x) = elu(x)
    + 1` in place of the softmax, a cell asks `phi(q) (sum of phi(k) v) / phi(q) (sum of
    phi(k))`, and the sums are made once for all cells that see the same. The paper
    proposes it for inpainting (section 7.2). Here the sums slide along time, so that
    windows of a long sound give what the whole gives.

    Args:
        heads: Parts that the channels are split into, each with sums of its own.
        reach: Cells along time, to each side, that a cell asks.

    Input shape:
        `(batch, map_frames, map_bins, units)`, `units` a multiple of `heads`.

    Output shape:
        Same as the input.

    Raises:
        ValueError: If the units do not divide by the heads.

    Example:

    >>> tuple(LinearAttention(heads=2, reach=3)(keras.ops.ones((1, 9, 5, 4))).shape)
    (1, 9, 5, 4)
    """

    def __init__(self, heads, reach, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads
        self.reach = reach

    def build(self, input_shape):
        units = input_shape[-1]
        if units % self.heads:
            raise ValueError(
                f"units must divide by heads. Received: units={units}, "
                f"heads={self.heads}."
            )
        split = {"output_shape": (None, None, self.heads, units // self.heads)}
        for name in ("query", "key", "value"):
            layer = keras.layers.EinsumDense("btfc,chd->btfhd", name=name, **split)
            layer.build(input_shape)
            setattr(self, name, layer)
        self.mix = keras.layers.Dense(units)
        self.mix.build(input_shape)

    def call(self, inputs):
        query = tf.nn.elu(self.query(inputs)) + 1.0
        key = tf.nn.elu(self.key(inputs)) + 1.0
        value = self.value(inputs)
        # Means stand for sums: it is their quotient that counts.
        keys = self.slide(tf.reduce_mean(key, axis=2))
        values = self.slide(tf.einsum("btfhd,btfhe->bthde", key, value))
        values /= tf.cast(tf.shape(inputs)[2], values.dtype)
        asked = tf.einsum("btfhd,bthde->btfhe", query, values)
        asked /= tf.einsum("btfhd,bthd->btfh", query, keys)[..., tf.newaxis]
        return inputs + self.mix(tf.reshape(asked, tf.shape(inputs)))

    def slide(self, columns):
        """Means over the columns within reach, those that there are."""
        shape = tf.shape(columns)
        flat = tf.reshape(
            columns, (shape[0], shape[1], columns.shape[2:].num_elements())
        )
        means = tf.nn.avg_pool1d(flat, 2 * self.reach + 1, strides=1, padding="SAME")
        return tf.reshape(means, shape)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "heads": self.heads, "reach": self.reach}
