"""Bandwidth extension: what lies above a model's band follows the band below it.

A model of 16 kHz hears nothing above 8 kHz. If an edit reaches the top of its band,
what is above would stay: the tick of a stick whose sound is gone. Here the original
there is turned up and down as the top octave of the model has become louder and softer.
"""

from __future__ import annotations

from math import gcd

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.resample import resample

# How long energy is averaged over, in s.
_MEAN_S = 0.01
# How much around what changes is looked at, in s: more than the filters do.
_AROUND_S = 0.05
# Most that is added, as a factor of amplitude: 12 dB.
_LOUDEST = 4.0
# RMS that counts as silence: -90 dB.
_QUIET = 10.0 ** (-90.0 / 20.0)
# Width of the filters' slopes, in Hz.
_SLOPE_HZ = 400.0


def change_above(
    audio: NDArray[np.float32],
    change: NDArray[np.float32],
    share: NDArray[np.float32],
    *,
    sample_rate: int,
    model_rate: int,
    high_hz: float,
) -> NDArray[np.float32]:
    """What to add to a sound above a model's band.

    Args:
        audio: The sound, float array of shape `(samples,)`.
        change: What an edit adds to it within the model's band, same shape.
        share: How much of the edit counts at each sample, same shape; 0 where nothing
            may change.
        sample_rate: Rate of the sound, in Hz.
        model_rate: Rate of the model, in Hz; lower.
        high_hz: Where the edit ends, in Hz.

    Returns:
        Float32 array of the same shape, all above half the model's rate.
    """
    result = np.zeros_like(audio)
    counted = np.flatnonzero(share)
    if not len(counted):
        return result
    # Both rates have a sample where the part begins that is looked at.
    step, around = (
        sample_rate // gcd(sample_rate, model_rate),
        int(_AROUND_S * sample_rate),
    )
    first = max(0, int(counted[0]) - around) // step * step
    near = slice(first, int(counted[-1]) + around)
    audio, change, share = audio[near], change[near], share[near]
    low = resample(audio, sample_rate, model_rate)
    above = audio - resample(low, model_rate, sample_rate)[: len(audio)]
    if high_hz < sample_rate / 2:
        above = above - _above(above, sample_rate, high_hz)
    octave = model_rate / 4
    before = _above(low, model_rate, octave)
    after = _above(low + resample(change, sample_rate, model_rate), model_rate, octave)
    gain = np.sqrt(
        (_power(after, model_rate) + _QUIET**2)
        / (_power(before, model_rate) + _QUIET**2)
    )
    times = np.arange(len(audio)) * (model_rate / sample_rate)
    gains = np.interp(times, np.arange(len(gain)), np.minimum(gain, _LOUDEST))
    result[near] = share * (gains - 1.0) * above
    return result


def _power(audio: NDArray[np.float32], sample_rate: int) -> NDArray[np.float64]:
    """Mean square over 10 ms around each sample."""
    half = max(1, round(_MEAN_S * sample_rate / 2))
    window = np.hanning(2 * half + 3)[1:-1]
    squares = np.pad(np.square(audio, dtype=np.float64), half)
    power: NDArray[np.float64] = np.convolve(squares, window / window.sum(), "valid")
    return np.maximum(power, 0.0)


def _above(
    audio: NDArray[np.float32], sample_rate: int, hertz: float
) -> NDArray[np.float32]:
    """What lies above a frequency, without delay; the slope is 400 Hz wide."""
    spectrum = np.fft.rfft(audio.astype(np.float64))
    places = np.fft.rfftfreq(len(audio), 1.0 / sample_rate)
    rise = np.clip((places - hertz) / _SLOPE_HZ + 0.5, 0.0, 1.0)
    spectrum *= np.square(np.sin(rise * (np.pi / 2)))
    return np.fft.irfft(spectrum, len(audio)).astype(np.float32)
