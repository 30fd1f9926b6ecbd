"""From sound or complex spectra to what a network sees, and back.

What differs from representation to representation is in `representation_table`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.decibels import db_from_scaled
from edge_runtime.spectrogram.instantaneous_frequency import PhaseSteps
from edge_runtime.spectrogram.settings import SpectrogramSettings
from edge_runtime.spectrogram.stft import stft


def spectrogram_of(
    audio: NDArray[np.floating], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    """What the network sees of a sound.

    Args:
        audio: Float array of shape `(samples,)`, in [-1, 1], at
            `settings.sample_rate`.
        settings: How sound becomes a spectrogram.

    Returns:
        Float32 array of shape `(frames, num_bins, num_channels)`, in [0, 1]: 0 is
        `floor_db` or quieter, 1 is full scale; of a second channel, 0.5 is the
        frequency of the bin's centre. `frames` is `samples // hop_length + 1`.

    Raises:
        ValueError: If `audio` is not one channel.

    Example:

    >>> settings = SpectrogramSettings(n_fft=256, hop_length=64)
    >>> spectrogram_of(np.zeros(1024), settings).shape
    (17, 128, 1)
    """
    spectrum = stft(audio, n_fft=settings.n_fft, hop_length=settings.hop_length)
    return spectrogram_from(spectrum, settings)


def spectrogram_from(
    spectrum: NDArray[np.complexfloating], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    """What the network sees of a complex spectrum.

    The first `settings.frames_before` frames stand for the beginning of a sound. Of a
    part from further on, give so many frames more and drop them.

    Args:
        spectrum: Complex array of shape `(frames, n_fft // 2 + 1)`, from `stft`.
        settings: How sound becomes a spectrogram.

    Returns:
        Float32 array of shape `(frames, num_bins, num_channels)`, in [0, 1].

    Raises:
        ValueError: If `spectrum` has another number of bins.
    """
    if spectrum.ndim != 2 or spectrum.shape[1] != settings.n_fft // 2 + 1:
        raise ValueError(
            f"spectrum must have shape (frames, {settings.n_fft // 2 + 1}). "
            f"Received: {spectrum.shape}."
        )
    return settings.shown_as.from_spectrum(spectrum, settings)


def magnitude_db_of(
    spectrogram: NDArray[np.floating], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    """Decibels of a spectrogram, for measures and pictures.

    Args:
        spectrogram: Float array of shape `(frames, num_bins, num_channels)`. Values
            outside [0, 1], which a decoder may give, are clipped.
        settings: How sound became the spectrogram.

    Returns:
        Float32 array of shape `(frames, num_bins)`, in dB re full scale, in
        `[floor_db, 0]`.

    Raises:
        ValueError: If `spectrogram` has another shape.
    """
    _check_spectrogram(spectrogram, settings)
    return db_from_scaled(spectrogram[:, :, 0], settings)


def magnitude_of(
    spectrogram: NDArray[np.floating], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    """Linear magnitude of a spectrogram, ready for `istft` once it has a phase.

    Mel bands say less than bins: of the magnitudes that have them, a smooth one is
    found (see `power_from_bands`). In `warped` all bins of a band get its power.

    Args:
        spectrogram: Float array of shape `(frames, num_bins, num_channels)`. Values
            outside [0, 1] are clipped.
        settings: How sound became the spectrogram.

    Returns:
        Float32 array of shape `(frames, n_fft // 2 + 1)`, in the units of `stft`.
        What is at most half a decibel above the floor becomes 0; so does the Nyquist
        bin where frequency is linear.

    Raises:
        ValueError: If `spectrogram` has another shape.
    """
    _check_spectrogram(spectrogram, settings)
    return settings.shown_as.to_magnitude(spectrogram, settings)


def phase_steps_of(
    spectrogram: NDArray[np.floating], settings: SpectrogramSettings
) -> PhaseSteps | None:
    """How a spectrogram says that the phase goes on.

    Args:
        spectrogram: Float array of shape `(frames, num_bins, num_channels)`. Values
            outside [0, 1] are clipped.
        settings: How sound became the spectrogram.

    Returns:
        The steps of every bin, for `with_phase`; `None` where the representation is
        level alone.

    Raises:
        ValueError: If `spectrogram` has another shape.
    """
    _check_spectrogram(spectrogram, settings)
    return settings.shown_as.phase_steps(spectrogram, settings)


def silence(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """What the network sees of silence: 0, and in a second channel the middle, 0.5.

    Args:
        shape: Of the result; its last axis are the channels.

    Example:

    >>> silence((1, 2, 2)).tolist()
    [[[0.0, 0.5], [0.0, 0.5]]]
    """
    spectrogram = np.zeros(shape, np.float32)
    spectrogram[..., 1:] = 0.5
    return spectrogram


def _check_spectrogram(
    spectrogram: NDArray[np.floating], settings: SpectrogramSettings
) -> None:
    expected = (settings.num_bins, settings.num_channels)
    if spectrogram.ndim != 3 or spectrogram.shape[1:] != expected:
        raise ValueError(
            f"spectrogram must have shape (frames, {expected[0]}, {expected[1]}). "
            f"Received: {spectrogram.shape}."
        )
