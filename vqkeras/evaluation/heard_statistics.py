"""Statistics of a region of a sound and of its borders, as an ear might take them.

Levels in mel bands, and how they change. A stand-in for listening: what tells a
regenerated region from a real one by these, a listener can hear.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.decibels import full_scale, power_of
from edge_runtime.spectrogram.mel import hz_from_mel, mel_filterbank, mel_from_hz
from edge_runtime.spectrogram.region import Region
from edge_runtime.spectrogram.stft import stft

GROUPS = ("level", "deviation", "steps", "peaks", "seams", "flatness")
MELS = 32
FLOOR_DB = -90.0
# What counts as the border of a region, on each side of it.
BORDER_S = 0.1
# Frames across a seam: windows of neighbouring ones overlap.
_ACROSS = 4
_N_FFT, _HOP = 1024, 256


@dataclass(frozen=True, eq=False)
class HeardRegion:
    """What is heard of a region.

    Attributes:
        statistics: For each of `GROUPS` a float32 array: `(32,)`, one number a mel
            band; of `"seams"` also the steps across the lower and upper edge; of
            `"flatness"` for each third of the bands. NaN in bands outside the region.
        thirds_db: Float64 array of shape `(3,)`: mean level, in dB, in the lowest,
            middle and highest third of the bands.
        power_db: Level of the energy in the region, in dB.
        levels: Levels in the mel bands inside, float32 `(frames, bands)`, in dB.
    """

    statistics: dict[str, NDArray[np.float32]]
    thirds_db: NDArray[np.float64]
    power_db: float
    levels: NDArray[np.float32]


def heard_region(
    audio: NDArray[np.float32], region: Region, sample_rate: int
) -> HeardRegion:
    """Measure a region of a sound.

    Windows of 1024 samples, a hop of 256. Frames and bands count whose centres lie in
    the region, or at least two frames and one band.

    Args:
        audio: Float32 array of shape `(samples,)`.
        region: Box inside the sound, with some sound before and after it.
        sample_rate: In Hz.

    Example:

    >>> rng = np.random.default_rng(0)
    >>> noise = rng.normal(0.0, 0.1, 16000).astype(np.float32)
    >>> heard = heard_region(noise, Region(0.4, 0.6, 0.0, 8000.0), 16000)
    >>> heard.thirds_db.round().tolist()
    [-34.0, -32.0, -28.0]
    """
    power = power_of(stft(audio, n_fft=_N_FFT, hop_length=_HOP))
    power *= np.float32(full_scale(_N_FFT) ** -2)
    filters = mel_filterbank(sample_rate, _N_FFT, MELS)
    levels = _db(power @ filters.T)  # (frames, bands)
    seconds = np.arange(len(levels)) * (_HOP / sample_rate)
    # Two frames at least: one has no steps.
    rows = _inside(seconds, region.start_s, region.end_s, least=2)
    bands = _inside(_centres_hz(sample_rate), region.low_hz, region.high_hz)
    hertz = np.arange(power.shape[1]) * (sample_rate / _N_FFT)
    bins = _inside(hertz, region.low_hz, region.high_hz)
    inside = levels[rows, bands]
    statistics: dict[str, NDArray[np.floating]] = {
        "level": inside.mean(axis=0),
        "deviation": inside.std(axis=0),
        "steps": np.abs(np.diff(inside, axis=0)).mean(axis=0),
        "peaks": inside.max(axis=0) - np.median(inside, axis=0),
    }
    whole = {name: _in_all_bands(values, bands) for name, values in statistics.items()}
    whole["seams"] = _seams(levels, rows, bands, sample_rate)
    whole["flatness"] = _flatness(power[rows, bins])
    thirds = np.array_split(inside.mean(axis=0, dtype=np.float64), 3)
    return HeardRegion(
        statistics={name: values.astype(np.float32) for name, values in whole.items()},
        thirds_db=np.array(
            [third.mean() if third.size else np.nan for third in thirds]
        ),
        power_db=float(_db(power[rows, bins].sum(axis=1).mean())),
        levels=inside,
    )


def _seams(
    levels: NDArray[np.float32], rows: slice, bands: slice, sample_rate: int
) -> NDArray[np.floating]:
    """Jumps across all four edges, and levels inside less those outside."""
    half = _ACROSS // 2
    last = len(levels) - 1
    jumps = []
    for edge in (rows.start, rows.stop):
        before, after = max(0, edge - half), min(last, edge + half)
        jumps.append(np.abs(levels[after, bands] - levels[before, bands]))
    border = max(1, round(BORDER_S * sample_rate / _HOP))
    outside = [
        *levels[max(0, rows.start - border) : rows.start, bands],
        *levels[rows.stop : rows.stop + border, bands],
    ]
    inside = levels[rows, bands].mean(axis=0)
    contrast = inside - np.mean(outside, axis=0)
    along = levels[rows]
    edges = [
        np.abs(along[:, edge] - along[:, edge - 1]).mean()
        if 0 < edge < MELS
        else np.nan
        for edge in (bands.start, bands.stop)
    ]
    return np.concatenate(
        [
            _in_all_bands(np.mean(jumps, axis=0), bands),
            _in_all_bands(contrast, bands),
            edges,
        ]
    )


def _flatness(power: NDArray[np.float32]) -> NDArray[np.floating]:
    """How noisy (flat) and how peaked (crest) thirds of a region's bins are."""
    values: list[float] = []
    for third in np.array_split(power, 3, axis=1):
        if not third.size:
            values += [np.nan] * 4
            continue
        mean_db, db = _db(third.mean(axis=1)), _db(third)
        flat, crest = db.mean(axis=1) - mean_db, db.max(axis=1) - mean_db
        along = db.mean(axis=0) - _db(third.mean(axis=0))
        values += map(float, (flat.mean(), flat.std(), crest.mean(), along.mean()))
    return np.array(values)


def _in_all_bands(values: NDArray[np.floating], bands: slice) -> NDArray[np.floating]:
    whole = np.full(MELS, np.nan, np.float32)
    whole[bands] = values
    return whole


def _inside(
    places: NDArray[np.floating], low: float, high: float, *, least: int = 1
) -> slice:
    """Increasing places in `[low, high)`; as many at least around the middle."""
    first, stop = np.searchsorted(places, [low, high])
    if stop - first < least:
        middle = int(np.searchsorted(places, (low + high) / 2))
        first = min(max(0, middle - least // 2), len(places) - least)
        stop = first + least
    return slice(int(first), int(stop))


def _centres_hz(sample_rate: int) -> NDArray[np.float64]:
    top = float(mel_from_hz(sample_rate / 2))
    return hz_from_mel(np.arange(1, MELS + 1) * (top / (MELS + 1)))


def _db(power: NDArray[np.floating] | np.floating) -> NDArray[np.float32]:
    floor = 10.0 ** (FLOOR_DB / 10.0)
    return np.asarray(10.0 * np.log10(np.maximum(power, floor)), np.float32)
