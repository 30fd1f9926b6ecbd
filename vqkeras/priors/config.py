"""Everything the training of a prior depends on. Imports no TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass, field

from edge_runtime.errors import UsageError
from vqkeras.config import TrainingConfig
from vqkeras.energy.config import EnergyConfig
from vqkeras.model.prior_shape import ATTENTION_HEADS, ATTENTION_REACH

# Short and long, narrow and wide, so that 21 cells of time and 20 of frequency are
# seen to each side.
_DILATIONS = ((1, 1), (2, 2), (1, 4), (4, 1), (1, 8), (8, 1), (2, 2), (1, 1))


@dataclass(frozen=True)
class PriorConfig:
    """One learned prior.

    Attributes:
        name: What it is called.
        units: Channels inside the network.
        dilations: `[time, freq]` of each residual block, in cells.
        attention_heads: Heads of a linear attention after every second block; `units`
            must divide by them. `0`: convolutions alone. A prior with attention runs in
            Keras only: neither the export nor `from_preset` takes it.
        attention_reach: Cells along time, to each side, that it asks.
        versions: How often each training example is encoded, each time with another
            level and mix, as its codec was trained.
        crop_cells: Cells along time that are looked at at once, at most.
        weight_decay: Of AdamW.
        training: How it learns; batches count crops.
        energy: How its energy is counted.
        from_preset: Preset whose prior's weights the training goes on from, for a codec
            that went on from the same preset. Defaults to `None`: fresh weights.

    Raises:
        UsageError: If a field is out of range; the message names it.
    """

    name: str
    units: int = 64
    dilations: tuple[tuple[int, int], ...] = _DILATIONS
    attention_heads: int = ATTENTION_HEADS
    attention_reach: int = ATTENTION_REACH
    versions: int = 1
    crop_cells: int = 40
    weight_decay: float = 1e-4
    training: TrainingConfig = field(default_factory=TrainingConfig)
    energy: EnergyConfig = field(default_factory=EnergyConfig)
    from_preset: str | None = None

    def __post_init__(self) -> None:
        counts = {
            "units": self.units,
            "versions": self.versions,
            "crop_cells": self.crop_cells,
            "attention_reach": self.attention_reach,
            "dilations": min(
                (step for pair in self.dilations for step in pair), default=0
            ),
        }
        for name, value in counts.items():
            if value < 1:
                raise UsageError(f"{name} must be 1 or more. Received: {value}.")
        if self.attention_heads < 0 or self.units % max(1, self.attention_heads):
            raise UsageError(
                f"attention_heads must be 0 or divide the {self.units} units. "
                f"Received: {self.attention_heads}."
            )
        if not 0.0 <= self.weight_decay <= 0.1:
            raise UsageError(
                f"weight_decay must lie in [0, 0.1]. Received: {self.weight_decay}."
            )
