"""Receptive field of a model in cells, and the delay that follows from it."""

from __future__ import annotations

from dataclasses import dataclass

from edge_runtime.bundle.bundle import Bundle

# What comes later than this after a key or a string is hard to play with.
LONGEST_S = 0.1


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


def delay_of(field: ReceptiveField, bundle: Bundle) -> int:
    """Samples by which the output comes after the input.

    A column's first sample waits for the last window of its last future cell.

    Args:
        field: What each output looks at.
        bundle: Model of sounds.
    """
    settings = bundle.settings
    cells = field.encoder.future + field.decoder.future + 1
    frames = cells * bundle.time_stride - 1
    return frames * settings.hop_length + settings.n_fft - 1


def prompt_lookahead(bundle: Bundle, longest_s: float = LONGEST_S) -> int:
    """Most future cells with which the output comes soon enough.

    Args:
        bundle: Model of sounds.
        longest_s: What is soon enough, in s. Defaults to `0.1`.

    Returns:
        Number of cells; 0 where even one comes too late.

    Example:

    >>> from edge_runtime.bundle.shipped import load_model
    >>> prompt_lookahead(load_model("nsynth_live"))
    2
    """
    field = receptive_field(bundle)
    longest = longest_s * bundle.settings.sample_rate
    counts = range(field.encoder.future + field.decoder.future, 0, -1)
    soon = (n for n in counts if delay_of(field.with_lookahead(n), bundle) <= longest)
    return next(soon, 0)
