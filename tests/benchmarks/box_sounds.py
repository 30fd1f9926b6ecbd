"""Sounds that no training heard, boxes in them, and what is measured in a box."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from edge_runtime import Region
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.spectrogram.stft import stft
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.general_clips import read_clip
from vqkeras.datasets.nsynth import load_nsynth
from vqkeras.datasets.sounds import SECONDS
from vqkeras.evaluation.held_out import held_out_clips

# Kinds of `general` that are told together.
GROUPS = {
    "drums": ("drums_hits", "drums_loops", "percussion"),
    "voice": ("speech", "singing"),
    "notes": ("notes",),
    "polyphony": ("polyphony", "melodic_loops"),
    "noises": ("environment", "fx"),
}
IMAGES = ("near mono", "panned", "wide")
# A box counts if it is no further than this below the mean level of its sound.
QUIETEST_DB = -30.0

# Gives a sound of 4 s at the model's rate, float32 of shape `(samples,)`.
Reader = Callable[[], Any]


def held_out_sounds(data: DataConfig, bundle: Bundle) -> dict[str, list[list[Reader]]]:
    """The test's sounds of a model's own data.

    Returns:
        By what is told together (`GROUPS`, or families of instruments) the sounds of
        each of its kinds.
    """
    rate = bundle.settings.sample_rate
    if data.name == "general":
        clips = held_out_clips(data, bundle)
        groups = {
            group: [
                [partial(read_clip, clip, rate) for clip in clips[kind]]
                for kind in kinds
                if kind in clips
            ]
            for group, kinds in GROUPS.items()
        }
        return {group: kinds for group, kinds in groups.items() if kinds}
    notes = load_nsynth(data, bundle.settings).test
    families: dict[str, list[Reader]] = {}
    for metadata, reader in zip(notes.metadata, notes.readers, strict=True):
        families.setdefault(metadata["instrument_family_str"], []).append(reader)
    return {family: [families[family]] for family in sorted(families)}


def drawn(kinds: list[list[Reader]], rng: np.random.Generator) -> Iterator[Any]:
    """Sounds without end, all kinds in turn."""
    while True:
        for of_kind in kinds:
            yield of_kind[rng.integers(len(of_kind))]()


@dataclass(frozen=True)
class Meter:
    """Levels in boxes, by the window of the model.

    Attributes:
        rate: Of the sounds, in Hz.
        n_fft: Length of the window, in samples.
        hop: Step between frames.
    """

    rate: int
    n_fft: int
    hop: int

    @classmethod
    def of(cls, bundle: Bundle) -> Meter:
        """One for sounds at a model's rate."""
        settings = bundle.settings
        return cls(settings.sample_rate, settings.n_fft, settings.hop_length)

    def inside(self, audio: Any, box: Region) -> Any:
        """Spectrum of the frames and bins whose centres lie in a box."""
        spectrum = stft(audio, n_fft=self.n_fft, hop_length=self.hop)
        times = np.arange(len(spectrum)) * self.hop / self.rate
        hertz = np.arange(spectrum.shape[1]) * self.rate / self.n_fft
        rows = (times >= box.start_s) & (times < box.end_s)
        columns = (hertz >= max(20.0, box.low_hz)) & (hertz <= box.high_hz)
        return spectrum[rows][:, columns].astype(np.complex128)

    def level_db(self, audio: Any, box: Region) -> float:
        """Mean power of a frame inside a box, in dB re a full-scale sine."""
        power = np.square(np.abs(self.inside(audio, box))).sum(axis=1).mean()
        return float(10.0 * np.log10(power / (self.n_fft / 4) ** 2 + 1e-12))

    def correlation(self, audio: Any, box: Region) -> float:
        """Correlation of two channels `(samples, 2)` inside a box."""
        left, right = (self.inside(audio[:, channel], box) for channel in range(2))
        power = np.square(np.abs(left)).sum() * np.square(np.abs(right)).sum()
        return float((left * right.conj()).real.sum() / np.sqrt(power + 1e-30))

    def box_in(self, audio: Any, rng: np.random.Generator) -> Region | None:
        """A box in which something sounds; `None` where none is found.

        0.1 to 0.6 s long, half of them over all frequencies, half over one to three
        octaves.
        """
        top = self.rate / 2
        whole = Region(0.0, SECONDS, 0.0, top)
        for _ in range(20):
            length = rng.uniform(0.1, 0.6)
            start = rng.uniform(0.5, SECONDS - 0.5 - length)
            low, high = 0.0, top
            if rng.random() < 0.5:
                low = float(np.exp(rng.uniform(np.log(100.0), np.log(2000.0))))
                high = min(high, low * 2.0 ** rng.uniform(1.0, 3.0))
            box = Region(start, start + length, low, high)
            level = self.level_db(audio, box)
            if level > -60.0 and level - self.level_db(audio, whole) > QUIETEST_DB:
                return box
        return None


def stereo_of(one: Any, other: Any, image: str, rng: np.random.Generator) -> Any:
    """Two channels of one or two sounds, float32 `(samples, 2)`."""
    second = other * np.sqrt(np.mean(one**2) / (np.mean(other**2) + 1e-12))
    if image == "near mono":
        side = 0.1 * second
        pair = [one + side, one - side]
    elif image == "panned":
        a, b = rng.uniform(0.1, 0.45), rng.uniform(0.55, 0.9)
        pair = [
            np.sqrt(1.0 - a) * one + np.sqrt(1.0 - b) * second,
            np.sqrt(a) * one + np.sqrt(b) * second,
        ]
    else:
        pair = [diffused(one, rng), diffused(one, rng)]
    stereo = np.stack(pair, axis=1)
    return (0.5 * stereo / max(1e-3, np.abs(stereo).max())).astype(np.float32)


def diffused(audio: Any, rng: np.random.Generator) -> Any:
    """A sound and, as loud, its echoes of some ms with random signs."""
    echoes = np.zeros(512)
    echoes[0] = 1.0
    echoes[rng.integers(32, 512, 6)] += rng.choice([-0.4, 0.4], 6)
    return np.convolve(audio, echoes)[: len(audio)]


def excess_s(before: Any, after: Any, box: Region, rate: int) -> float:
    """How much was changed before and after the box, both together, in s."""
    changed = np.flatnonzero((before != after).any(axis=1))
    if not len(changed):
        return 0.0
    early = max(0.0, box.start_s - changed[0] / rate)
    return float(early + max(0.0, changed[-1] / rate - box.end_s))
