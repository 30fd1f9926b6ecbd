"""Edits of long sounds: codes of the whole, samples only around what changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import gcd, lcm

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio_file import AudioFile
from edge_runtime.bundle import Bundle
from edge_runtime.cell_edit import NewCells
from edge_runtime.channel_edit import ChannelEdit, ChannelEditor, Passage
from edge_runtime.context import Context
from edge_runtime.heard_channel import HeardChannel
from edge_runtime.region import Region
from edge_runtime.resample import resample
from edge_runtime.sound_codec import SoundCodec

# Sounds longer than this, in s, are edited this way; shorter ones are analysed whole,
# which gives the same and takes a little less time, but more memory.
LONG_S = 20.0


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


def excerpt_around(
    rows: Sequence[int], bundle: Bundle, context: Context, audio_file: AudioFile
) -> Excerpt:
    """The part of a sound that regenerating some cells needs to see.

    Args:
        rows: Numbers of regenerated cells along time; the outermost matter.
        bundle: Model of sounds.
        context: How far it looks.
        audio_file: The sound.
    """
    settings, stride = bundle.settings, bundle.time_stride
    # Beyond the cells beside them, which set the level: what the decoder looks at, two
    # windows for the phase, and a cell for the resampler's ends.
    windows = -(-2 * settings.n_fft // (settings.hop_length * stride))
    margin = max(context.decoder_cells) + windows + 2
    # Both rates have a sample at every `step`-th cell, and a coarse cell begins there.
    per_cell = stride * settings.hop_length * audio_file.sample_rate
    step = settings.sample_rate // gcd(per_cell, settings.sample_rate)
    step = lcm(step, bundle.whole_cells)
    first = max(0, min(rows) - margin) // step * step
    last = -(-(max(rows) + 1 + margin) // step) * step
    return Excerpt(
        first_cell=first,
        first_sample=first * per_cell // settings.sample_rate,
        last_sample=min(
            last * per_cell // settings.sample_rate, len(audio_file.samples)
        ),
    )


def edit_long(
    audio_file: AudioFile,
    region: Region | NDArray[np.bool_],
    change: Callable[..., NewCells],
    codec: SoundCodec,
    editor: ChannelEditor,
    context: Context,
) -> tuple[list[ChannelEdit], int]:
    """Edit every channel.

    Args:
        audio_file: The sound.
        region: Box the edit is confined to, or the mask of its cells.
        change: Function of a codemap, the mask of the region's cells and the channel
            number; returns the new cells.
        codec: Model and features.
        editor: What makes samples of codes.
        context: How far the model looks beyond a cell.

    Returns:
        The channels, and the number of the file's sample that theirs begin with; masks
        and codemaps are those of the whole sound.
    """
    bundle, settings = codec.bundle, codec.settings
    edits = []
    touched: list[int] = []
    for number in range(audio_file.samples.shape[1]):
        heard = HeardChannel(audio_file, number, settings.sample_rate)
        before = codec.codemap_of(heard)
        cells = editor.cells_of(region, before.shape)
        after = change(before, cells, channel=number)
        edits.append((heard, before, after))
        changed = np.flatnonzero(np.max(after.mask, axis=1))
        touched += [int(changed[0]), int(changed[-1])] if len(changed) else []
    excerpt = excerpt_around(touched or [0], bundle, context, audio_file)
    part = replace(
        audio_file,
        samples=audio_file.samples[excerpt.first_sample : excerpt.last_sample],
    ).to_float()
    channels = []
    for number, (heard, before, after) in enumerate(edits):
        audio = np.ascontiguousarray(part[:, number])
        peak, jump = heard.largest()
        low = resample(audio, audio_file.sample_rate, settings.sample_rate)
        spectrum = codec.spectrum_of(low)
        passage = Passage(
            audio, audio_file.sample_rate, len(low), spectrum, peak=peak, jump=jump
        )
        # The excerpt's last cell may be one that its samples only touch.
        count = bundle.map_frames(len(spectrum))
        inside = slice(excerpt.first_cell, excerpt.first_cell + count)
        edit = editor.resynthesise(passage, before[inside], after.rows(inside))
        channels.append(
            replace(edit, mask=after.mask, before=before, after=after.codemap)
        )
    return channels, excerpt.first_sample
