"""Encoder and decoder with two grids of cells, a fine one and a coarse one."""

import keras

from vqkeras.layers.depth_to_space import DepthToSpace
from vqkeras.layers.joint_cells import join_cells, split_cells
from vqkeras.layers.residual_grid import ResidualGridDecoder, ResidualGridEncoder


@keras.saving.register_keras_serializable(package="vqkeras")
class HierarchicalEncoder(ResidualGridEncoder):
    """`ResidualGridEncoder`, and one more strided convolution to a coarse grid.

    Two resolutions as in VQ-VAE-2 (Razavi et al., 2019,
    https://arxiv.org/abs/1906.00446): what a large area has in common is said once per
    coarse cell, and the fine cells say the rest. There the fine latents are computed
    from the *quantized* coarse ones. Here they are not: both come out of one graph, so
    that the device runs one network and looks both up afterwards, in numpy. Nor do they
    see the coarse features: a fine cell depends on its own frames and bins alone, as in
    `ResidualGridEncoder`, so that no visible code beside a hole knows what is in it.

    Args:
        channels: List of ints, output channels of each strided convolution to the fine
            grid; the last is the width of both grids.
        strides: List of `[time, freq]` pairs, to the fine grid.
        coarse_stride: `[time, freq]`: fine cells in a coarse one.
        codebook_dim: Channels of the latents, for each grid.

    Input shape:
        `(batch, frames, bins, channels)`.

    Output shape:
        `(batch, frames / time_stride, bins / freq_stride, 2 * codebook_dim)`: of every
        fine cell its latents, and those of the coarse cell around it.

    Raises:
        ValueError: If the arguments do not fit together.

    Example:

    >>> encoder = HierarchicalEncoder(
    ...     [8], strides=[[2, 4]], coarse_stride=[2, 2], codebook_dim=3
    ... )
    >>> encoder(keras.ops.zeros((1, 8, 32, 1))).shape
    TensorShape([1, 4, 8, 6])
    >>> [part.shape[1:3] for part in encoder.levels(keras.ops.zeros((1, 8, 32, 1)))]
    [TensorShape([4, 8]), TensorShape([2, 4])]
    """

    def __init__(self, channels, *, coarse_stride, **kwargs):
        super().__init__(channels, **kwargs)
        self.coarse_stride = _checked(coarse_stride)

    def build(self, input_shape):
        *trunk, self.fine = self.make_layers()
        self.trunk = keras.Sequential(trunk)
        self.coarse = keras.Sequential(
            [
                keras.layers.Conv2D(
                    self.channels[-1],
                    self.coarse_stride,
                    self.coarse_stride,
                    padding="same",
                    activation="relu",
                ),
                keras.layers.Conv2D(self.codebook_dim, 1),
            ]
        )
        self.trunk.build(input_shape)
        features_shape = self.trunk.compute_output_shape(input_shape)
        self.fine.build(features_shape)
        self.coarse.build(features_shape)

    def call(self, inputs, training=None):
        return join_cells(*self.levels(inputs), self.coarse_stride)

    def levels(self, inputs):
        """Fine and coarse latents, each on its own grid."""
        features = self.trunk(inputs)
        return self.fine(features), self.coarse(features)

    def compute_output_shape(self, input_shape):
        return (*super().compute_output_shape(input_shape)[:-1], 2 * self.codebook_dim)

    def covered_sizes(self, frames, bins):
        """Smallest multiples of a coarse cell that are at least `(frames, bins)`.

        Args:
            frames: Int or scalar int tensor.
            bins: Int or scalar int tensor.

        Returns:
            Pair of the same types.
        """
        coarse_frames = self.time_stride * self.coarse_stride[0]
        coarse_bins = self.freq_stride * self.coarse_stride[1]
        return (
            -(-frames // coarse_frames) * coarse_frames,
            -(-bins // coarse_bins) * coarse_bins,
        )

    def get_config(self):
        return {**super().get_config(), "coarse_stride": self.coarse_stride}


@keras.saving.register_keras_serializable(package="vqkeras")
class HierarchicalDecoder(ResidualGridDecoder):
    """`ResidualGridDecoder` of the sum of a fine and a coarse map.

    The coarse map sees its neighbours, is spread over the fine grid by a 1x1
    convolution and `DepthToSpace`, and is added to the fine one before the residual
    blocks.

    Args:
        channels: As given to the encoder; so are `strides` and `coarse_stride`.
        strides: List of `[time, freq]` pairs.
        coarse_stride: `[time, freq]`: fine cells in a coarse one.
        blocks: Number of residual blocks. Defaults to `2`.
        block_units: Channels inside a block. Defaults to the width of the grid.
        output_channels: Channels of the output. Defaults to `1`.

    Input shape:
        `(batch, map_frames, map_bins, 2 * codebook_dim)`, `map_bins` fixed, as the
        encoder gives them.

    Output shape:
        `(batch, frames, bins, output_channels)`.

    Raises:
        ValueError: If the arguments do not fit together or `map_bins` is unknown.

    Example:

    >>> decoder = HierarchicalDecoder([8], strides=[[2, 4]], coarse_stride=[2, 2])
    >>> decoder(keras.ops.zeros((1, 4, 8, 6))).shape
    TensorShape([1, 8, 32, 1])
    """

    def __init__(self, channels, *, coarse_stride, **kwargs):
        super().__init__(channels, **kwargs)
        self.coarse_stride = _checked(coarse_stride)

    def build(self, input_shape):
        batch, map_frames, map_bins, depth = input_shape
        time_cells, freq_cells = self.coarse_stride
        width = self.channels[-1]
        self.fine, *rest = self.make_layers()
        self.coarse = keras.Sequential(
            [
                keras.layers.Conv2D(width, 3, padding="same", activation="relu"),
                keras.layers.Conv2D(time_cells * freq_cells * width, 1),
                DepthToSpace(self.coarse_stride),
            ]
        )
        self.stack = keras.Sequential(rest)
        self.fine.build((batch, map_frames, map_bins, depth // 2))
        self.coarse.build(
            (
                batch,
                map_frames and map_frames // time_cells,
                map_bins and map_bins // freq_cells,
                depth // 2,
            )
        )
        self.stack.build((batch, map_frames, map_bins, width))

    def call(self, inputs, training=None):
        return self.decode_levels(*split_cells(inputs, self.coarse_stride))

    def decode_levels(self, fine, coarse):
        """Output of fine and coarse vectors, each on its own grid."""
        return self.stack(self.fine(fine) + self.coarse(coarse))

    def get_config(self):
        return {**super().get_config(), "coarse_stride": self.coarse_stride}


def _checked(coarse_stride):
    """The stride as a pair; one that makes nothing coarser is refused."""
    pair = tuple(coarse_stride)
    if len(pair) != 2 or min(pair) < 1 or max(pair) < 2:
        raise ValueError(
            "`coarse_stride` must be two numbers from 1 up, not both 1. "
            f"Received: {list(coarse_stride)}."
        )
    return pair
