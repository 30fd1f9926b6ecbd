"""Distances between sounds: log-mel, spectral convergence, level."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.decibels import full_scale
from edge_runtime.spectrogram.mel import mel_filterbank
from edge_runtime.spectrogram.stft import stft

# Short windows show when something happens, long ones which note it is.
WINDOWS = (512, 1024, 2048)
MELS = 64
# Everything quieter counts as this, in dB re full scale, as in all our measures.
FLOOR_DB = -80.0
# Pieces whose level is compared: an ear tells two clicks apart from some 5 ms on.
ENVELOPE_S = 0.01


def log_mel_distance_db(
    target: NDArray[np.floating], output: NDArray[np.floating], sample_rate: int
) -> float:
    """Multi-resolution log-mel distance.

    Mean absolute difference of the levels in 64 mel bands, averaged over windows of
    512, 1024 and 2048 samples, each with a hop of a quarter. An L1 distance over
    several windows is the spectral loss of Engel et al. 2020, "DDSP",
    https://arxiv.org/abs/2001.04643.

    Args:
        target: Float array of shape `(samples,)`, in [-1, 1].
        output: Array of the same shape.
        sample_rate: In Hz.

    Returns:
        Distance in dB.

    Raises:
        ValueError: If the shapes differ.

    Example:

    >>> audio = np.sin(np.arange(4000) * 0.3)
    >>> round(log_mel_distance_db(audio, audio, 16000), 3)
    0.0
    """
    _check_shapes(target, output)
    distances = [
        np.abs(
            _mel_levels(target, sample_rate, n_fft)
            - _mel_levels(output, sample_rate, n_fft)
        ).mean(dtype=np.float64)
        for n_fft in WINDOWS
    ]
    return float(np.mean(distances))


def spectral_convergence(
    target: NDArray[np.floating], output: NDArray[np.floating]
) -> float:
    """Error of the linear magnitudes, relative to their size.

    The Frobenius norm of the difference over that of the target, with windows of 1024
    samples and a hop of 256: Arık et al. 2019, "Fast Spectrogram Inversion using
    Multi-head Convolutional Neural Networks", https://arxiv.org/abs/1808.06719.
    Silence as output gives 1.

    Args:
        target: Float array of shape `(samples,)`.
        output: Array of the same shape.

    Returns:
        The error; NaN if the target is silent.

    Raises:
        ValueError: If the shapes differ.
    """
    _check_shapes(target, output)
    before, after = (
        np.abs(stft(audio, n_fft=1024, hop_length=256)) for audio in (target, output)
    )
    size = float(np.linalg.norm(before))
    return float(np.linalg.norm(before - after)) / size if size > 0.0 else math.nan


def level_error_db(target: NDArray[np.floating], output: NDArray[np.floating]) -> float:
    """How much louder or softer the output is, both over the whole sound.

    Args:
        target: Float array of shape `(samples,)`.
        output: Array of the same shape.

    Returns:
        Absolute difference of the levels, in dB; silence counts as -80 dB re full
        scale.

    Raises:
        ValueError: If the shapes differ.

    Example:

    >>> round(level_error_db(np.ones(8), np.full(8, 0.5)), 2)
    6.02
    """
    _check_shapes(target, output)
    return abs(_level_db(target) - _level_db(output))


def envelope_correlation(
    target: NDArray[np.floating], output: NDArray[np.floating], sample_rate: int
) -> float:
    """Whether it gets loud when the target does: are onsets still there.

    Pearson's correlation of the root mean squares of pieces of 10 ms. An onset that is
    smeared over 50 ms lowers it, a change of level does not.

    Args:
        target: Float array of shape `(samples,)`.
        output: Array of the same shape.
        sample_rate: In Hz.

    Returns:
        Correlation in [-1, 1]; NaN if the level of one of them does not change.

    Raises:
        ValueError: If the shapes differ.

    Example:

    >>> click = np.zeros(8000)
    >>> click[3000:3100] = 0.5
    >>> round(envelope_correlation(click, 0.1 * click, 8000), 3)
    1.0
    """
    _check_shapes(target, output)
    before, after = (_envelope(audio, sample_rate) for audio in (target, output))
    before, after = before - before.mean(), after - after.mean()
    size = float(np.linalg.norm(before) * np.linalg.norm(after))
    return float(before @ after) / size if size > 0.0 else math.nan


def _envelope(audio: NDArray[np.floating], sample_rate: int) -> NDArray[np.float64]:
    """Root mean squares of pieces of 10 ms; a shorter rest is left out."""
    length = min(len(audio), max(1, round(ENVELOPE_S * sample_rate)))
    pieces = audio[: len(audio) // length * length].reshape(-1, length)
    means: NDArray[np.float64] = np.sqrt(
        np.square(pieces, dtype=np.float64).mean(axis=1)
    )
    return means


def _level_db(audio: NDArray[np.floating]) -> float:
    """Level of a sound; a sine of amplitude 1 has 0 dB."""
    power = 2.0 * float(np.square(audio, dtype=np.float64).mean())
    return 10.0 * math.log10(max(power, 10.0 ** (FLOOR_DB / 10.0)))


def _mel_levels(
    audio: NDArray[np.floating], sample_rate: int, n_fft: int
) -> NDArray[np.float32]:
    """Levels `(frames, 64)` in mel bands, in dB."""
    spectrum = stft(audio, n_fft=n_fft, hop_length=n_fft // 4)
    power = np.square(np.abs(spectrum) / np.float32(full_scale(n_fft)))
    bands = power @ mel_filterbank(sample_rate, n_fft, MELS).T
    floor = np.float32(10.0 ** (FLOOR_DB / 10.0))
    levels: NDArray[np.float32] = np.float32(10.0) * np.log10(np.maximum(bands, floor))
    return levels


def _check_shapes(target: NDArray[np.floating], output: NDArray[np.floating]) -> None:
    if target.ndim != 1 or target.shape != output.shape or target.size == 0:
        raise ValueError(
            "target and output must have one shape (samples,) and hold samples. "
            f"Received: {target.shape} and {output.shape}."
        )
