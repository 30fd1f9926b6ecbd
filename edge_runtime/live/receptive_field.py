"""Receptive field of a model in cells: how many neighbours each output looks at."""

from __future__ import annotations

from dataclasses import dataclass

from edge_runtime.bundle.bundle import Bundle


@dataclass(frozen=True)
class Reach:
    """Cells that one output cell looks at, besides its own.

    Attributes:
        past: Cells before it.
        future: Cells after it.
    """

    past: int
    future: int

    @property
    def cells(self) -> int:
        """Length of the window, its own cell included."""
        return self.past + 1 + self.future


@dataclass(frozen=True)
class ReceptiveField:
    """Reach along time of both halves of a model.

    Attributes:
        encoder: From spectrogram to latents.
        decoder: From codemap to spectrogram; a partly reached cell counts whole.
    """

    encoder: Reach
    decoder: Reach

    def with_lookahead(self, cells: int) -> ReceptiveField:
        """At most so many future cells in all: half for the decoder, rounded up.

        Args:
            cells: Future cells allowed, 0 or more.

        Example:

        >>> field = ReceptiveField(Reach(2, 2), Reach(4, 4))
        >>> field.with_lookahead(3)
        ReceptiveField(encoder=Reach(past=2, future=1), decoder=Reach(past=4, future=2))
        """
        encoder = min(self.encoder.future, cells // 2)
        decoder = min(self.decoder.future, cells - encoder)
        encoder = min(self.encoder.future, cells - decoder)
        return ReceptiveField(
            Reach(self.encoder.past, encoder), Reach(self.decoder.past, decoder)
        )


def receptive_field(bundle: Bundle) -> ReceptiveField:
    """Receptive field of a model along time, as its export measured it.

    Args:
        bundle: Model of sounds.
    """
    context, stride = bundle.context, bundle.time_stride
    before, after = (-(-frames // stride) for frames in context.encoder_frames)
    return ReceptiveField(Reach(before, after), Reach(*context.decoder_cells))
