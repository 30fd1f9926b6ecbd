"""A residual block whose convolution looks further than it costs."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="vqkeras")
class DilatedBlock(keras.layers.Layer):
    """`x + conv1x1(relu(conv3x3(relu(x))))`, the 3 x 3 places apart from each other.

    Yu and Koltun, 2016, https://arxiv.org/abs/1511.07122: dilation widens what is seen
    and costs nothing.

    Args:
        dilation: `[time, freq]`, in cells.

    Input shape:
        `(batch, map_frames, map_bins, units)`.

    Output shape:
        Same as the input.
    """

    def __init__(self, dilation, **kwargs):
        super().__init__(**kwargs)
        self.dilation = tuple(dilation)

    def build(self, input_shape):
        units = input_shape[-1]
        self.wide = keras.layers.Conv2D(
            units, 3, padding="same", dilation_rate=self.dilation, activation="relu"
        )
        self.mix = keras.layers.Conv2D(units, 1)
        self.wide.build(input_shape)
        self.mix.build(input_shape)

    def call(self, inputs):
        return inputs + self.mix(self.wide(tf.nn.relu(inputs)))

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "dilation": self.dilation}
