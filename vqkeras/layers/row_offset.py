"""A learned vector for each row of frequency."""

import keras


@keras.saving.register_keras_serializable(package="vqkeras")
class RowOffset(keras.layers.Layer):
    """Add a learned vector to every row of frequency.

    A convolution sees the same everywhere, but a spectrogram's bottom and top are
    different things; this tells the network where it is.

    Input shape:
        `(batch, frames, bins, channels)`, `bins` fixed.

    Output shape:
        Same as the input.

    Raises:
        ValueError: If the number of bins is unknown.
    """

    def build(self, input_shape):
        if input_shape[2] is None:
            raise ValueError(
                "The bins must be known, each row has its own offset. "
                f"Received: input_shape={tuple(input_shape)}."
            )
        self.offset = self.add_weight(
            shape=(1, 1, *input_shape[2:]), initializer="zeros", name="offset"
        )

    def call(self, inputs):
        return inputs + self.offset

    def compute_output_shape(self, input_shape):
        return input_shape
