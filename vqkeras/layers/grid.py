"""Encoder and decoder that work at the resolution of the codemap."""

from abc import ABC, abstractmethod

import keras

from vqkeras.layers.depth_to_space import DepthToSpace
from vqkeras.layers.row_offset import RowOffset


class Grid(keras.layers.Layer, ABC):
    """What encoder and decoder share: channels, strides, being a stack of layers."""

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

    @abstractmethod
    def grid_layers(self):
        """Layers at the grid of cells, which keep its width or end with a ReLU."""

    @abstractmethod
    def make_layers(self):
        """All layers, first to last."""

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


class GridEncoder(Grid):
    """Strided convolutions straight down to the grid of cells, then layers there.

    Each convolution's kernel is its stride, so it reads every value once. Nothing
    normalises or bounds the latents: the commitment loss keeps them near their
    codewords, and statistics counted over cells that are mostly silence would squeeze
    those that sound.

    Args:
        channels: List of ints, output channels of each strided convolution; the last is
            the width of the grid.
        strides: List of `[time, freq]` pairs, such as `[[2, 4], [4, 8]]`.
        codebook_dim: Channels of the latents.

    Input shape:
        `(batch, frames, bins, channels)`.

    Output shape:
        `(batch, frames / time_stride, bins / freq_stride, codebook_dim)`.

    Raises:
        ValueError: If the arguments do not fit together.
    """

    def __init__(self, channels, *, codebook_dim, **kwargs):
        super().__init__(channels, **kwargs)
        self.codebook_dim = codebook_dim

    def make_layers(self):
        layers = []
        for units, stride in zip(self.channels, self.strides, strict=True):
            layers.append(keras.layers.Conv2D(units, stride, stride, padding="same"))
            layers.append(keras.layers.ReLU())
        return [*layers, *self.grid_layers(), keras.layers.Conv2D(self.codebook_dim, 1)]

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
        return {**super().get_config(), "codebook_dim": self.codebook_dim}


class GridDecoder(Grid):
    """Mirror of `GridEncoder`, after layers at the grid.

    Nearly all the work is done at the grid, where it is cheap: its layers see how a
    cell goes on in its neighbours, and a learned offset per row where it lies. Each
    step out is a 1x1 convolution and `DepthToSpace`, but the last convolution sees its
    neighbours, so that cells join smoothly. The output is linear: clip it where values
    are used.

    Args:
        channels: As given to the encoder; so are `strides`.
        strides: List of `[time, freq]` pairs.
        output_channels: Channels of the output. Defaults to `1`.

    Input shape:
        `(batch, map_frames, map_bins, codebook_dim)`, `map_bins` fixed.

    Output shape:
        `(batch, frames, bins, output_channels)`.

    Raises:
        ValueError: If the arguments do not fit together or `map_bins` is unknown.
    """

    def __init__(self, channels, *, output_channels=1, **kwargs):
        super().__init__(channels, **kwargs)
        self.output_channels = output_channels

    def make_layers(self):
        layers = [
            keras.layers.Conv2D(self.channels[-1], 3, padding="same"),
            RowOffset(),
            *self.grid_layers(),
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
        return {**super().get_config(), "output_channels": self.output_channels}
