"""Band-limited change of the sample rate.

The polyphase method as matrix products: output samples that sit at the same place
between input samples share their weights, so a run of outputs is one small matrix
applied to windows of the input.
"""

from __future__ import annotations

from functools import lru_cache
from math import gcd

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

# Zero crossings of the sinc on each side, in samples of the lower rate. With the
# attenuation below, the pass band ends at 91 % of the lower Nyquist frequency.
ZEROS = 64
# Stop band attenuation, in dB. Kaiser (1974): the width of the transition and the
# parameter beta follow from it.
ATTENUATION_DB = 90.0
KAISER_BETA = 0.1102 * (ATTENUATION_DB - 8.7)
# The stop band begins at the lower Nyquist frequency: half a transition below it is
# the cutoff, as a share of that frequency.
CUTOFF = 1.0 - (ATTENUATION_DB - 7.95) / (2.285 * 2 * ZEROS * np.pi) / 2.0
# Products of a matrix product that OpenBLAS makes in the thread it is called from: to
# wake others for so little takes longer, and many times longer where they are busy.
_ONE_THREAD = 1 << 18
# Input values gathered at a time: 32 MiB of windows, whatever the length of the sound.
_GATHERED = 1 << 22


def resample(
    audio: NDArray[np.floating], from_rate: int, to_rate: int
) -> NDArray[np.float32]:
    """Audio at another sample rate, without delay.

    A sinc windowed by Kaiser's window: what lies above the lower of both Nyquist
    frequencies is attenuated by 90 dB, what lies below 91 % of it passes unchanged.
    Equals `scipy.signal.resample_poly` with the same filter.

    Args:
        audio: Float array of shape `(samples,)` or `(samples, channels)`.
        from_rate: Its rate, in Hz.
        to_rate: Wanted rate, in Hz.

    Returns:
        Float32 array with `ceil(samples * to_rate / from_rate)` samples; sample `i`
        lies at the time of input sample `i * from_rate / to_rate`.

    Raises:
        ValueError: If a rate is not positive, or `audio` has other axes.

    Example:

    >>> resample(np.zeros((44100, 2)), 44100, 16000).shape
    (16000, 2)
    """
    if from_rate < 1 or to_rate < 1:
        raise ValueError(
            f"Sample rates must be positive. Received: {from_rate}, {to_rate}."
        )
    if audio.ndim not in (1, 2):
        raise ValueError(
            "audio must have shape (samples,) or (samples, channels). "
            f"Received: {audio.shape}."
        )
    samples = np.asarray(audio, dtype=np.float32)
    divisor = gcd(from_rate, to_rate)
    up, down = to_rate // divisor, from_rate // divisor
    if up == down:
        return samples.copy()
    if samples.ndim == 1:
        return _resample_channel(samples, up, down)
    resampled = np.empty((-(-len(samples) * up // down), samples.shape[1]), np.float32)
    for channel in range(samples.shape[1]):
        resampled[:, channel] = _resample_channel(samples[:, channel], up, down)
    return resampled


def _resample_channel(
    audio: NDArray[np.float32], up: int, down: int
) -> NDArray[np.float32]:
    length = -(-len(audio) * up // down)
    reach = -(-ZEROS * max(up, down) // up)  # Input samples on each side of an output.
    # Runs as long as the filter: shorter ones gather an input sample too often,
    # longer ones multiply by too many zeros.
    run = max(1, 2 * ZEROS * up // max(up, down))
    period = up * -(-run // up)  # After so many outputs the weights repeat.
    step = period * down // up  # Inputs in a period.
    run = -(-period // -(-period // run))
    periods = -(-length // period)
    resampled = np.empty((periods, period), np.float32)
    for first in range(0, min(period, length), run):
        last = min(first + run, period) - 1
        weights = _weights(up, down, first, last)
        start = first * down // up - reach
        inputs = _between(audio, start, (periods - 1) * step + len(weights))
        windows = sliding_window_view(inputs, len(weights))[::step]
        rows = max(1, min(_GATHERED // len(weights), _ONE_THREAD // weights.size))
        for row in range(0, periods, rows):
            # In float64, which rounds to the same float32 in any order of adding: a
            # sample that is another on another processor may get another code.
            gathered = windows[row : row + rows].astype(np.float64)
            resampled[row : row + rows, first : last + 1] = gathered @ weights
    return resampled.reshape(-1)[:length]


def _between(
    audio: NDArray[np.float32], start: int, length: int
) -> NDArray[np.float32]:
    """`length` samples from `start` on, with zeros before and after the sound."""
    inside = audio[max(0, start) : max(0, start + length)]
    before = min(length, max(0, -start))
    return np.pad(inside, (before, length - before - len(inside)))


@lru_cache(maxsize=8)
def _weights(up: int, down: int, first: int, last: int) -> NDArray[np.float64]:
    """Weights of outputs `first` to `last`, of shape `(inputs, outputs)`."""
    reach = -(-ZEROS * max(up, down) // up)
    outputs = np.arange(first, last + 1) * (down / up)
    start = first * down // up - reach
    stop = last * down // up + reach + 2
    scale = min(1.0, up / down)  # Samples of the lower rate in one of the input.
    distance = (outputs - np.arange(start, stop)[:, np.newaxis]) * scale
    weights: NDArray[np.float64] = kernel(distance) * scale
    weights.setflags(write=False)
    return weights


def kernel(distance: NDArray[np.floating]) -> NDArray[np.float64]:
    """The filter's impulse response at a distance in samples of the lower rate."""
    response = np.zeros(distance.shape, np.float64)
    inside = np.abs(distance) <= ZEROS
    near = distance[inside]
    window = np.i0(KAISER_BETA * np.sqrt(1.0 - np.square(near / ZEROS)))
    response[inside] = CUTOFF * np.sinc(CUTOFF * near) * window / np.i0(KAISER_BETA)
    return response
