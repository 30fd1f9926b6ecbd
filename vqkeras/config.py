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
from vqkeras.model.conv_architecture import ConvArchitecture
from vqkeras.model.model_config import ModelConfig


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
        strategy: `"single"`; `"mirrored"`: one replica per GPU (without GPUs, per
            logical CPU), each with its share of the batch; or `"workers"`: several
            processes or machines, which `TF_CONFIG` names, each with its share.

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
    strategy: Literal["single", "mirrored", "workers"] = "single"

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
        if not 0.0 <= self.weight_averaging < 1.0:
            raise UsageError(
                "training.weight_averaging must lie in [0, 1). "
                f"Received: {self.weight_averaging}."
            )
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
        model: What learns: a subclass of `ModelConfig`.
        training: How.
        energy: How its energy is counted.
        from_preset: Preset whose weights the training goes on from: a name, a folder or
            hf://user/repo. Defaults to `None`: fresh weights.

    Raises:
        UsageError: If the parts do not fit together.
    """

    name: str
    data: DataConfig = field(default_factory=DataConfig)
    spectrogram: SpectrogramSettings | None = None
    model: ModelConfig = field(default_factory=ConvArchitecture)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    energy: EnergyConfig = field(default_factory=EnergyConfig)
    from_preset: str | None = None

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
            and self.data.name not in ("general", "shards")
        ):
            raise UsageError(
                "data.pitch_semitones moves bins of equal width; those of "
                f"spectrogram.representation={self.spectrogram.representation} differ. "
                "Leave it out."
            )
        if not is_images and self.model.leaves_border:
            raise UsageError(
                "model.padding=valid leaves a border that no cell stands for. "
                "Sound needs model.padding=same."
            )
