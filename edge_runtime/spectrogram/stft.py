"""Short-time Fourier transform and its inverse, the only pair in the repository.

Windows are periodic Hann. Frames are transformed a block at a time: a block stays in
the processor's cache, and a long recording never exists as one array of windows.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

# Frames per block. 32 windows of 1024 float32 samples are 128 KiB: they stay in the L2
# cache, and are small enough for the allocator to reuse instead of mapping new pages.
BLOCK = 32


@lru_cache(maxsize=8)
def hann_window(n_fft: int) -> NDArray[np.float32]:
    """Periodic Hann window of shape `(n_fft,)`, read-only."""
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(n_fft) / n_fft)
    samples: NDArray[np.float32] = window.astype(np.float32)
    samples.setflags(write=False)
    return samples


@lru_cache(maxsize=8)
def wide_hann_window(n_fft: int) -> NDArray[np.float64]:
    """The numbers of `hann_window` in float64, for arithmetic in float64."""
    samples = hann_window(n_fft).astype(np.float64)
    samples.setflags(write=False)
    return samples


def stft(
    audio: NDArray[np.floating], *, n_fft: int, hop_length: int
) -> NDArray[np.complex64]:
    """Complex short-time Fourier transform, one row per frame.

    Row `t` is centred on sample `t * hop_length`; both ends are padded with
    `n_fft // 2` zeros. Equals `librosa.stft(center=True, pad_mode="constant")`,
    transposed. The transform runs in float64 and is rounded, so that the last digit
    does not hang on the processor.

    Args:
        audio: Float array of shape `(samples,)`, in [-1, 1].
        n_fft: Window and FFT length, in samples. Even.
        hop_length: Step between frames, in samples. Must divide `n_fft`.

    Returns:
        Complex64 array of shape `(samples // hop_length + 1, n_fft // 2 + 1)`.

    Raises:
        ValueError: If `audio` is not one channel, or `hop_length` does not divide
            `n_fft`.

    Example:

    >>> stft(np.zeros(1024), n_fft=256, hop_length=64).shape
    (17, 129)
    """
    check_lengths(n_fft, hop_length)
    if audio.ndim != 1:
        raise ValueError(
            "audio must have shape (samples,). "
            f"Received: {audio.shape}. Transform one channel at a time."
        )
    samples = np.asarray(audio, dtype=np.float32)
    padded = np.pad(samples, n_fft // 2)
    return frames_of(padded, n_fft, hop_length)


def frames_of(
    padded: NDArray[np.float32], n_fft: int, hop_length: int
) -> NDArray[np.complex64]:
    """Spectrum of every whole window in `padded`, the first at its first sample."""
    window = hann_window(n_fft)
    windows = sliding_window_view(padded, n_fft)[::hop_length]
    spectrum = np.empty((len(windows), n_fft // 2 + 1), np.complex64)
    weighted = np.empty((min(BLOCK, len(windows)), n_fft), np.float64)
    for start in range(0, len(windows), BLOCK):
        block = windows[start : start + BLOCK]
        np.multiply(block, window, out=weighted[: len(block)])
        spectrum[start : start + BLOCK] = np.fft.rfft(weighted[: len(block)])
    return spectrum


def istft(
    spectrum: NDArray[np.complexfloating], *, hop_length: int, length: int
) -> NDArray[np.float32]:
    """Audio whose short-time Fourier transform is nearest to `spectrum`.

    Windowed overlap-add divided by the overlap-added squares of the window, which is
    the least-squares inverse of Griffin and Lim (1984, eq. 6). Equals `librosa.istft`.

    Args:
        spectrum: Complex array of shape `(frames, n_fft // 2 + 1)`.
        hop_length: Step between frames, in samples. Must divide `n_fft`.
        length: Samples to return. Beyond the last frame there are zeros.

    Returns:
        Float32 array of shape `(length,)`.

    Raises:
        ValueError: If `spectrum` has no two axes, or `hop_length` does not divide
            `n_fft`.

    Example:

    >>> audio = np.sin(np.arange(1000, dtype=np.float32))
    >>> spectrum = stft(audio, n_fft=256, hop_length=64)
    >>> again = istft(spectrum, hop_length=64, length=1000)
    >>> bool(np.allclose(again, audio, atol=1e-5))
    True
    """
    if spectrum.ndim != 2:
        raise ValueError(
            f"spectrum must have shape (frames, bins). Received: {spectrum.shape}."
        )
    n_fft = 2 * (spectrum.shape[1] - 1)
    check_lengths(n_fft, hop_length)
    # Frames that begin after the last wanted sample cannot change it.
    frames = min(len(spectrum), -(-(length + n_fft) // hop_length))
    padded = np.zeros(max(0, (frames - 1) * hop_length + n_fft), np.float32)
    overlap_add(padded, spectrum[:frames], hop_length)
    padded *= inverse_window_sum(frames, n_fft, hop_length)
    audio = np.zeros(length, np.float32)
    inside = padded[n_fft // 2 : n_fft // 2 + length]
    audio[: len(inside)] = inside
    return audio


def overlap_add(
    audio: NDArray[np.floating],
    spectrum: NDArray[np.complexfloating],
    hop_length: int,
) -> None:
    """Add the windowed frames to `audio`, the first at its first sample.

    Args:
        audio: Float32 or float64 array of shape
            `((frames - 1) * hop_length + n_fft,)`, changed.
        spectrum: Complex array of shape `(frames, n_fft // 2 + 1)`.
        hop_length: Step between frames, in samples. Must divide `n_fft`.
    """
    n_fft = 2 * (spectrum.shape[1] - 1)
    overlap = n_fft // hop_length
    wide = audio.dtype == np.float64
    window = wide_hann_window(n_fft) if wide else hann_window(n_fft)
    weights = window.reshape(overlap, hop_length)
    precision = np.complex128 if wide else np.complex64
    # One row per hop: frame t adds its part r to row t + r.
    rows = audio.reshape(-1, hop_length)
    for start in range(0, len(spectrum), BLOCK):
        block: NDArray[np.complexfloating] = spectrum[start : start + BLOCK]
        block = block.astype(precision, copy=False)
        windows = np.fft.irfft(block, n_fft).astype(audio.dtype, copy=False)
        parts = windows.reshape(-1, overlap, hop_length)
        parts *= weights
        for r in range(overlap):
            rows[start + r : start + r + len(parts)] += parts[:, r]


def inverse_window_sum(frames: int, n_fft: int, hop_length: int) -> NDArray[np.float32]:
    """One over the overlap-added squared window; 1 where no window reaches."""
    overlap = n_fft // hop_length
    squares = np.square(hann_window(n_fft).reshape(overlap, hop_length))
    ends = min(frames, overlap)
    rows = np.zeros((ends + overlap - 1, hop_length), np.float32)
    for r in range(overlap):
        rows[r : r + ends] += squares[r]
    rows[rows <= np.finfo(np.float32).tiny] = 1.0
    # Between the two ends, where all windows overlap, every row is the same.
    repeats = np.ones(len(rows), np.intp)
    if frames > ends:
        repeats[ends - 1] += frames - ends
    inverse: NDArray[np.float32] = np.repeat(np.reciprocal(rows), repeats, axis=0)
    return inverse.reshape(-1)


def inverse_window_rows(
    first: int, count: int, frames: int, n_fft: int, hop_length: int
) -> NDArray[np.float32]:
    """Some hops of `inverse_window_sum`, without making all of it.

    Args:
        first: Number of the first hop.
        count: Number of hops.
        frames: Frames of the whole.
        n_fft: Window length, in samples.
        hop_length: Step between frames, in samples.

    Returns:
        Float32 array of shape `(count, hop_length)`.
    """
    overlap = n_fft // hop_length
    # Of any number of frames, the hops between both ends are the same.
    short = min(frames, 2 * overlap)
    numbers = np.arange(first, first + count)
    numbers = np.maximum(np.minimum(numbers, overlap), numbers - (frames - short))
    rows = inverse_window_sum(short, n_fft, hop_length).reshape(-1, hop_length)
    chosen: NDArray[np.float32] = rows[numbers]
    return chosen


def check_lengths(n_fft: int, hop_length: int) -> None:
    """Refuse a window that is odd or that the hop does not divide."""
    if n_fft < 2 or n_fft % 2:
        raise ValueError(f"n_fft must be even, 2 or more. Received: {n_fft}.")
    if hop_length < 1 or n_fft % hop_length:
        raise ValueError(
            "hop_length must divide n_fft. "
            f"Received: hop_length={hop_length}, n_fft={n_fft}."
        )
