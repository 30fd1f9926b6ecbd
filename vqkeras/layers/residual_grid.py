"""Residual encoder and decoder that work at the resolution of the codemap."""

import keras

from vqkeras.layers.depth_to_space import DepthToSpace


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


class _Grid(keras.layers.Layer):
    """What encoder and decoder share: channels, strides, and being a stack."""

    def __init__(self, channels, *, strides, **kwargs):
        super().__init__(**kwargs)
        if not channels or len(channels) != len(strides):
            raise ValueError(
                "`channels` and `strides` need one entry per convolution. "
                f"Received: channels={channels}, strides={strides}."
            )
        self.channels = list(channels)
        self.strides = [tuple(stride) for stride in strides]
        self.time_stride, self.freq_stride = 1, 1
        for time_stride, freq_stride in self.strides:
            self.time_stride *= time_stride
            self.freq_stride *= freq_stride

    def build(self, input_shape):
        self.stack = keras.Sequential(self.make_layers())
        self.stack.build(input_shape)

    def call(self, inputs, training=None):
        return self.stack(inputs, training=training)

    def compute_output_shape(self, input_shape):
        return keras.Sequential(self.make_layers()).compute_output_shape(input_shape)

    def get_config(self):
        return {
            **super().get_config(),
            "channels": self.channels,
            "strides": self.strides,
        }


@keras.saving.register_keras_serializable(package="vqkeras")
class ResidualGridEncoder(_Grid):
    """Strided convolutions straight down to the grid of cells.

    Each convolution's kernel is its stride, so it reads every value once. Convolutions
    at the grid let a cell see its neighbours, so that cells too small to say much alone
    share what is to be said. They are plain ones: int8 rounds a sum at the scale of its
    loudest cell, and a residual block there costs 1 % of the codes. Nothing normalises
    or bounds the latents: the commitment loss keeps them near their codewords, and
    statistics counted over cells that are mostly silence would squeeze those that
    sound.

    Args:
        channels: List of ints, output channels of each strided convolution; the last is
            the width of the grid.
        strides: List of `[time, freq]` pairs, such as `[[2, 4], [4, 8]]`.
        codebook_dim: Channels of the latents.
        context_units: List of ints, output channels of 3x3 convolutions at the grid.
            Defaults to none: a cell sees itself alone.

    Input shape:
        `(batch, frames, bins, channels)`.

    Output shape:
        `(batch, frames / time_stride, bins / freq_stride, codebook_dim)`.

    Raises:
        ValueError: If the arguments do not fit together.

    Example:

    >>> encoder = ResidualGridEncoder([8, 16], strides=[[2, 4], [4, 8]], codebook_dim=4)
    >>> encoder(keras.ops.zeros((1, 16, 64, 1))).shape
    TensorShape([1, 2, 2, 4])
    """

    def __init__(self, channels, *, codebook_dim, context_units=(), **kwargs):
        super().__init__(channels, **kwargs)
        self.codebook_dim = codebook_dim
        self.context_units = list(context_units)

    def make_layers(self):
        """All layers, first to last."""
        layers = []
        for units, stride in zip(self.channels, self.strides, strict=True):
            layers.append(keras.layers.Conv2D(units, stride, stride, padding="same"))
            layers.append(keras.layers.ReLU())
        for units in self.context_units:
            layers.append(keras.layers.Conv2D(units, 3, padding="same"))
            layers.append(keras.layers.ReLU())
        return [*layers, keras.layers.Conv2D(self.codebook_dim, 1)]

    def covered_sizes(self, frames, bins):
        """Smallest multiples of the strides that are at least `(frames, bins)`.

        Args:
            frames: Int or scalar int tensor.
            bins: Int or scalar int tensor.

        Returns:
            Pair of the same types.
        """
        return (
            -(-frames // self.time_stride) * self.time_stride,
            -(-bins // self.freq_stride) * self.freq_stride,
        )

    def get_config(self):
        return {
            **super().get_config(),
            "codebook_dim": self.codebook_dim,
            "context_units": self.context_units,
        }


@keras.saving.register_keras_serializable(package="vqkeras")
class ResidualGridDecoder(_Grid):
    """Mirror of `ResidualGridEncoder`, after residual blocks at the grid.

    Nearly all the work is done at the grid, where it is cheap: the blocks see how a
    cell goes on in its neighbours, and a learned offset per row where it lies. Each
    step out is a 1x1 convolution and `DepthToSpace`, but the last convolution sees its
    neighbours, so that cells join smoothly. The output is linear: clip it where values
    are used.

    Args:
        channels: As given to the encoder; so are `strides`.
        strides: List of `[time, freq]` pairs.
        blocks: Number of residual blocks. Defaults to `2`.
        block_units: Channels inside a block. Defaults to the width of the grid.
        output_channels: Channels of the output. Defaults to `1`.

    Input shape:
        `(batch, map_frames, map_bins, codebook_dim)`, `map_bins` fixed.

    Output shape:
        `(batch, frames, bins, output_channels)`.

    Raises:
        ValueError: If the arguments do not fit together or `map_bins` is unknown.

    Example:

    >>> decoder = ResidualGridDecoder([8, 16], strides=[[2, 4], [4, 8]])
    >>> decoder(keras.ops.zeros((1, 2, 2, 4))).shape
    TensorShape([1, 16, 64, 1])
    """

    def __init__(
        self, channels, *, blocks=2, block_units=None, output_channels=1, **kwargs
    ):
        super().__init__(channels, **kwargs)
        self.blocks = blocks
        self.block_units = block_units or self.channels[-1]
        self.output_channels = output_channels

    def make_layers(self):
        """All layers, first to last."""
        layers = [
            keras.layers.Conv2D(self.channels[-1], 3, padding="same"),
            RowOffset(),
            *(ResidualBlock(self.block_units) for _ in range(self.blocks)),
            keras.layers.ReLU(),
        ]
        outputs = [self.output_channels, *self.channels[:-1]]
        for index in reversed(range(len(self.channels))):
            stride, units = self.strides[index], outputs[index]
            depth = units * stride[0] * stride[1]
            if index:
                layers.append(keras.layers.Conv2D(depth, 1, activation="relu"))
            else:
                layers.append(keras.layers.Conv2D(depth, 3, padding="same"))
            layers.append(DepthToSpace(stride))
        return layers

    def get_config(self):
        return {
            **super().get_config(),
            "blocks": self.blocks,
            "block_units": self.block_units,
            "output_channels": self.output_channels,
        }
