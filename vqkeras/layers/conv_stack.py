"""Convolutional encoder and mirrored decoder: the paper's stack (section 2.2)."""

import keras

from vqkeras.layers.depth_to_space import DepthToSpace


class _ConvStack(keras.layers.Layer):
    """Arguments and strides that encoder and decoder share."""

    def __init__(
        self,
        channels,
        *,
        strides,
        kernel_size=3,
        padding="same",
        dense_units=(),
        **kwargs,
    ):
        super().__init__(**kwargs)
        if not channels or len(channels) != len(strides):
            raise ValueError(
                "`channels` and `strides` need one entry per convolution. "
                f"Received: channels={channels}, strides={strides}."
            )
        if padding not in ("same", "valid"):
            raise ValueError(
                f"`padding` must be 'same' or 'valid'. Received: {padding!r}."
            )
        self.channels = list(channels)
        self.strides = [tuple(stride) for stride in strides]
        self.kernel_size = kernel_size
        self.padding = padding
        self.dense_units = list(dense_units)
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

    def kernel_of(self, stride):
        """Kernel of one convolution: never smaller than the stride, to skip nothing."""
        return tuple(max(self.kernel_size, step) for step in stride)

    def get_config(self):
        return {
            **super().get_config(),
            "channels": self.channels,
            "strides": self.strides,
            "kernel_size": self.kernel_size,
            "padding": self.padding,
            "dense_units": self.dense_units,
        }

    @classmethod
    def from_config(cls, config):
        # Layers that earlier versions saved also say that they do without these.
        former = {"pooling", "batch_normalisation"}
        if any(config.get(name) for name in former):
            raise ValueError("This version has no pooling and no normalisation.")
        return cls(**{name: config[name] for name in config if name not in former})


@keras.saving.register_keras_serializable(package="vqkeras")
class ConvEncoder(_ConvStack):
    """Convolutions with downsampling, then dense layers over the channels.

    Section 2.2 of the paper: a strided convolution and ReLU per entry of `channels`;
    1x1 convolutions embed the result into the latent space. Nothing is normalised: the
    latents of training and use must be the same for an EMA codebook.

    Args:
        channels: List of ints, the output channels of each convolution.
        strides: List of `[time, freq]` pairs, one per convolution.
        kernel_size: Int, for both axes; where the stride is larger, the kernel is as
            large as the stride. Defaults to `3`.
        padding: `"same"` or `"valid"`. Defaults to `"same"`.
        dense_units: List of ints, the hidden 1x1 convolutions before the latents.
            Defaults to none.
        codebook_dim: Channels of the latents.

    Input shape:
        `(batch, frames, bins, channels)`.

    Output shape:
        `(batch, map_frames, map_bins, codebook_dim)`; with `"same"`, `map_frames` is
        `frames / time_stride`.

    Raises:
        ValueError: If the arguments do not fit together.

    Example:

    >>> encoder = ConvEncoder([8, 8], strides=[[2, 4], [1, 2]], codebook_dim=4)
    >>> encoder(keras.ops.zeros((1, 16, 64, 1))).shape
    TensorShape([1, 8, 8, 4])
    """

    def __init__(self, channels, *, codebook_dim, **kwargs):
        super().__init__(channels, **kwargs)
        self.codebook_dim = codebook_dim

    def make_layers(self):
        """All layers, first to last."""
        layers = []
        for units, stride in zip(self.channels, self.strides, strict=True):
            kernel = self.kernel_of(stride)
            layers.append(
                keras.layers.Conv2D(units, kernel, stride, padding=self.padding)
            )
            layers.append(keras.layers.ReLU())
        for units in self.dense_units:
            layers.append(keras.layers.Conv2D(units, 1, activation="relu"))
        layers.append(keras.layers.Conv2D(self.codebook_dim, 1))
        return layers

    def covered_sizes(self, frames, bins):
        """Smallest input size, at least `(frames, bins)`, that the decoder gives back.

        Args:
            frames: Int or scalar int tensor.
            bins: Int or scalar int tensor.

        Returns:
            Pair of the same types.
        """
        sizes = []
        for axis, size in enumerate((frames, bins)):
            steps = [stride[axis] for stride in self.strides]
            # How much more than a multiple of its stride a convolution reads.
            extras = [
                self.kernel_of(stride)[axis] - stride[axis]
                if self.padding == "valid"
                else 0
                for stride in self.strides
            ]
            for step, extra in zip(steps, extras, strict=True):
                size = -(-(size - extra) // step)
            for step, extra in zip(reversed(steps), reversed(extras), strict=True):
                size = size * step + extra
            sizes.append(size)
        return tuple(sizes)

    def get_config(self):
        return {**super().get_config(), "codebook_dim": self.codebook_dim}


@keras.saving.register_keras_serializable(package="vqkeras")
class ConvDecoder(_ConvStack):
    """Mirror of `ConvEncoder`: the same arguments, used in reverse.

    With `"same"`, each stage is a convolution at the low resolution and `DepthToSpace`;
    with `"valid"`, a transposed convolution, which alone gives the border back. The
    output is linear: clip it where values are used.

    Args:
        channels: As given to the encoder; so are the other arguments.
        output_channels: Channels of the output. Defaults to `1`.

    Input shape:
        `(batch, map_frames, map_bins, codebook_dim)`.

    Output shape:
        `(batch, frames, bins, output_channels)`.

    Example:

    >>> decoder = ConvDecoder([8, 8], strides=[[2, 4], [1, 2]])
    >>> decoder(keras.ops.zeros((1, 8, 8, 4))).shape
    TensorShape([1, 16, 64, 1])
    """

    def __init__(self, channels, *, output_channels=1, **kwargs):
        super().__init__(channels, **kwargs)
        self.output_channels = output_channels

    def make_layers(self):
        """All layers, first to last."""
        layers = []
        for units in [*reversed(self.dense_units), self.channels[-1]]:
            layers.append(keras.layers.Conv2D(units, 1, activation="relu"))
        outputs = [self.output_channels, *self.channels[:-1]]
        for index in reversed(range(len(self.channels))):
            stride, units = self.strides[index], outputs[index]
            activation = [keras.layers.ReLU()] if index else []
            if self.padding == "valid":
                kernel = self.kernel_of(stride)
                layers.append(keras.layers.Conv2DTranspose(units, kernel, stride))
                layers += activation
            else:
                depth = units * stride[0] * stride[1]
                layers.append(
                    keras.layers.Conv2D(depth, self.kernel_size, padding="same")
                )
                layers += activation
                layers.append(DepthToSpace(stride))
        return layers

    def get_config(self):
        return {**super().get_config(), "output_channels": self.output_channels}
