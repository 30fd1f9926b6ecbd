"""Config of the paper's convolution stack (section 2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from vqkeras.model.model_config import ModelConfig, check_counts


@dataclass(frozen=True)
class ConvArchitecture(ModelConfig):
    """Convolutions down to the grid of cells, then dense layers over the channels.

    Attributes:
        kernel_size: Kernel on both axes, at least the stride.
        padding: `"same"`, or `"valid"` as for the paper's MNIST.
        dense_units: Hidden 1x1 convolutions before the codebook.

    Raises:
        UsageError: If a field is out of range; the message names it.

    Example:

    >>> ConvArchitecture(strides=((4, 2), (2, 2)), codebook_size=48).architecture
    'conv'
    """

    architecture: Literal["conv"] = "conv"
    kernel_size: int = 3
    padding: Literal["same", "valid"] = "same"
    dense_units: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        check_counts("kernel_size", [self.kernel_size])
        check_counts("dense_units", self.dense_units)

    def networks(self, output_channels: int) -> tuple[Any, Any]:
        """`ConvEncoder` and `ConvDecoder`."""
        from vqkeras.layers.conv_stack import ConvDecoder, ConvEncoder

        shared = {
            "channels": self.channels,
            "strides": self.strides,
            "kernel_size": self.kernel_size,
            "padding": self.padding,
            "dense_units": self.dense_units,
        }
        return (
            ConvEncoder(**shared, codebook_dim=self.codebook_dim, name="encoder"),
            ConvDecoder(**shared, output_channels=output_channels, name="decoder"),
        )

    @property
    def leaves_border(self) -> bool:
        """Whether the convolutions go without padding."""
        return self.padding == "valid"
