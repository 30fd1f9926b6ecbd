"""White noise as a function of seed and position: any part of it, alike in any cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.stft import frames_of

# Samples drawn with one seed.
_BLOCK = 1 << 14


def white_noise(seed: int, first: int, last: int) -> NDArray[np.float32]:
    """Samples `first` to `last`, excluded, of endless white noise of variance 1.

    They are drawn evenly from an interval, which takes no more than a product: every
    processor gives the same bits. A transform sums so many of them that its bins are
    those of Gaussian noise.

    Args:
        seed: Seed from 0 up.
        first: Number of the first sample, from 0 up.
        last: Number past the last one.

    Returns:
        Float32 array of shape `(last - first,)`.

    Example:

    >>> whole = white_noise(3, 0, 20000)
    >>> bool((whole[16000:17000] == white_noise(3, 16000, 17000)).all())
    True
    """
    blocks = range(first // _BLOCK, -(-last // _BLOCK))
    drawn = [np.random.default_rng((seed, block)).random(_BLOCK) for block in blocks]
    uniform = np.concatenate([np.zeros(0), *drawn])
    start = first - blocks.start * _BLOCK
    part = uniform[start : start + last - first]
    samples: NDArray[np.float32] = ((part - 0.5) * np.sqrt(12.0)).astype(np.float32)
    return samples


def noise_power(
    seed: int, first: int, last: int, *, n_fft: int, hop_length: int
) -> NDArray[np.float64]:
    """Power of frames `first` to `last`, excluded, of the noise's transform.

    It is 1 on average: a window of Hann has the power `3 / 8 * n_fft`.

    Args:
        seed: Seed of the noise, from 0 up.
        first: Number of the first frame, from 0 up.
        last: Number past the last one.
        n_fft: Window length, in samples.
        hop_length: Step between frames, in samples.

    Returns:
        Float64 array of shape `(last - first, n_fft // 2 + 1)`.

    Example:

    >>> whole = noise_power(0, 0, 9, n_fft=32, hop_length=8)
    >>> bool((whole[5:] == noise_power(0, 5, 9, n_fft=32, hop_length=8)).all())
    True
    """
    start = first * hop_length
    samples = white_noise(seed, start, start + (last - first - 1) * hop_length + n_fft)
    spectrum = frames_of(samples, n_fft, hop_length)
    power: NDArray[np.float64] = np.square(spectrum.real, dtype=np.float64)
    power += np.square(spectrum.imag, dtype=np.float64)
    power /= 0.375 * n_fft
    return power
