"""Everything a run depends on, as frozen dataclasses. Imports no TensorFlow.

Defaults and range checks live here; a YAML file holds only what differs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

from edge_runtime.errors import UsageError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.config import DataConfig
from vqkeras.energy.config import EnergyConfig

_OF_CONV = ("kernel_size", "padding", "dense_units")
_OF_RESIDUAL = ("context_units",)
_NOT_FOR = {
    "conv": (*_OF_RESIDUAL, "blocks", "block_units"),
    "residual": _OF_CONV,
}


@dataclass(frozen=True)
class ModelConfig:
    """Encoder, quantizer and decoder.

    Attributes:
        architecture: `"conv"`: the paper's stack (its section 2.2); `"residual"`:
            straight down to the grid of cells, residual blocks there.
        channels: Output channels of each downsampling convolution.
        strides: `[time, freq]` stride of each convolution, in frames and bins. Their
            products are the size of a cell.
        kernel_size: Of `"conv"`: kernel on both axes, at least the stride.
        padding: Of `"conv"`: `"same"`, or `"valid"` as for the paper's MNIST.
        dense_units: Of `"conv"`: hidden 1x1 convolutions before the codebook.
        blocks: Of `"residual"`: residual blocks of the decoder.
        block_units: Of `"residual"`: channels inside a block. Defaults to the last of
            `channels`.
        context_units: Of `"residual"`: output channels of the encoder's convolutions at
            the grid of cells, which let a cell see its neighbours.
        codebook_size: Number of codewords.
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

    architecture: Literal["conv", "residual"] = "conv"
    channels: tuple[int, ...] = (32, 64)
    strides: tuple[tuple[int, int], ...] = ((2, 2), (2, 2))
    kernel_size: int = 3
    padding: Literal["same", "valid"] = "same"
    dense_units: tuple[int, ...] = ()
    blocks: int = 2
    block_units: int | None = None
    context_units: tuple[int, ...] = ()
    codebook_size: int = 512
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
        for name in _NOT_FOR[self.architecture]:
            if getattr(self, name) != getattr(ModelConfig, name):
                raise UsageError(
                    f"model.{name} has no meaning for model.architecture="
                    f"{self.architecture}. Leave it out."
                )
        for name, values in (
            ("channels", self.channels),
            ("strides", [step for pair in self.strides for step in pair]),
            ("dense_units", self.dense_units),
            ("kernel_size", [self.kernel_size]),
            ("blocks", [self.blocks]),
            ("block_units", [self.block_units or 1]),
            ("context_units", self.context_units),
            ("codebook_dim", [self.codebook_dim]),
        ):
            if any(value < 1 for value in values):
                raise UsageError(
                    f"model.{name} must be 1 or more. Received: {list(values)}."
                )
        if not 2 <= self.codebook_size <= 65536:
            raise UsageError(
                "model.codebook_size must lie in [2, 65536]. "
                f"Received: {self.codebook_size}."
            )
        for name in ("commitment_cost", "log_spectral_cost", "spread_cost"):
            if not 0.0 <= getattr(self, name) <= 10.0:
                raise UsageError(
                    f"model.{name} must lie in [0, 10]. "
                    f"Received: {getattr(self, name)}."
                )
        _check_share("model.decay", self.decay)
        _check_share("model.restart_threshold", self.restart_threshold)


