"""Config of the network with gated convolutions along time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from edge_runtime.errors import UsageError
from vqkeras.model.model_config import ModelConfig, check_counts


@dataclass(frozen=True)
class WaveNetArchitecture(ModelConfig):
    """Straight down to the grid of cells, and WaveNet's gated blocks there.

    Attributes:
        gate_units: Channels inside a block.
        encoder_dilations: Of each block of the encoder, in cells along time.
        decoder_dilations: Of each block of the decoder.

    Raises:
        UsageError: If a field is out of range; the message names it.

    Example:

    >>> WaveNetArchitecture(channels=(8,), strides=((4, 4),)).architecture
    'wavenet'
    """

    architecture: Literal["wavenet"] = "wavenet"
    gate_units: int = 32
    encoder_dilations: tuple[int, ...] = (1, 2)
    decoder_dilations: tuple[int, ...] = (1, 2, 4)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_counts("gate_units", [self.gate_units])
        for name in ("encoder_dilations", "decoder_dilations"):
            check_counts(name, getattr(self, name))
            if not getattr(self, name):
                raise UsageError(f"model.{name} needs one block or more. Received: [].")

    def networks(self, output_channels: int) -> tuple[Any, Any]:
        """`WaveNetGridEncoder` and `WaveNetGridDecoder`."""
        from vqkeras.layers.wavenet_grid import WaveNetGridDecoder, WaveNetGridEncoder

        shared = {
            "channels": self.channels,
            "strides": self.strides,
            "gate_units": self.gate_units,
        }
        encoder = WaveNetGridEncoder(
            **shared,
            dilations=self.encoder_dilations,
            codebook_dim=self.codebook_dim,
            name="encoder",
        )
        decoder = WaveNetGridDecoder(
            **shared,
            dilations=self.decoder_dilations,
            output_channels=output_channels,
            name="decoder",
        )
        return encoder, decoder
