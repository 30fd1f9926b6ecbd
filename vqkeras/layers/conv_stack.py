"""Convolutional encoder and mirrored decoder: the paper's stack (section 2.2)."""

import keras

from vqkeras.layers.batch_renormalization import BatchRenormalization
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
        pooling=False,
        batch_normalisation=False,
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
        if pooling and padding == "valid":
            raise ValueError("`pooling` needs `padding='same'`. Received: 'valid'.")
        self.channels = list(channels)
        self.strides = [tuple(stride) for stride in strides]
        self.kernel_size = kernel_size
        self.padding = padding
        self.pooling = pooling
        self.batch_normalisation = batch_normalisation
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

    def activation(self):
        """Layers after each convolution but the last."""
        normalisation = [BatchRenormalization()] if self.batch_normalisation else []
        return [*normalisation, keras.layers.ReLU()]

    def get_config(self):
        return {
            **super().get_config(),
            "channels": self.channels,
            "strides": self.strides,
            "kernel_size": self.kernel_size,
            "padding": self.padding,
            "pooling": self.pooling,
            "batch_normalisation": self.batch_normalisation,
            "dense_units": self.dense_units,
        }


@keras.saving.register_keras_serializable(package="vqkeras")
class ConvEncoder(_ConvStack):
    """Convolutions with downsampling, then dense layers over the channels.

    Section 2.2 of the paper: convolution, normalisation, ReLU (and max pooling, if that
    is what downsamples) per entry of `channels`; 1x1 convolutions embed the result into
    the latent space. Normalisation comes before ReLU, so that a converter folds it into
    the convolution, and is `BatchRenormalization`, which an EMA codebook needs.

    Args:
        channels: List of ints, the output channels of each convolution.
        strides: List of `[time, freq]` pairs, one per convolution.
        kernel_size: Int, for both axes; where the stride is larger, the kernel is as
            large as the stride. Defaults to `3`.
        padding: `"same"` or `"valid"`. Defaults to `"same"`.
        pooling: Whether max pooling downsamples, in place of strided convolutions.
            Needs `padding="same"`. Defaults to `False`.
        batch_normalisation: Whether to normalise after convolutions. Defaults to
            `False`.
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
            if self.pooling:
                layers.append(
                    keras.layers.Conv2D(units, self.kernel_size, padding="same")
                )
                layers += self.activation()
                layers.append(keras.layers.MaxPooling2D(stride, padding="same"))
            else:
                kernel = self.kernel_of(stride)
                layers.append(
                    keras.layers.Conv2D(units, kernel, stride, padding=self.padding)
                )
                layers += self.activation()
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

    With `"same"`, each stage is a convolution at the low resolution and `DepthToSpace`
    (pooled or not); with `"valid"`, a transposed convolution, which alone gives the
    border back. The output is linear: clip it where values are used.

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
            activation = self.activation() if index else []
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
