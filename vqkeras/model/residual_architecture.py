"""Config of the network that works at the resolution of the codemap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from vqkeras.model.model_config import ModelConfig, check_counts


@dataclass(frozen=True)
class ResidualArchitecture(ModelConfig):
    """Straight down to the grid of cells, and residual blocks there.

    Attributes:
        blocks: Residual blocks of the decoder.
        block_units: Channels inside a block. Defaults to the last of `channels`.
        context_units: Output channels of the encoder's convolutions at the grid of
            cells, which let a cell see its neighbours.

    Raises:
        UsageError: If a field is out of range; the message names it.

    Example:

    >>> ResidualArchitecture(channels=(8,), strides=((4, 4),)).architecture
    'residual'
    """

    architecture: Literal["residual"] = "residual"
    blocks: int = 2
    block_units: int | None = None
    context_units: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        check_counts("blocks", [self.blocks])
        check_counts("block_units", [self.block_units or 1])
        check_counts("context_units", self.context_units)

    def networks(self, output_channels: int) -> tuple[Any, Any]:
        """`ResidualGridEncoder` and `ResidualGridDecoder`."""
        from vqkeras.layers.residual_grid import (
            ResidualGridDecoder,
            ResidualGridEncoder,
        )

        shared = {"channels": self.channels, "strides": self.strides}
        encoder = ResidualGridEncoder(
            **shared,
            codebook_dim=self.codebook_dim,
            context_units=self.context_units,
            name="encoder",
        )
        decoder = ResidualGridDecoder(
            **shared,
            blocks=self.blocks,
            block_units=self.block_units,
            output_channels=output_channels,
            name="decoder",
        )
        return encoder, decoder
