"""Pitch measure: the strongest partials of a note, and whether a sound has them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.stft import hann_window

# Partials that are looked at, and how far below the strongest they may be, in dB: the
# side lobes of the window are at -31.
PARTIALS = 3
RANGE_DB = 25.0
# Half the width of what counts as one partial, in bins of the window.
WIDTH_BINS = 4
# A sound has a pitch when its strongest partials hold this share of its energy. White
# noise stays below 0.02: three peaks of some ten bins, of thousands.
PITCHED_SHARE = 0.1
# Where a partial is looked for again, in cents, and how much softer it may have become.
NEAR_CENTS = 100.0
SOFTER_DB = 20.0
# Below, there is no pitch but hum.
LOWEST_HZ = 20.0


@dataclass(frozen=True)
class Partial:
    """One partial.

    Attributes:
        frequency: In Hz.
        level_db: Level in dB; only differences mean something.
    """

    frequency: float
    level_db: float


def strongest_partials(
    audio: NDArray[np.floating], sample_rate: int
) -> list[Partial] | None:
    """Up to three partials of the loudest second of a sound, strongest first.

    Args:
        audio: Float array of shape `(samples,)`.
        sample_rate: In Hz.

    Returns:
        The partials, none more than 25 dB softer than the first; `None` if they hold
        less than a tenth of the energy: the sound has no clear pitch, or is silent.

    Example:

    >>> audio = np.sin(2 * np.pi * 440.0 * np.arange(16000) / 16000)
    >>> (partial,) = strongest_partials(audio, 16000)
    >>> round(partial.frequency, 1)
    440.0
    """
    window = _window_length(sample_rate)
    return _partials_of(_spectrum(audio, _loudest(audio, window), window), sample_rate)


def pitch_kept(
    target: NDArray[np.floating],
    output: NDArray[np.floating],
    sample_rate: int,
    *,
    cents: float = 20.0,
) -> bool | None:
    """Whether every one of the strongest partials is still where it was.

    The output's strongest peak within a semitone of a partial must lie within `cents`
    of it, and not be softer by more than 20 dB. Both sounds are looked at in the second
    in which the target is loudest.

    Args:
        target: Float array of shape `(samples,)`.
        output: Array of the same shape.
        sample_rate: In Hz.
        cents: How far a partial may move, in hundredths of a semitone. Defaults to
            `20.0`, which is about what one hears.

    Returns:
        Whether all are kept; `None` if the target has no clear pitch.

    Raises:
        ValueError: If the shapes differ.
    """
    if target.ndim != 1 or target.shape != output.shape:
        raise ValueError(
            "target and output must have one shape (samples,). "
            f"Received: {target.shape} and {output.shape}."
        )
    window = _window_length(sample_rate)
    start = _loudest(target, window)
    partials = strongest_partials(target[start : start + window], sample_rate)
    if partials is None:
        return None
    level_db = _levels(_spectrum(output, start, window))
    bin_hz = sample_rate / window
    return all(_is_kept(partial, level_db, bin_hz, cents) for partial in partials)


def _is_kept(
    partial: Partial, level_db: NDArray[np.float64], bin_hz: float, cents: float
) -> bool:
    """Whether the strongest peak near a partial is close and loud enough."""
    peaks = _peaks(level_db)
    near = peaks[_is_near(peaks, partial.frequency / bin_hz)]
    if not near.size:
        return False
    found = _refined(level_db, int(near[np.argmax(level_db[near])]), bin_hz)
    moved = abs(1200.0 * np.log2(found.frequency / partial.frequency))
    return bool(moved <= cents and found.level_db >= partial.level_db - SOFTER_DB)


def _is_near(peaks: NDArray[np.intp], place: float) -> NDArray[np.bool_]:
    """Which peaks lie within a semitone of a place, or two bins where that is more."""
    reach = max(place * (2.0 ** (NEAR_CENTS / 1200.0) - 1.0), 2.0)
    near: NDArray[np.bool_] = np.abs(peaks - round(place)) <= round(reach)
    return near


def _window_length(sample_rate: int) -> int:
    """The power of two that is nearest to one second, in samples."""
    return 1 << round(float(np.log2(sample_rate)))


def _loudest(audio: NDArray[np.floating], window: int) -> int:
    """Where the loudest window begins."""
    energy = np.concatenate([[0.0], np.cumsum(np.square(audio, dtype=np.float64))])
    starts = np.arange(0, max(1, len(audio) - window + 1), window // 8)
    ends = np.minimum(starts + window, len(audio))
    return int(starts[np.argmax(energy[ends] - energy[starts])])


def _spectrum(
    audio: NDArray[np.floating], start: int, window: int
) -> NDArray[np.float64]:
    """Power in each bin of one window, silence after the end of the sound."""
    samples = np.zeros(window)
    part = audio[start : start + window]
    samples[: len(part)] = part
    power: NDArray[np.float64] = np.abs(np.fft.rfft(samples * hann_window(window))) ** 2
    return power


def _partials_of(power: NDArray[np.float64], sample_rate: int) -> list[Partial] | None:
    bin_hz = sample_rate / (2 * (len(power) - 1))
    level_db = _levels(power)
    peaks = _peaks(level_db)
    peaks = peaks[peaks * bin_hz >= LOWEST_HZ]
    chosen: list[int] = []
    for peak in peaks[np.argsort(-level_db[peaks])].tolist():
        quiet = chosen and level_db[peak] < level_db[chosen[0]] - RANGE_DB
        if len(chosen) == PARTIALS or quiet:
            break
        # Of peaks within a semitone, such as those of a vibrato, the strongest counts.
        if level_db[peak] == level_db[peaks[_is_near(peaks, peak)]].max():
            chosen.append(peak)
    lobes = [slice(max(0, p - WIDTH_BINS), p + WIDTH_BINS + 1) for p in chosen]
    if sum(power[lobe].sum() for lobe in lobes) < PITCHED_SHARE * power.sum():
        return None
    return [_refined(level_db, peak, bin_hz) for peak in chosen] or None


def _levels(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Decibels; the smallest number keeps the logarithm finite."""
    levels: NDArray[np.float64] = 10.0 * np.log10(power + 1e-20)
    return levels


def _peaks(level_db: NDArray[np.float64]) -> NDArray[np.intp]:
    """Bins that are higher than their neighbours."""
    inner = level_db[1:-1]
    return np.flatnonzero((inner > level_db[:-2]) & (inner >= level_db[2:])) + 1


def _refined(level_db: NDArray[np.float64], peak: int, bin_hz: float) -> Partial:
    """Frequency and height of the parabola through a peak and its neighbours.

    Smith and Serra 1987, "PARSHL"; off by less than a fiftieth of a bin.
    """
    left, middle, right = level_db[peak - 1 : peak + 2]
    offset = 0.5 * (left - right) / (left - 2.0 * middle + right)
    height = middle - 0.25 * (left - right) * offset
    return Partial(float((peak + offset) * bin_hz), float(height))