@dataclass(frozen=True)
class TrainingConfig:
    """How long and how fast a model learns.

    Attributes:
        epochs: Epochs of the whole run, at most.
        steps_per_epoch: Batches of an epoch. Defaults to one pass over the data.
        batch_size: Examples of a batch, over all replicas.
        learning_rate: Of Adam, at the start. Below 1e-5 nothing is learned in any time
            one would wait (the paper's program used 1e-6), so that is refused.
        learning_rate_schedule: `"cosine"`: falls to a hundredth by the last step, or by
            the end of `minutes`; `"constant"`.
        weight_averaging: Memory of a moving average of the weights, per step, in
            [0, 1). The average is validated and kept. 0 means none.
        minutes: Training stops at the end of the epoch in which this time runs out.
            Defaults to no limit.
        seed: Of initial weights, order and crops.
        strategy: `"single"`, or `"mirrored"`: one replica per GPU (without GPUs, per
            logical CPU), each with its share of the batch.

    Raises:
        UsageError: If a field is out of range; the message names it.
    """

    epochs: int = 10
    steps_per_epoch: int | None = None
    batch_size: int = 32
    learning_rate: float = 0.001
    learning_rate_schedule: Literal["constant", "cosine"] = "cosine"
    weight_averaging: float = 0.0
    minutes: float | None = None
    seed: int = 0
    strategy: Literal["single", "mirrored"] = "single"

    def __post_init__(self) -> None:
        for name in ("epochs", "steps_per_epoch", "batch_size"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise UsageError(
                    f"training.{name} must be 1 or more. Received: {value}."
                )
        if not 1e-5 <= self.learning_rate <= 0.1:
            raise UsageError(
                "training.learning_rate must lie in [0.00001, 0.1]; 0.001 is a good "
                f"start. Received: {self.learning_rate}."
            )
        _check_share("training.weight_averaging", self.weight_averaging)
        if self.minutes is not None and not 0.0 < self.minutes < math.inf:
            raise UsageError(
                f"training.minutes must be positive. Received: {self.minutes}."
            )
        if not 0 <= self.seed < 2**31:
            raise UsageError(
                f"training.seed must lie in [0, 2147483648). Received: {self.seed}."
            )


@dataclass(frozen=True)
class Config:
    """One run.

    Attributes:
        name: What the run is called; its default folder is `runs/<name>`.
        data: What it learns from.
        spectrogram: How sound becomes what the network sees. Left out for images.
        model: What learns.
        training: How.
        energy: How its energy is counted.

    Raises:
        UsageError: If the parts do not fit together.
    """

    name: str
    data: DataConfig = field(default_factory=DataConfig)
    spectrogram: SpectrogramSettings | None = None
    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    energy: EnergyConfig = field(default_factory=EnergyConfig)

    def __post_init__(self) -> None:
        if not self.name or self.name.startswith(".") or "/" in self.name:
            raise UsageError(
                f"name must be usable as the name of a folder. Received: {self.name!r}."
            )
        is_images = self.data.name == "mnist"
        if is_images and self.spectrogram is not None:
            raise UsageError(
                f"data.name={self.data.name} has no spectrograms. "
                "Leave spectrogram out."
            )
        if not is_images and self.spectrogram is None:
            raise UsageError(
                f"data.name={self.data.name} needs spectrogram settings. "
                "Add `spectrogram: {}` for the defaults."
            )
        if (
            self.spectrogram is not None
            and self.spectrogram.num_channels > 1
            and self.data.is_augmented
        ):
            raise UsageError(
                "data.gain_db, pitch_semitones, mix_share and mask_share change "
                "decibels; spectrogram.representation="
                f"{self.spectrogram.representation} has another channel. Leave them "
                "out."
            )
        if (
            self.spectrogram is not None
            and not self.spectrogram.shown_as.has_equal_bins
            and self.data.pitch_semitones
            and self.data.name != "general"
        ):
            raise UsageError(
                "data.pitch_semitones moves bins of equal width; those of "
                f"spectrogram.representation={self.spectrogram.representation} differ. "
                "Leave it out."
            )
        if not is_images and self.model.padding == "valid":
            raise UsageError(
                "model.padding=valid leaves a border that no cell stands for. "
                "Sound needs model.padding=same."
            )


def _check_share(name: str, value: float) -> None:
    if not 0.0 <= value < 1.0:
        raise UsageError(f"{name} must lie in [0, 1). Received: {value}.")
