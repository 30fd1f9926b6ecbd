"""Encoder and decoder with WaveNet's gated stack at the grid of cells."""

import keras

from vqkeras.layers.grid import Grid, GridDecoder, GridEncoder


@keras.saving.register_keras_serializable(package="vqkeras")
class GatedStack(keras.layers.Layer):
    """Gated convolutions along time, dilated more and more, and the sum of their skips.

    Each block computes `z = tanh(wide(x)) * sigmoid(gate(x))`, both convolutions of 3
    cells along time, adds one 1x1 convolution of `z` to `x` and another to the skips.
    The result is `relu(sum of skips)`. Van den Oord et al., 2016,
    https://arxiv.org/abs/1609.03499, section 2.3 and 2.4, but not causal: a spectrogram
    is known to both sides.

    Args:
        units: Channels inside the gates.
        dilations: Of each block, in cells along time.

    Input shape:
        `(batch, map_frames, map_bins, channels)`.

    Output shape:
        Same as the input.
    """

    def __init__(self, units, dilations, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.dilations = list(dilations)

    def build(self, input_shape):
        width = input_shape[-1]
        inside = (*input_shape[:-1], self.units)
        self.wides = [self._along_time(each, "tanh") for each in self.dilations]
        self.gates = [self._along_time(each, "sigmoid") for each in self.dilations]
        self.skips = [keras.layers.Conv2D(width, 1) for _ in self.dilations]
        # Nothing comes after the last block's step.
        self.steps = [keras.layers.Conv2D(width, 1) for _ in self.dilations[1:]]
        for layer in (*self.wides, *self.gates):
            layer.build(input_shape)
        for layer in (*self.skips, *self.steps):
            layer.build(inside)

    def _along_time(self, dilation, activation):
        return keras.layers.Conv2D(
            self.units,
            (3, 1),
            padding="same",
            dilation_rate=(dilation, 1),
            activation=activation,
        )

    def call(self, inputs):
        gated = self.wides[0](inputs) * self.gates[0](inputs)
        skips = self.skips[0](gated)
        for index, step in enumerate(self.steps, start=1):
            inputs = inputs + step(gated)
            gated = self.wides[index](inputs) * self.gates[index](inputs)
            skips = skips + self.skips[index](gated)
        return keras.ops.relu(skips)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "dilations": self.dilations,
        }


class _GatedGrid(Grid):
    """What encoder and decoder share: a `GatedStack` at the grid."""

    def __init__(self, channels, *, gate_units, dilations, **kwargs):
        super().__init__(channels, **kwargs)
        self.gate_units = gate_units
        self.dilations = list(dilations)

    def grid_layers(self):
        return [GatedStack(self.gate_units, self.dilations)]

    def get_config(self):
        return {
            **super().get_config(),
            "gate_units": self.gate_units,
            "dilations": self.dilations,
        }


@keras.saving.register_keras_serializable(package="vqkeras")
class WaveNetGridEncoder(_GatedGrid, GridEncoder):
    """`GridEncoder` with a `GatedStack` at the grid.

    Args:
        gate_units: Channels inside the gates.
        dilations: Of each block, in cells along time. The others are those of
            `GridEncoder`.

    Example:

    >>> gated = {"gate_units": 6, "dilations": [1, 2]}
    >>> encoder = WaveNetGridEncoder([8], strides=[[4, 8]], codebook_dim=4, **gated)
    >>> encoder(keras.ops.zeros((1, 16, 64, 1))).shape
    TensorShape([1, 4, 8, 4])
    """


@keras.saving.register_keras_serializable(package="vqkeras")
class WaveNetGridDecoder(_GatedGrid, GridDecoder):
    """`GridDecoder` with a `GatedStack` at the grid.

    Args:
        gate_units: Channels inside the gates.
        dilations: Of each block, in cells along time. The others are those of
            `GridDecoder`.

    Example:

    >>> gated = {"gate_units": 6, "dilations": [1, 2]}
    >>> decoder = WaveNetGridDecoder([8], strides=[[4, 8]], **gated)
    >>> decoder(keras.ops.zeros((1, 4, 8, 4))).shape
    TensorShape([1, 16, 64, 1])
    """
