"""A model ready to run, for one thread at a time."""

from __future__ import annotations

from dataclasses import dataclass

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.engines.engine import Engine


@dataclass(frozen=True, eq=False)
class Worker:
    """Bundle and interpreter of one thread; interpreters cannot be shared.

    Attributes:
        bundle: Model of sounds.
        engine: What runs it.
    """

    bundle: Bundle
    engine: Engine

    @property
    def inpainter(self) -> Inpainter:
        """The effect on this interpreter."""
        return Inpainter(self.bundle, engine=self.engine)

    def map_shape(self, audio_file: AudioFile) -> tuple[int, int]:
        """Cells of a sound's codemap, `(map_frames, map_bins)`."""
        bundle, settings = self.bundle, self.bundle.settings
        samples = len(audio_file.samples) * settings.sample_rate
        heard = -(-samples // audio_file.sample_rate)
        frames = heard // settings.hop_length + 1
        return (
            bundle.map_frames(frames),
            settings.num_bins // bundle.freq_stride,
        )
