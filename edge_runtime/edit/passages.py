"""Which parts of a long sound an edit must look at, one after the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.edit.level_fit import RING_S


@dataclass(frozen=True)
class Excerpt:
    """A part of a sound, and the cell that it begins with.

    Attributes:
        first_cell: Number of that cell.
        first_sample: Number of the first sample, in the file: where both rates have
            one, at most `lead` before the cell.
        last_sample: Number past the last sample.
        lead: Samples at the model's rate from there to the cell.
    """

    first_cell: int
    first_sample: int
    last_sample: int
    lead: int


def passages_of(rows: Sequence[int], *, longest: int, gap: int) -> list[range]:
    """Cut what is regenerated into passages.

    Args:
        rows: Numbers of regenerated cells along time, in order.
        longest: Most cells of a passage.
        gap: Cells between two passages, at least, unless the first is as long as may
            be: those that lie closer together see each other anyway.

    Returns:
        The passages, in order; each begins and ends with a regenerated cell.

    Example:

    >>> passages_of([3, 4, 9, 30], longest=100, gap=8)
    [range(3, 10), range(30, 31)]
    >>> passages_of(range(5), longest=2, gap=8)
    [range(0, 2), range(2, 4), range(4, 5)]
    """
    passages: list[range] = []
    for row in rows:
        if passages:
            last = passages[-1]
            if row - last.stop < gap and row - last.start < longest:
                passages[-1] = range(last.start, row + 1)
                continue
        passages.append(range(row, row + 1))
    return passages


def margin_of(bundle: Bundle) -> int:
    """Cells on each side of a passage that regenerating it needs to hear.

    What its level is compared with, two windows for the phase, and a cell for the
    fades at its ends. The decoder's own context is codes, not sound.

    Args:
        bundle: Model of sounds.
    """
    settings = bundle.settings
    frames = 2 * settings.n_fft / settings.hop_length
    frames += RING_S * settings.frames_per_second
    return math.ceil(frames / bundle.time_stride) + 1


def known_around(
    cells: NDArray[np.bool_], bundle: Bundle, audio_file: AudioFile, reach: int | None
) -> range:
    """Frames of cells whose codes an edit needs.

    Args:
        cells: Mask of the cells that may be regenerated, `(map_frames, map_bins)`.
        bundle: Model of sounds.
        audio_file: The sound.
        reach: How far beyond them what fills them looks; `None`: at everything.
    """
    rows = np.flatnonzero(cells.any(axis=1))
    if reach is None or not len(rows):
        return range(len(cells) if reach is None else 0)
    hidden = range(int(rows[0]), int(rows[-1]) + 1)
    settings, (before, after) = bundle.settings, bundle.context.decoder_cells
    excerpt = excerpt_around(hidden, bundle, audio_file)
    end_s = excerpt.last_sample / audio_file.sample_rate
    frames = math.ceil(end_s * settings.frames_per_second) + 1
    first = min(excerpt.first_cell - before, hidden.start - reach)
    last = max(bundle.map_frames(frames) + after, hidden.stop + reach)
    return range(max(0, first), min(last, len(cells)))


def excerpt_around(passage: range, bundle: Bundle, audio_file: AudioFile) -> Excerpt:
    """The part of a sound that regenerating a passage needs.

    Args:
        passage: Numbers of cells along time.
        bundle: Model of sounds.
        audio_file: The sound.
    """
    margin, rate = margin_of(bundle), audio_file.sample_rate
    model_rate = bundle.settings.sample_rate
    per_cell = bundle.time_stride * bundle.settings.hop_length
    first = max(0, passage.start - margin)
    # Both rates have a sample at every `step`-th of the model's.
    step = model_rate // math.gcd(rate, model_rate)
    lead = first * per_cell % step
    last = -(-(passage.stop + margin) * per_cell * rate // model_rate)
    return Excerpt(
        first_cell=first,
        first_sample=(first * per_cell - lead) * rate // model_rate,
        last_sample=min(last, len(audio_file.samples)),
        lead=lead,
    )
