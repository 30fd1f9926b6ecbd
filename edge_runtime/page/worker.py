"""Models ready to run, for one thread at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.engines.engine import Engine
from edge_runtime.engines.load import load_engine
from edge_runtime.page.answer import Refusal

# Of one network: somebody waits for the sound. More gain little on such small ones.
_MOST_THREADS = 4


@dataclass(frozen=True, eq=False)
class OtherModel:
    """A model that somebody may choose.

    Attributes:
        purpose: What it is for, in one line.
        load: Reads it and makes it ready.
    """

    purpose: str
    load: Callable[[], Worker]


@dataclass(frozen=True, eq=False)
class Worker:
    """Bundle and interpreter of one thread; interpreters cannot be shared.

    Attributes:
        bundle: Model of sounds.
        engine: What runs it.
        others: Other models by name, made ready when they are first asked for. Defaults
            to none.
    """

    bundle: Bundle
    engine: Engine
    others: Mapping[str, OtherModel] = field(default_factory=dict)
    _ready: dict[str, Worker] = field(default_factory=dict)

    @classmethod
    def ready(
        cls, bundle: Bundle, engine: str, others: Mapping[str, OtherModel] | None = None
    ) -> Worker:
        """A model with what runs it, on several of the machine's processors.

        Args:
            bundle: Model.
            engine: As for `load_engine`.
            others: As for the class. Defaults to none.

        Raises:
            MissingDependencyError: As `load_engine`.
            BundleError: As `load_engine`.
        """
        threads = min(_MOST_THREADS, os.cpu_count() or 1)
        return cls(bundle, load_engine(bundle, engine, threads=threads), others or {})

    @property
    def inpainter(self) -> Inpainter:
        """The effect on this interpreter."""
        return Inpainter(self.bundle, engine=self.engine)

    def of(self, name: str) -> Worker:
        """The same thread with another model.

        Raises:
            Refusal: 422 if it is none of `others`, nor this one.
            BundleError: If it cannot be read or run.
        """
        if name == self.bundle.name:
            return self
        if name not in self.others:
            names = ", ".join({self.bundle.name: None, **self.others})
            raise Refusal(422, f"No model {name[:40]!r} here. Expected one of {names}.")
        if name not in self._ready:
            self._ready[name] = self.others[name].load()
        return self._ready[name]

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
