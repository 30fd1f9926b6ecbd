"""What every architecture has: sizes, a codebook, the weights of the losses."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from edge_runtime.errors import UsageError


@dataclass(frozen=True)
class ModelConfig(ABC):
    """Encoder, quantizer and decoder; each architecture is a subclass with its fields.

    Attributes:
        architecture: `"conv"`, `"residual"` or `"wavenet"`; which other fields there
            are depends on it.
        channels: Output channels of each downsampling convolution.
        strides: `[time, freq]` stride of each convolution, in frames and bins. Their
            products are the size of a cell.
        codebook_size: Number of codewords.
        codebooks: Codes a cell has: each of what those before it left (residual vector
            quantization), from a codebook of its own. More than 1 need `"ema"`, and run
            in Keras only: no export, no prior.
        codebook_dim: Length of a codeword.
        quantizer: `"ema"`: moving averages (eq. 5); `"gradient"`: the loss of eq. 2;
            `"none"`: latents go straight to the decoder, which shows what the codebook
            costs, and whatever is said of the codebook has no meaning.
        decay: Of the moving averages, gamma of eq. 5, in [0, 1).
        commitment_cost: Beta of eq. 2.
        log_spectral_cost: Weight of the log-spectral distance of frames, in the loss.
        spread_cost: Weight, in the loss, of the likelihood of the decoder's own guess
            of its error. 0: it makes none.
        initialise_from_batch: Whether the first batch gives the codewords.
        restart_threshold: A code used less than this share of the mean use is moved
            to a latent of the batch, in [0, 1). 0 means never.

    Raises:
        UsageError: If a field is out of range; the message names it.
    """

    architecture: str = ""
    channels: tuple[int, ...] = (32, 64)
    strides: tuple[tuple[int, int], ...] = ((2, 2), (2, 2))
    codebook_size: int = 512
    codebooks: int = 1
    codebook_dim: int = 8
    quantizer: Literal["ema", "gradient", "none"] = "ema"
    decay: float = 0.95
    commitment_cost: float = 0.25
    log_spectral_cost: float = 0.0
    spread_cost: float = 0.0
    initialise_from_batch: bool = True
    restart_threshold: float = 0.1

    def __post_init__(self) -> None:
        if not self.channels or len(self.channels) != len(self.strides):
            raise UsageError(
                "model.channels and model.strides need one entry per convolution. "
                f"Received: {list(self.channels)} and {list(self.strides)}."
            )
        check_counts("channels", self.channels)
        check_counts("strides", [step for pair in self.strides for step in pair])
        check_counts("codebook_dim", [self.codebook_dim])
        if not 2 <= self.codebook_size <= 65536:
            raise UsageError(
                "model.codebook_size must lie in [2, 65536]. "
                f"Received: {self.codebook_size}."
            )
        if not 1 <= self.codebooks <= 8:
            raise UsageError(
                f"model.codebooks must lie in [1, 8]. Received: {self.codebooks}."
            )
        if self.codebooks > 1 and self.quantizer != "ema":
            raise UsageError(
                f"model.codebooks={self.codebooks} needs model.quantizer=ema. "
                f"Received: {self.quantizer}."
            )
        for name in ("commitment_cost", "log_spectral_cost", "spread_cost"):
            if not 0.0 <= getattr(self, name) <= 10.0:
                raise UsageError(
                    f"model.{name} must lie in [0, 10]. "
                    f"Received: {getattr(self, name)}."
                )
        for name in ("decay", "restart_threshold"):
            if not 0.0 <= getattr(self, name) < 1.0:
                raise UsageError(
                    f"model.{name} must lie in [0, 1). Received: {getattr(self, name)}."
                )

    @abstractmethod
    def networks(self, output_channels: int) -> tuple[Any, Any]:
        """Make an encoder and a decoder with fresh weights. Loads TensorFlow.

        Args:
            output_channels: Channels that the decoder gives.
        """

    @property
    def leaves_border(self) -> bool:
        """Whether the input has a border that no cell stands for."""
        return False


def check_counts(name: str, values: Iterable[int]) -> None:
    """Refuse counts below 1 in a field of the model.

    Args:
        name: Of the field.
        values: All that it says.

    Raises:
        UsageError: If one is too small; the message names the field.
    """
    values = list(values)
    if any(value < 1 for value in values):
        raise UsageError(f"model.{name} must be 1 or more. Received: {values}.")
