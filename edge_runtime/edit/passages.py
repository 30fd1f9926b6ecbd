"""Which parts of a long sound an edit must look at, one after the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.edit.level_fit import RING_S


@dataclass(frozen=True)
class Excerpt:
    """A part of a sound that begins with a cell, at a sample of the file.

    Attributes:
        first_cell: Number of that cell.
        first_sample: Number of that sample.
        last_sample: Number past the last sample.
    """

    first_cell: int
    first_sample: int
    last_sample: int


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


def excerpt_around(passage: range, bundle: Bundle, audio_file: AudioFile) -> Excerpt:
    """The part of a sound that regenerating a passage needs.

    Args:
        passage: Numbers of cells along time.
        bundle: Model of sounds.
        audio_file: The sound.
    """
    settings, margin = bundle.settings, margin_of(bundle)
    # Both rates have a sample at every `step`-th cell.
    per_cell = bundle.time_stride * settings.hop_length * audio_file.sample_rate
    step = settings.sample_rate // math.gcd(per_cell, settings.sample_rate)
    first = max(0, passage.start - margin) // step * step
    last = -(-(passage.stop + margin) // step) * step
    return Excerpt(
        first_cell=first,
        first_sample=first * per_cell // settings.sample_rate,
        last_sample=min(
            last * per_cell // settings.sample_rate, len(audio_file.samples)
        ),
    )
