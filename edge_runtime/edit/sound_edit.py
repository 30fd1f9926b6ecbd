"""An edit of a sound of any length: codes of the whole, samples passage by passage.

Everything is linear in the spectrum, so the output is the input plus the resynthesised
difference of spectra, which is zero wherever no regenerated frame reaches.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from operator import add

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.edit.cell_edit import NewCells
from edge_runtime.edit.click_guard import without_clicks
from edge_runtime.edit.edited_sound import EditedSound
from edge_runtime.edit.heard_channel import HeardChannel, heard_channels
from edge_runtime.edit.input_limits import InputLimits
from edge_runtime.edit.level_fit import (
    KEPT_LOWEST_DB,
    LIMIT_DB,
    Energies,
    LevelFit,
    fitted,
)
from edge_runtime.edit.passage import PassageRenderer
from edge_runtime.edit.passage_stages import Generated, Heard
from edge_runtime.edit.passages import excerpt_around, margin_of, passages_of
from edge_runtime.edit.peak_guard import without_clipping
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.spectrogram.region import Region
from edge_runtime.stage_times import StageTimes

# What is regenerated at a time, in s.
PASSAGE_S = 20.0


@dataclass(frozen=True, eq=False)
class Rendered:
    """An edited sound.

    Attributes:
        sound: The sound.
        level: The gain of what was generated.
        share: How much of the change was left by the guard against clicks, as a share
            of its root mean square.
        changed: The box in which something has changed; `None` if nothing has.
        above: Whether what lies above the model's band follows.
    """

    sound: EditedSound
    level: LevelFit
    share: float
    changed: Region | None
    above: bool


class SoundEdit:
    """A sound that is edited passage by passage, in memory that does not grow with it.

    Args:
        audio_file: The sound.
        heard: Its channels.
        codec: Model and features.
        cells: Its cells after the edit.
        free: Mask of the cells that nobody asked for.
        renderer: What makes samples of them.
        times: Where the time of each stage is added.
    """

    def __init__(
        self,
        audio_file: AudioFile,
        heard: list[HeardChannel],
        codec: SoundCodec,
        cells: NewCells,
        free: NDArray[np.bool_],
        renderer: PassageRenderer,
        times: StageTimes,
    ) -> None:
        self._codec, self._cells, self._free = codec, cells, free
        self._renderer, self._times = renderer, times
        self._edited = EditedSound(audio_file)
        self._sound, self._channels = audio_file, heard
        self._limits = InputLimits(heard, audio_file.subtype)
        self._asked, self._kept = 0.0, 0.0
        self._changed: Region | None = None
        self._above = False

    def run(self) -> Rendered:
        """Regenerate everything: each passage grows out of the one before."""
        settings, bundle = self._codec.settings, self._codec.bundle
        frames = PASSAGE_S * settings.frames_per_second
        passages = passages_of(
            np.flatnonzero(self._cells.mask.any(axis=1)).tolist(),
            longest=max(1, int(frames / bundle.time_stride)),
            gap=2 * margin_of(bundle),
        )
        level = LevelFit(0.0, "nothing")
        if len(passages) == 1:
            decoded = self._decoded(passages[0])
            level = self._fitted(decoded.energies)
            self._render(decoded, level)
        elif passages:
            energies = (self._decoded(passage).energies for passage in passages)
            level = self._fitted(reduce(add, energies))
            for passage in passages:
                self._render(self._decoded(passage), level)
        # Slopes in place of jumps may add a little.
        share = min(1.0, np.sqrt(self._kept / self._asked)) if self._asked else 1.0
        return Rendered(self._edited, level, float(share), self._changed, self._above)

    def _fitted(self, energies: Energies) -> LevelFit:
        keeps = self._renderer.settings.keeps_level
        return fitted(energies, KEPT_LOWEST_DB if keeps else -LIMIT_DB)

    def _decoded(self, rows: range) -> Generated:
        inside = np.zeros(len(self._cells.mask), np.bool_)
        inside[rows.start : rows.stop] = True
        return self._renderer.decode(
            self._heard(rows),
            self._cells.decodable,
            self._cells.mask & inside[:, np.newaxis],
            others=self._cells.mask & ~inside[:, np.newaxis],
            free=self._free,
        )

    def _heard(self, rows: range) -> Heard:
        """The sound around some cells as it is now."""
        bundle, settings = self._codec.bundle, self._codec.settings
        if self._changed is not None:  # a passage before this one
            self._sound = self._edited.whole
            self._channels = heard_channels(self._sound, settings.sample_rate)
        excerpt = excerpt_around(rows, bundle, self._sound)
        inside = slice(excerpt.first_sample, excerpt.last_sample)
        audio = replace(self._sound, samples=self._sound.samples[inside]).to_float()
        self._sound.forget()
        rate, hop_length = self._sound.sample_rate, settings.hop_length
        length = -(-len(audio) * settings.sample_rate // rate) - excerpt.lead
        first = excerpt.first_cell * bundle.time_stride
        spectra = [
            self._codec.frames(channel, first, first + length // hop_length + 1)
            for channel in self._channels
        ]
        return Heard(
            audio=audio,
            sample_rate=rate,
            first_sample=excerpt.first_sample,
            duration=self._sound.duration,
            length=length,
            lead=excerpt.lead,
            spectra=np.stack(spectra),
            first_cell=excerpt.first_cell,
        )

    def _render(self, decoded: Generated, level: LevelFit) -> None:
        """Put the samples of a passage into the sound."""
        done = self._renderer.render(decoded, level.gain_db)
        if done is None or not done.touched.any():
            return
        heard, places = decoded.heard, np.flatnonzero(done.touched)
        # A sample more on each side: a jump has two.
        near = slice(max(0, int(places[0]) - 1), int(places[-1]) + 2)
        audio, change = heard.audio[near], done.added[near]
        with self._times.stage("clicks"):
            self._asked += float(np.square(change, dtype=np.float64).sum())
            peaks, jumps = self._limits.for_edit(heard.audio, audio + change)
            change = without_clipping(audio, change, peaks, heard.sample_rate)
            change = without_clicks(audio, change, jumps, heard.sample_rate)
            self._kept += float(np.square(change, dtype=np.float64).sum())
        # A change of 0 leaves a sample's own digits, which float32 may not hold.
        moved = change != 0.0
        # What the slopes in place of jumps add may be a little too much again.
        audio = np.clip(audio + change, -peaks, peaks)
        first = heard.first_sample + near.start
        stored = self._sound.samples[first : first + len(audio)]
        part = replace(self._sound, samples=stored, mapped=None)
        result = part.with_float(audio, moved.any(axis=1))
        samples = np.where(moved, result.samples, stored)
        different = np.flatnonzero((samples != stored).any(axis=1))
        self._sound.forget()
        if len(different):
            self._edited.put(first, samples)
            start, end = first + int(different[0]), first + int(different[-1]) + 1
            rate = heard.sample_rate
            box = Region(start / rate, end / rate, done.low_hz, done.high_hz)
            self._changed = box if self._changed is None else self._changed.around(box)
            self._above = self._above or done.above
