"""Edits of long sounds: codes of the whole, samples passage by passage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.audio.resample import resample
from edge_runtime.bundle.context import Context
from edge_runtime.edit.cell_edit import NewCells
from edge_runtime.edit.channel_editor import ChannelEditor, Passage
from edge_runtime.edit.heard_channel import HeardChannel
from edge_runtime.edit.level_fit import border_of, fitted_level_db
from edge_runtime.edit.passages import excerpt_around, margin_of, passages_of
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.spectrogram.region import Region

# Sounds longer than this, in s, are edited this way; shorter ones are analysed whole,
# which gives the same and takes a little less time, but more memory.
LONG_S = 20.0
# What is regenerated at a time, in s.
PASSAGE_S = 20.0


@dataclass(frozen=True, eq=False)
class LongEdit:
    """An edited long sound.

    Attributes:
        audio_file: The sound.
        before: Codes of each channel, shape `(map_frames, map_bins)`.
        after: What became of them.
        level_db: Per channel the gain that fitted the level inside to the outside.
    """

    audio_file: AudioFile
    before: list[NDArray[np.int32]]
    after: list[NewCells]
    level_db: tuple[float, ...]


def edit_long(
    audio_file: AudioFile,
    region: Region | NDArray[np.bool_],
    change: Callable[..., NewCells],
    codec: SoundCodec,
    editor: ChannelEditor,
    context: Context,
) -> LongEdit:
    """Edit every channel, in memory that does not grow with the region.

    All codes are changed first. Then samples are made of them, a passage at a time:
    each grows out of the one before, as it does out of what is not regenerated.

    Args:
        audio_file: The sound.
        region: Box the edit is confined to, or the mask of its cells.
        change: Function of a codemap, the mask of the region's cells and the channel
            number; returns the new cells.
        codec: Model and features.
        editor: What makes samples of codes.
        context: How far the model looks beyond a cell.

    Returns:
        The edit.
    """
    bundle, settings = codec.bundle, codec.settings
    before, after = [], []
    for number in range(audio_file.samples.shape[1]):
        heard = HeardChannel(audio_file, number, settings.sample_rate)
        before.append(codec.codemap_of(heard))
        cells = editor.cells_of(region, before[-1].shape)
        after.append(change(before[-1], cells, channel=number))
    rows = np.flatnonzero(np.any([cells.mask for cells in after], axis=(0, 2)))
    frames = PASSAGE_S * settings.frames_per_second
    passages = passages_of(
        rows.tolist(),
        longest=max(1, int(frames / bundle.time_stride)),
        gap=2 * margin_of(bundle, context),
    )
    edit = _Passages(audio_file, before, after, codec, editor, context)
    level_db = (0.0,) * len(after)
    if len(passages) == 1:  # it fits its own level
        level_db = edit.regenerate(passages[0], None)
    elif passages:
        level_db = edit.level_db(passages)
        for passage in passages:
            edit.regenerate(passage, level_db)
    return LongEdit(edit.edited, before, after, level_db)


class _Passages:
    """A sound that is edited passage by passage."""

    def __init__(
        self,
        audio_file: AudioFile,
        before: list[NDArray[np.int32]],
        after: list[NewCells],
        codec: SoundCodec,
        editor: ChannelEditor,
        context: Context,
    ) -> None:
        self.edited = audio_file.copied()
        self._before, self._after = before, after
        self._codec, self._editor, self._context = codec, editor, context
        self._largest = [
            HeardChannel(audio_file, number, codec.settings.sample_rate).largest()
            for number in range(len(after))
        ]

    def level_db(self, passages: list[range]) -> tuple[float, ...]:
        """Gain per channel that fits all passages to what surrounds them."""
        if not self._editor.fit:
            return (0.0,) * len(self._after)
        ratios: list[list[NDArray[np.float64]]] = [[] for _ in self._after]
        for rows in passages:
            for number, (passage, inside) in enumerate(self._heard(rows)):
                cells = self._after[number]
                border = border_of(cells.mask)
                border[: max(0, rows.start - 1)] = border[rows.stop + 1 :] = False
                ratios[number].append(
                    self._editor.level_ratios_db(
                        passage.spectrum, cells.rows(inside), border[inside]
                    )
                )
        return tuple(fitted_level_db(np.concatenate(parts)) for parts in ratios)

    def regenerate(
        self, rows: range, level_db: tuple[float, ...] | None
    ) -> tuple[float, ...]:
        """Put the samples of some cells into the sound; return the gain per channel."""
        channels = []
        for number, (passage, inside) in enumerate(self._heard(rows)):
            cells = self._after[number]
            outside = np.ones(len(cells.mask), np.bool_)
            outside[rows.start : rows.stop] = False
            mask = cells.mask & ~outside[:, np.newaxis]
            channels.append(
                self._editor.resynthesise(
                    passage,
                    self._before[number][inside],
                    replace(cells, mask=mask).rows(inside),
                    None if level_db is None else level_db[number],
                )
            )
        first, part = self._part(rows)
        audio = np.stack([channel.audio for channel in channels], axis=1)
        touched = np.stack([channel.touched for channel in channels], axis=1)
        result = part.with_float(audio, np.max(touched, axis=1))
        self.edited.put(first, np.where(touched, result.samples, part.samples))
        self.edited.forget()
        return tuple(channel.level_db for channel in channels)

    def _part(self, rows: range) -> tuple[int, AudioFile]:
        """The sound around some cells as it is now, and its first sample's number."""
        excerpt = excerpt_around(rows, self._codec.bundle, self._context, self.edited)
        inside = slice(excerpt.first_sample, excerpt.last_sample)
        return excerpt.first_sample, replace(
            self.edited, samples=self.edited.samples[inside]
        )

    def _heard(self, rows: range) -> list[tuple[Passage, slice]]:
        """Every channel around some cells, and which cells those are."""
        settings = self._codec.settings
        excerpt = excerpt_around(rows, self._codec.bundle, self._context, self.edited)
        audio = self._part(rows)[1].to_float()
        self.edited.forget()
        heard = []
        for number, (peak, jump) in enumerate(self._largest):
            channel = np.ascontiguousarray(audio[:, number])
            rate = self.edited.sample_rate
            low = resample(channel, rate, settings.sample_rate)
            spectrum = self._codec.spectrum_of(low)
            passage = Passage(channel, rate, len(low), spectrum, peak=peak, jump=jump)
            # The excerpt's last cell may be one that its samples only touch.
            count = self._codec.bundle.map_frames(len(spectrum))
            first = excerpt.first_cell
            heard.append((passage, slice(first, first + count)))
        return heard
