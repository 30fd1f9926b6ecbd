"""Clips of four seconds out of sounds of any length: cut out, or put end to end."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.resample import resample
from vqkeras.datasets.audio_clip import clip_samples
from vqkeras.datasets.general_manifest import GeneralSound
from vqkeras.datasets.sounds import SECONDS

# Kinds and sources are drawn by the root of their duration: short ones more often than
# they occur, and what is there in plenty counts as this many seconds.
_PLENTY = 600.0
# Share of the short sounds that are followed by a pause, and the longest one, in s.
_PAUSE_SHARE = 0.3
_PAUSE = 0.5
# Resampled sounds pretend to have a rate that is a multiple of this, in Hz: filters
# between unrelated rates are long.
_RATE_STEP = 100


@dataclass(frozen=True)
class Part:
    """A piece of a clip.

    Attributes:
        sound: What to read.
        start: Where in it, in s.
        at: Where in the clip, in s.
    """

    sound: GeneralSound
    start: float
    at: float


@dataclass(frozen=True)
class Clip:
    """Four seconds of one kind of sound.

    Attributes:
        parts: What follows what.
        octaves: Change of pitch and speed.
    """

    parts: tuple[Part, ...]
    octaves: float = 0.0

    @property
    def fingerprint(self) -> str:
        """Text that changes when the content does."""
        parts = (f"{p.sound.fingerprint}@{p.start:.6f}>{p.at:.6f}" for p in self.parts)
        return f"{'|'.join(parts)}*{self.octaves:.6f}"


def drawn_clips(
    sounds: Sequence[GeneralSound], count: int, *, semitones: float, seed: int
) -> list[Clip]:
    """Clips to learn from, balanced over kinds.

    Args:
        sounds: What to draw from.
        count: Clips in all, about.
        semitones: Greatest change of pitch and speed; half of the clips are changed.
        seed: Of all draws.

    Returns:
        Clips sorted by kind.
    """
    kinds = _by(sounds, "kind")
    weights = {kind: _weight(members) for kind, members in kinds.items()}
    clips = []
    for number, kind in enumerate(sorted(kinds)):
        share = weights[kind] / sum(weights.values())
        sources = list(_by(kinds[kind], "source").values())
        odds = np.array([_weight(members) for members in sources])
        for place in range(max(1, round(share * count))):
            rng = np.random.default_rng([seed, number, place])
            source = sources[rng.choice(len(sources), p=odds / odds.sum())]
            clips.append(_drawn(source, semitones, rng))
    return clips


def all_clips(sounds: Sequence[GeneralSound], most: int) -> list[Clip]:
    """Clips to judge by: the sounds of each source end to end, unchanged.

    Args:
        sounds: What to cut up.
        most: Most clips of a kind, spread evenly over it.

    Returns:
        Clips sorted by kind and source. The last of a source goes on at its beginning.
    """
    clips = []
    kinds = _by(sounds, "kind")
    for kind in sorted(kinds):
        of_kind: list[Clip] = []
        sources = _by(kinds[kind], "source")
        for source in sorted(sources):
            of_kind += _end_to_end(sources[source])
        count = min(most, len(of_kind))
        clips += [of_kind[i * len(of_kind) // count] for i in range(count)]
    return clips


def read_clip(clip: Clip, sample_rate: int) -> NDArray[np.float32]:
    """Samples of a clip.

    Args:
        clip: What to read.
        sample_rate: Wanted rate, in Hz.

    Returns:
        Float32 array of shape `(4 * sample_rate,)`.
    """
    result = np.zeros(clip_samples(sample_rate), np.float32)
    for part in clip.parts:
        place = round(part.at * sample_rate)
        audio, rate = part.sound.read()
        if clip.octaves:
            rate = _RATE_STEP * round(rate * 2.0**clip.octaves / _RATE_STEP)
        first = round(part.start * rate)
        needed = math.ceil((len(result) - place) / sample_rate * rate)
        cut = resample(audio[first : first + needed], rate, sample_rate)
        cut = cut[: len(result) - place]
        result[place : place + len(cut)] = cut
    return result


def _drawn(
    source: Sequence[GeneralSound], semitones: float, rng: np.random.Generator
) -> Clip:
    octaves = 0.0
    if semitones and rng.random() < 0.5:
        octaves = rng.uniform(-semitones, semitones) / 12.0
    odds = np.sqrt([sound.seconds for sound in source])
    odds /= odds.sum()
    parts: list[Part] = []
    at = 0.0
    while at < SECONDS:
        sound = source[rng.choice(len(source), p=odds)]
        length = sound.seconds * 2.0**-octaves
        spare = length - (SECONDS - at)
        start = rng.uniform(0.0, spare) if spare > 0.0 and not parts else 0.0
        parts.append(Part(sound, start, at))
        at += length
        if rng.random() < _PAUSE_SHARE:
            at += rng.uniform(0.0, _PAUSE)
    return Clip(tuple(parts), octaves)


def _end_to_end(source: Sequence[GeneralSound]) -> list[Clip]:
    """Cut the sounds of a source, one after the other, every four seconds."""
    total = sum(sound.seconds for sound in source)
    clips = []
    for number in range(max(1, round(total / SECONDS))):
        index, start, at = 0, number * SECONDS, 0.0
        parts = []
        while at < SECONDS:
            sound = source[index % len(source)]
            left = sound.seconds - start
            if left > 0.0:
                parts.append(Part(sound, start, at))
                at += left
            start = max(0.0, -left)
            index += 1
        clips.append(Clip(tuple(parts)))
    return clips


def _by(sounds: Sequence[GeneralSound], name: str) -> dict[str, list[GeneralSound]]:
    groups: dict[str, list[GeneralSound]] = defaultdict(list)
    for sound in sounds:
        groups[getattr(sound, name)].append(sound)
    return groups


def _weight(sounds: Sequence[GeneralSound]) -> float:
    return math.sqrt(min(_PLENTY, sum(sound.seconds for sound in sounds)))
