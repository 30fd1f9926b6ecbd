"""Encoder and decoder with residual blocks at the grid of cells."""

import keras

from vqkeras.layers.grid import GridDecoder, GridEncoder


@keras.saving.register_keras_serializable(package="vqkeras")
class ResidualBlock(keras.layers.Layer):
    """`x + conv1x1(relu(conv3x3(relu(x))))`.

    He et al., 2016, https://arxiv.org/abs/1603.05027; the form of VQ-VAE's own blocks.

    Args:
        units: Channels between the two convolutions.

    Input shape:
        `(batch, frames, bins, channels)`.

    Output shape:
        Same as the input.
    """

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.branch = keras.Sequential(
            [
                keras.layers.ReLU(),
                keras.layers.Conv2D(self.units, 3, padding="same", activation="relu"),
                keras.layers.Conv2D(input_shape[-1], 1),
            ]
        )
        self.branch.build(input_shape)

    def call(self, inputs):
        return inputs + self.branch(inputs)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "units": self.units}


@keras.saving.register_keras_serializable(package="vqkeras")
class ResidualGridEncoder(GridEncoder):
    """`GridEncoder` whose layers at the grid are plain 3x3 convolutions.

    They let a cell see its neighbours, so that cells too small to say much alone share
    what is to be said. They are plain ones: int8 rounds a sum at the scale of its
    loudest cell, and a residual block there costs 1 % of the codes.

    Args:
        context_units: List of ints, output channels of these convolutions. Defaults to
            none: a cell sees itself alone. The others are those of `GridEncoder`.

    Example:

    >>> encoder = ResidualGridEncoder([8, 16], strides=[[2, 4], [4, 8]], codebook_dim=4)
    >>> encoder(keras.ops.zeros((1, 16, 64, 1))).shape
    TensorShape([1, 2, 2, 4])
    """

    def __init__(self, channels, *, context_units=(), **kwargs):
        super().__init__(channels, **kwargs)
        self.context_units = list(context_units)

    def grid_layers(self):
        layers = []
        for units in self.context_units:
            layers.append(keras.layers.Conv2D(units, 3, padding="same"))
            layers.append(keras.layers.ReLU())
        return layers

    def get_config(self):
        return {**super().get_config(), "context_units": self.context_units}


@keras.saving.register_keras_serializable(package="vqkeras")
class ResidualGridDecoder(GridDecoder):
    """`GridDecoder` whose layers at the grid are residual blocks.

    Args:
        blocks: Number of residual blocks. Defaults to `2`.
        block_units: Channels inside a block. Defaults to the width of the grid. The
            others are those of `GridDecoder`.

    Example:

    >>> decoder = ResidualGridDecoder([8, 16], strides=[[2, 4], [4, 8]])
    >>> decoder(keras.ops.zeros((1, 2, 2, 4))).shape
    TensorShape([1, 16, 64, 1])
    """

    def __init__(self, channels, *, blocks=2, block_units=None, **kwargs):
        super().__init__(channels, **kwargs)
        self.blocks = blocks
        self.block_units = block_units or self.channels[-1]

    def grid_layers(self):
        blocks = [ResidualBlock(self.block_units) for _ in range(self.blocks)]
        return [*blocks, keras.layers.ReLU()]

    def get_config(self):
        return {
            **super().get_config(),
            "blocks": self.blocks,
            "block_units": self.block_units,
        }
