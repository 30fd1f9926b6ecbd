"""How many neighbouring cells a model looks at: as its bundle says, or as measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.engines.engine import Engine
from edge_runtime.errors import BundleError

# Lengths tried, in cells, until the change dies out before the ends.
_LENGTHS = (17, 33, 65)
# Random inputs per length: in one alone a rectifier may hide a connection.
_TRIALS = 4


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


def receptive_field(bundle: Bundle, engine: Engine) -> ReceptiveField:
    """Receptive field of a model along time.

    Args:
        bundle: Model of sounds. Exported before contexts were recorded, it is measured.
        engine: What runs it.

    Raises:
        BundleError: If it cannot be used or measured.
    """
    context, stride = bundle.context, bundle.time_stride
    if context is None:
        return measured_field(bundle, engine)
    before, after = (-(-frames // stride) for frames in context.encoder_frames)
    return ReceptiveField(Reach(before, after), Reach(*context.decoder_cells))


def measured_field(bundle: Bundle, engine: Engine, *, seed: int = 0) -> ReceptiveField:
    """Measure the receptive field of a model along time.

    Noise goes in, one cell of it is replaced, and every output that differs in any bit
    looks at that cell. The steps of an int8 model hide connections weaker than
    themselves: then a few codes may differ from those of the whole file, though never
    from one way of cutting blocks to another.

    Args:
        bundle: Model of sounds.
        engine: What runs it.
        seed: Of the noise. Defaults to `0`.

    Raises:
        BundleError: If the model gives another number of cells than it declares, or
            its outputs depend on everything.
    """
    rng = np.random.default_rng(seed)
    settings, stride = bundle.settings, bundle.time_stride
    map_bins = settings.num_bins // bundle.freq_stride

    def spectrogram(cells: int) -> NDArray[np.float32]:
        shape = (cells * stride, settings.num_bins, settings.num_channels)
        return rng.random(shape, np.float32)

    def codemap(cells: int) -> NDArray[np.int32]:
        return rng.integers(bundle.codebook_size, size=(cells, map_bins), dtype="int32")

    return ReceptiveField(
        encoder=_reach(engine.encode, spectrogram, stride, 1),
        decoder=_reach(engine.decode, codemap, 1, stride),
    )


def _reach(
    run: Callable[[NDArray[Any]], NDArray[np.float32]],
    make: Callable[[int], NDArray[Any]],
    rows_in: int,
    rows_out: int,
) -> Reach:
    """Reach of a network half with so many rows per cell at its input and output."""
    for cells in _LENGTHS:
        centre = cells // 2
        changed = np.zeros(cells, np.bool_)
        for _ in range(_TRIALS):
            before = make(cells)
            after = before.copy()
            inside = slice(centre * rows_in, (centre + 1) * rows_in)
            after[inside] = make(1)
            outputs = [run(value[np.newaxis])[0] for value in (before, after)]
            if len(outputs[0]) != cells * rows_out:
                raise BundleError(
                    f"The model gives {len(outputs[0])} rows for {cells} cells; "
                    f"{cells * rows_out} were expected."
                )
            differs = (outputs[0] != outputs[1]).reshape(cells, -1).any(axis=1)
            changed |= differs
        first, last = _ends(changed, centre)
        if first > 0 and last < cells - 1:
            return Reach(past=last - centre, future=centre - first)
    raise BundleError(
        f"Each output of the model depends on more than {_LENGTHS[-1] // 2} cells "
        "around it, too many to play live. Use a model of convolutions only."
    )


def _ends(changed: NDArray[np.bool_], centre: int) -> tuple[int, int]:
    """First and last changed cell; the centre counts as changed."""
    changed[centre] = True
    cells = np.flatnonzero(changed)
    return int(cells[0]), int(cells[-1])
