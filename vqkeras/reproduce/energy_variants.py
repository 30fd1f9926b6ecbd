"""Networks whose training is weighed for figure 11, and their multiply-adds."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from vqkeras.model.conv_architecture import ConvArchitecture
from vqkeras.model.model_config import ModelConfig
from vqkeras.model.residual_architecture import ResidualArchitecture

if TYPE_CHECKING:
    from vqkeras.model.vqvae import VQVAE

# Spectrograms of 2 s in cells of 8 frames x 8 bins.
REFERENCE = ConvArchitecture(
    channels=(24, 56),
    strides=((4, 4), (2, 2)),
    codebook_size=512,
    codebook_dim=8,
)


@dataclass(frozen=True)
class WeighedNetwork:
    """One network.

    Attributes:
        key: Short name, for files.
        name: What differs from the reference, for readers.
        axis: `"grid"`: another grid of cells at the reference's number of parameters;
            `"other"`: the reference's grid, and something else changed.
        model: Its config.
    """

    key: str
    name: str
    axis: str
    model: ModelConfig

    @property
    def cell(self) -> tuple[int, int]:
        """Frames and bins of a cell."""
        times, frequencies = zip(*self.model.strides, strict=True)
        return math.prod(times), math.prod(frequencies)


def _grid(stride: tuple[int, int], units: int) -> WeighedNetwork:
    """The first stride sets the cell; the second width evens the parameters out."""
    model = replace(REFERENCE, strides=(stride, (2, 2)), channels=(24, units))
    cell = f"{2 * stride[0]}x{2 * stride[1]}"
    return WeighedNetwork(f"grid-{cell}", f"cells of {cell}", "grid", model)


def _other(key: str, name: str, **fields: Any) -> WeighedNetwork:
    return WeighedNetwork(key, name, "other", replace(REFERENCE, **fields))


# Of the paper's 66 K parameters, all of "grid", and what says "equal parameters", have
# between 65,472 and 66,096, codebook apart.
NETWORKS = (
    _grid((2, 2), 59),
    _grid((2, 4), 58),
    _grid((4, 4), 56),
    _grid((8, 8), 46),
    _other("codes-64", "64 codewords", codebook_size=64),
    _other("codes-4096", "4096 codewords", codebook_size=4096),
    _other("dim-32", "codewords of 32 numbers", codebook_dim=32),
    _other(
        "late",
        "downsampling later, equal parameters",  # and so at more places per example
        strides=((2, 2), (4, 4)),
        channels=(25, 16),
    ),
    WeighedNetwork(
        "residual",
        "residual network, equal parameters",
        "other",
        ResidualArchitecture(
            channels=(24, 64),
            strides=REFERENCE.strides,
            blocks=1,
            block_units=63,
            codebook_size=REFERENCE.codebook_size,
            codebook_dim=REFERENCE.codebook_dim,
        ),
    ),
    _other("half", "half the channels", channels=(12, 28)),
    _other("double", "twice the channels", channels=(48, 112)),
)


def is_reference(variant: WeighedNetwork) -> bool:
    """Whether this is the network that the others are compared with."""
    return variant.model == REFERENCE


def multiply_adds(model: VQVAE, shape: tuple[int, int, int]) -> int:
    """Multiplications of one example's way through a network, codebook included.

    Args:
        model: A built `VQVAE`.
        shape: Shape of the example, `(frames, bins, channels)`.

    Returns:
        Those of convolutions and matrix products, each with its addition.
    """
    import tensorflow as tf

    call = tf.function(lambda inputs: model(inputs, training=False))
    graph = call.get_concrete_function(tf.TensorSpec((1, *shape))).graph
    total = 0
    for op in graph.get_operations():
        if op.type in ("Conv2D", "DepthwiseConv2dNative", "MatMul"):
            weights = op.inputs[1].shape.as_list()
            # All but the output channels; of depthwise, those are the input's.
            per_output = {
                "Conv2D": weights[:-1],
                "DepthwiseConv2dNative": weights[:2],
                "MatMul": [op.inputs[0].shape[-1]],
            }[op.type]
            total += math.prod(per_output) * op.outputs[0].shape.num_elements()
    return total
