"""The trained models a report is about."""

from __future__ import annotations

from dataclasses import dataclass

from vqkeras.run_codec import RunCodec


@dataclass(frozen=True, eq=False)
class Models:
    """Models of one report.

    Attributes:
        images: Models of images, the paper's rate first.
        notes: The model of notes.
    """

    images: list[RunCodec]
    notes: RunCodec

    @property
    def all(self) -> list[RunCodec]:
        """Every model."""
        return [*self.images, self.notes]
