"""Holes in steady noise: what comes back must be as like the noise as noise is.

Another stretch of the same noise is never the same, so nothing can be compared sample
by sample: distances of a regenerated stretch to untouched ones are divided by those
between untouched ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.region import Region
from vqkeras.datasets.general_clips import Clip, read_clip
from vqkeras.datasets.sounds import SECONDS
from vqkeras.evaluation.fillers import Filler, Models
from vqkeras.evaluation.heard_statistics import HeardRegion, heard_region

HOLE_S = 0.5
# Holes in each noise, at different places.
HOLES = 3
# What of a regenerated stretch may be further away than an untouched one: its target.
MOST = 1.25
# A sound is steady if its stretches differ by no more than this from their mean, in dB,
# mean over mel bands; and is loud enough to be heard.
STEADY_DB, LEAST_DB = 2.0, -60.0
_KINDS = ("environment", "fx", "percussion", "drums_hits")
_LEVEL = 0.1
_KEYS = ("distance_ratio", "level_db", "deviation_ratio")


@dataclass(frozen=True, eq=False)
class Noise:
    """A sound that is alike throughout.

    Attributes:
        name: What it is.
        audio: Float32 array of shape `(samples,)`.
    """

    name: str
    audio: NDArray[np.float32]


def noises(
    clips: Mapping[str, list[Clip]], sample_rate: int, *, seed: int
) -> Iterator[Noise]:
    """White and pink noise, and the steady ones of recordings.

    Args:
        clips: Recordings by kind, from `held_out_clips`.
        sample_rate: In Hz.
        seed: Of what is made up.
    """
    yield made_up("white", sample_rate, 0.0, seed=seed)
    yield made_up("pink", sample_rate, -0.5, seed=seed)
    for kind in _KINDS:
        for clip in clips.get(kind, []):
            audio = read_clip(clip, sample_rate)
            if is_steady(audio, sample_rate):
                yield Noise(clip.parts[0].sound.name, audio)


def made_up(name: str, sample_rate: int, power: float, *, seed: int) -> Noise:
    """Noise of 4 s whose magnitudes follow a power of frequency above 20 Hz.

    Args:
        name: What to call it.
        sample_rate: In Hz.
        power: 0 is white, -0.5 pink.
        seed: Of its numbers.

    Example:

    >>> made_up("white", 8000, 0.0, seed=0).audio.shape
    (32000,)
    """
    samples = round(SECONDS * sample_rate)
    white = np.random.default_rng(seed).normal(size=samples)
    hertz = np.fft.rfftfreq(samples, 1.0 / sample_rate)
    spectrum = np.fft.rfft(white) * np.maximum(hertz, 20.0) ** power
    audio = np.fft.irfft(spectrum, samples)
    return Noise(name, (audio * (_LEVEL / audio.std())).astype(np.float32))


def is_steady(audio: NDArray[np.float32], sample_rate: int) -> bool:
    """Whether all stretches of a sound resemble each other.

    Args:
        audio: Float32 array of shape `(samples,)`.
        sample_rate: In Hz.
    """
    duration = len(audio) / sample_rate
    heard = [
        heard_region(audio, stretch, sample_rate)
        for stretch in _stretches(duration, sample_rate / 2)
    ]
    levels = np.stack([each.statistics["level"] for each in heard])
    loudest = float(np.median([each.power_db for each in heard]))
    apart = np.abs(levels - levels.mean(axis=0)).mean(axis=1)
    return bool(apart.max() <= STEADY_DB and loudest >= LEAST_DB)


def evaluate_noise(
    models: Models, fillers: Mapping[str, Filler], noise: Noise, *, seed: int
) -> list[dict[str, Any]]:
    """Regenerate 0.5 s of a steady noise, at three places.

    Args:
        models: What regenerates.
        fillers: In which ways, by name.
        noise: The sound.
        seed: Of draws and textures.

    Returns:
        A row a filler: `noise`, `filler`, `distance_ratio` (mean absolute distance of
        levels in mel bands, frame by frame, to untouched stretches, divided by that
        between untouched ones), `level_db` (mean difference of these levels) and
        `deviation_ratio` (of their deviation over time, a band at a time).
    """
    rate = models.bundle.settings.sample_rate
    stretches = list(_stretches(len(noise.audio) / rate, rate / 2))
    real = [heard_region(noise.audio, stretch, rate) for stretch in stretches]
    middle = range(1, len(stretches) - 1)
    rows = []
    for name, filler in fillers.items():
        compared = []
        for place in middle[:: max(1, len(middle) // HOLES)][:HOLES]:
            region = stretches[place]
            edit = filler.sound(models, noise.audio, region, seed=seed + place)
            made = heard_region(edit.audio_file.to_float()[:, 0], region, rate)
            compared.append(_compared(made, real[:place] + real[place + 1 :]))
        means = {key: float(np.mean([each[key] for each in compared])) for key in _KEYS}
        rows.append({"noise": noise.name, "filler": name, **means})
    return rows


def _compared(made: HeardRegion, real: list[HeardRegion]) -> dict[str, float]:
    """How a stretch differs from untouched ones."""
    between = np.mean([_distance(a, b) for a, b in itertools.combinations(real, 2)])
    level, deviation = (
        np.mean([each.statistics[name] for each in real], axis=0)
        for name in ("level", "deviation")
    )
    return {
        "distance_ratio": float(np.mean([_distance(made, each) for each in real]))
        / float(between),
        "level_db": float((made.statistics["level"] - level).mean()),
        "deviation_ratio": float(
            made.statistics["deviation"].mean() / deviation.mean()
        ),
    }


def _distance(one: HeardRegion, other: HeardRegion) -> float:
    """Mean absolute difference of levels, frame by frame."""
    frames = min(len(one.levels), len(other.levels))
    return float(np.abs(one.levels[:frames] - other.levels[:frames]).mean())


def _stretches(duration: float, high_hz: float) -> Iterator[Region]:
    """Neighbouring pieces of a sound; what is at its ends is left out."""
    for number in range(int(duration / HOLE_S) - 1):
        start = HOLE_S / 2 + number * HOLE_S
        yield Region(start, start + HOLE_S, 0.0, high_hz)
