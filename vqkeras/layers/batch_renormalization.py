"""Batch normalisation that computes the same in training as afterwards."""

import keras
import tensorflow as tf

from vqkeras.layers.replicas import sum_over_replicas


@keras.saving.register_keras_serializable(package="vqkeras")
class BatchRenormalization(keras.layers.Layer):
    """Normalise each channel by running statistics, with batch-norm gradients.

    Plain batch normalisation divides by the batch's statistics in training and by
    running ones afterwards. In front of a codebook that is a fault: the codewords
    settle where the training latents are, validation latents lie elsewhere, and the
    validation error jumps by a factor from epoch to epoch. Here the output uses the
    running statistics (this batch already included) both times; only the gradient
    treats them as the batch's. This is batch renormalization without its clipping:
    Ioffe, 2017, https://arxiv.org/abs/1702.03275.

    After training it is one multiplication and one addition per channel, which a
    converter folds into the convolution before it. Statistics are over all replicas.

    Args:
        momentum: Float in [0, 1). Memory of the running statistics, per batch. Defaults
            to `0.95`.
        epsilon: Added to the variance. Defaults to `1e-3`.

    Call arguments:
        inputs: Float tensor of shape `(..., channels)`.
        training: Whether the running statistics move.

    Output shape:
        Same as the input.

    Raises:
        ValueError: If `momentum` is out of range.

    Example:

    >>> layer = BatchRenormalization()
    >>> batch = tf.random.stateless_normal((8, 4, 4, 2), [0, 1])
    >>> difference = layer(batch, training=True) - layer(batch, training=False)
    >>> bool(tf.reduce_max(tf.abs(difference)) < 1e-5)
    True
    """

    def __init__(self, *, momentum=0.95, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        if not 0.0 <= momentum < 1.0:
            raise ValueError(f"`momentum` must lie in [0, 1). Received: {momentum}.")
        self.momentum = momentum
        self.epsilon = epsilon

    def build(self, input_shape):
        shape = (input_shape[-1],)
        self.scale = self.add_weight(shape=shape, initializer="ones", name="scale")
        self.offset = self.add_weight(shape=shape, initializer="zeros", name="offset")
        self.mean = self._add_statistic("mean", shape, "zeros")
        self.variance = self._add_statistic("variance", shape, "ones")
        self.num_batches = self._add_statistic("num_batches", (), "zeros")

    def _add_statistic(self, name, shape, initializer):
        return self.add_weight(
            shape=shape,
            initializer=initializer,
            trainable=False,
            aggregation="only_first_replica",
            name=name,
        )

    def call(self, inputs, training=None):
        if training:
            return self._normalise_batch(inputs) * self.scale + self.offset
        scale = self.scale / self._deviation(self.variance)
        return inputs * scale + (self.offset - self.mean * scale)

    def _normalise_batch(self, inputs):
        batch_mean, batch_variance = _moments_over_replicas(inputs)
        # The first batches count alike, so that none weighs more than it should.
        memory = tf.minimum(self.momentum, self.num_batches / (self.num_batches + 1.0))
        mean = memory * self.mean + (1.0 - memory) * batch_mean
        variance = memory * self.variance + (1.0 - memory) * batch_variance
        mean, variance = tf.stop_gradient(mean), tf.stop_gradient(variance)
        self.mean.assign(mean)
        self.variance.assign(variance)
        self.num_batches.assign_add(1.0)
        # Ioffe's r and d: constants that turn the batch's moments into running ones.
        deviation = self._deviation(batch_variance)
        ratio = tf.stop_gradient(deviation) / self._deviation(variance)
        shift = (tf.stop_gradient(batch_mean) - mean) / self._deviation(variance)
        return (inputs - batch_mean) / deviation * ratio + shift

    def _deviation(self, variance):
        return tf.sqrt(variance + self.epsilon)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "momentum": self.momentum,
            "epsilon": self.epsilon,
        }


def _moments_over_replicas(inputs):
    """Mean and variance of each channel over the whole batch, in two passes."""
    axes = list(range(len(inputs.shape) - 1))
    size = tf.cast(tf.size(inputs) // inputs.shape[-1], inputs.dtype)
    total, size = sum_over_replicas([tf.reduce_sum(inputs, axes), size])
    mean = tf.math.divide_no_nan(total, size)
    squares = tf.reduce_sum(tf.math.squared_difference(inputs, mean), axes)
    (squares,) = sum_over_replicas([squares])
    return mean, tf.math.divide_no_nan(squares, size)
