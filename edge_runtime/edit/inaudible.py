"""High-pass filter: what lies below 20 Hz, and an offset, is no part of an edit.

Means around each millisecond are all that so low a sound needs; as they are triangles
of two, a tone near 1 kHz leaves nothing in them. A low-pass filter of them, windowed by
Kaiser's window (Oppenheim and Schafer, Discrete-Time Signal Processing, "FIR filter
design by windowing"), says what is inaudible, at every sample by a straight line
between them; the rest is what can be heard.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Below the first all passes by, above the second all is heard: to 1/300 of it.
_PASSES_HZ, _HEARD_HZ, _RIPPLE_DB = 20.0, 30.0, 50.0
_STEP_S = 0.001


def reach_of(sample_rate: int) -> int:
    """Samples on each side that the filter looks at."""
    step = _step(sample_rate)
    # Two steps for the mean itself, one for the line to the next.
    return (_half(sample_rate / step) + 3) * step


def audible(
    audio: NDArray[np.float32], sample_rate: int, *, first: int = 0
) -> NDArray[np.float32]:
    """A sound without what is too low to be heard.

    Args:
        audio: Float array of shape `(samples,)`. Beyond its ends it goes on mirrored.
        sample_rate: In Hz.
        first: Number of its first sample, if it is a part of a sound. Defaults to `0`.

    Returns:
        Float32 array of the same shape. In a part it is that of the whole sound from
        `reach_of` samples within it on.

    Example:

    >>> audible(np.full(5, 0.5, np.float32), 16000).tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0]
    """
    count, step = len(audio), _step(sample_rate)
    if not count:
        return audio
    # Steps begin at multiples of themselves, wherever the part does.
    starts = np.arange(-(first % step), count, step)
    rising = ((np.arange(count) + first) % step + 0.5) / step
    sums = _triangles(audio * rising, audio, starts)
    means = sums / _triangles(rising, np.ones(count), starts)
    kernel = _kernel(sample_rate / step)
    means = np.pad(means, len(kernel) // 2, mode="reflect")
    slow = np.convolve(means, kernel, mode="valid")
    middles = np.append(starts, starts[-1] + step) - 0.5
    return (audio - np.interp(np.arange(count), middles, slow)).astype(np.float32)


def _triangles(
    rising: NDArray[np.float64], values: NDArray[np.floating], starts: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Sums over two steps each: rising weights in one, falling ones in the next."""
    inside = np.maximum(starts, 0)
    up = np.add.reduceat(rising, inside)
    down = np.add.reduceat(values.astype(np.float64), inside) - up
    sums: NDArray[np.float64] = np.append(0.0, up) + np.append(down, 0.0)
    return sums


def _step(sample_rate: int) -> int:
    return max(1, round(_STEP_S * sample_rate))


def _half(rate: float) -> int:
    """Steps on each side that the filter of a rate has, by Kaiser's formula."""
    width = (_HEARD_HZ - _PASSES_HZ) / rate
    return int(np.ceil((_RIPPLE_DB - 7.95) / (14.36 * width) / 2))


def _kernel(rate: float) -> NDArray[np.float64]:
    half = _half(rate)
    places = np.arange(-half, half + 1)
    beta = 0.5842 * (_RIPPLE_DB - 21) ** 0.4 + 0.07886 * (_RIPPLE_DB - 21)
    middle = (_PASSES_HZ + _HEARD_HZ) / 2
    kernel = np.sinc(2 * middle / rate * places) * np.kaiser(len(places), beta)
    return np.asarray(kernel / kernel.sum())
