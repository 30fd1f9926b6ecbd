"""From complex spectra to what a network sees, and back: one entry per representation.

Decibels are re full scale: a sine of amplitude 1 peaks at 0 dB. Where frequency is
linear, the Nyquist bin is left out, so that the number of bins is a power of two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram import warped
from edge_runtime.spectrogram.instantaneous_frequency import (
    PhaseSteps,
    instantaneous_frequency,
)
from edge_runtime.spectrogram.log_mel import bands_from_power, power_from_bands
from edge_runtime.spectrogram.settings import SpectrogramSettings
from edge_runtime.spectrogram.stft import hann_window, stft


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
    return _chain(settings).from_spectrum(spectrum, settings)


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
    return _chain(settings).to_db(spectrogram, settings)


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
    return _chain(settings).to_magnitude(spectrogram, settings)


# Values no further above the floor are silence: a decoder ends a little beside it, and
# all that is quiet would hiss. With 0, 0.2, 0.4 and 0.8 dB the mean log-mel distance of
# 24 decoded notes is 4.51, 1.36, 1.36 and 1.38 dB.
SILENT_DB = 0.5
# Bins of `magnitude_if` no further above the floor count as silent: their phase is
# noise. With 2, 5 and 10 dB the mean log-mel distance of 30 notes sent there and back
# is 0.14, 0.19 and 0.28 dB (with the original phase 0.11, with Griffin-Lim 0.30).
MASKED_DB = 5.0


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
    if settings.num_channels == 1:
        return None
    scaled = np.clip(spectrogram, 0.0, 1.0).astype(np.float32)
    has_phase = scaled[:, :, 0] > _quiet(settings)
    frequency = np.where(has_phase, 2.0 * scaled[:, :, 1] - 1.0, np.float32(0.0))
    quiet_db = settings.floor_db + MASKED_DB
    nyquist = ((0, 0), (0, 1))
    return PhaseSteps(
        np.pad(frequency, nyquist),
        np.pad(has_phase, nyquist),
        full_scale(settings.n_fft) * 10.0 ** (quiet_db / 20.0),
    )


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


def full_scale(n_fft: int) -> float:
    """Magnitude at which a sine of amplitude 1 peaks: half the sum of the window."""
    return float(hann_window(n_fft).sum(dtype=np.float64)) / 2.0


@dataclass(frozen=True)
class _Chain:
    """The three functions that make one representation."""

    from_spectrum: Callable[
        [NDArray[np.complexfloating], SpectrogramSettings], NDArray[np.float32]
    ]
    to_db: Callable[[NDArray[np.floating], SpectrogramSettings], NDArray[np.float32]]
    to_magnitude: Callable[
        [NDArray[np.floating], SpectrogramSettings], NDArray[np.float32]
    ]


def _scaled_from_power(
    power: NDArray[np.float32], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    """Power in the units of `stft`, as decibels scaled to [0, 1]."""
    loudest = full_scale(settings.n_fft) ** 2
    # A hundredth of the floor keeps the logarithm finite and still clips to 0.
    quietest = loudest * 10.0 ** (settings.floor_db / 10.0 - 2.0)
    share = np.maximum(power, np.float32(quietest)) / np.float32(loudest)
    # Float32 logarithms differ between processors, rounded float64 ones do not.
    scaled = np.log(share, dtype=np.float64)
    scaled *= -10.0 / np.log(10.0) / settings.floor_db
    scaled += 1.0
    return np.clip(scaled, 0.0, 1.0, out=scaled).astype(np.float32)


def _db_from_scaled(
    scaled: NDArray[np.floating], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    """Values in [0, 1] as decibels in `[floor_db, 0]`."""
    clipped = np.clip(np.asarray(scaled, np.float32), 0.0, 1.0)
    db: NDArray[np.float32] = (1.0 - clipped) * np.float32(settings.floor_db)
    return db


def _quiet(settings: SpectrogramSettings) -> float:
    """Level in [0, 1] up to which a bin counts as silent."""
    return -MASKED_DB / settings.floor_db


def _power_of(spectrum: NDArray[np.complexfloating]) -> NDArray[np.float32]:
    power: NDArray[np.float32] = np.square(spectrum.real, dtype=np.float32)
    power += np.square(spectrum.imag, dtype=np.float32)
    return power


def _first_channel_to_db(
    spectrogram: NDArray[np.floating], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    return _db_from_scaled(spectrogram[:, :, 0], settings)


def _magnitude_from_db(
    spectrogram: NDArray[np.floating], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    """Magnitudes `(frames, num_bins)` in the units of `stft`; 0 in silence."""
    db = _first_channel_to_db(spectrogram, settings)
    # As for the logarithm: in float64, and rounded.
    wide = db.astype(np.float64)
    wide *= np.log(10.0) / 20.0
    np.exp(wide, out=wide)
    wide *= full_scale(settings.n_fft)
    magnitude: NDArray[np.float32] = wide.astype(np.float32)
    magnitude[spectrogram[:, :, 0] <= -SILENT_DB / settings.floor_db] = 0.0
    return magnitude


def _log_magnitude_from_spectrum(
    spectrum: NDArray[np.complexfloating], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    power = _power_of(spectrum[:, : settings.num_bins])
    return _scaled_from_power(power, settings)[:, :, np.newaxis]


def _log_magnitude_to_magnitude(
    spectrogram: NDArray[np.floating], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    seen = _magnitude_from_db(spectrogram, settings)
    return np.pad(seen, ((0, 0), (0, 1)))  # the Nyquist bin


def _log_mel_from_spectrum(
    spectrum: NDArray[np.complexfloating], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    bands = bands_from_power(_power_of(spectrum), settings)
    return _scaled_from_power(bands, settings)[:, :, np.newaxis]


def _log_mel_to_magnitude(
    spectrogram: NDArray[np.floating], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    bands = np.square(_magnitude_from_db(spectrogram, settings))
    magnitude: NDArray[np.float32] = np.sqrt(power_from_bands(bands, settings))
    return magnitude


def _warped_from_spectrum(
    spectrum: NDArray[np.complexfloating], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    bands = warped.bands_from_power(_power_of(spectrum))
    return _scaled_from_power(bands, settings)[:, :, np.newaxis]


def _warped_to_magnitude(
    spectrogram: NDArray[np.floating], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    # A bin's magnitude is that of its band, as its power is.
    return warped.power_from_bands(_magnitude_from_db(spectrogram, settings))


def _magnitude_if_from_spectrum(
    spectrum: NDArray[np.complexfloating], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    level = _log_magnitude_from_spectrum(spectrum, settings)
    has_phase = np.pad(level[:, :, 0] > _quiet(settings), ((0, 0), (0, 1)))
    frequency = instantaneous_frequency(
        spectrum, has_phase, hop_length=settings.hop_length
    )
    turned = 0.5 + 0.5 * frequency[:, : settings.num_bins, np.newaxis]
    return np.concatenate([level, turned], axis=2)


_CHAINS = {
    "log_magnitude": _Chain(
        _log_magnitude_from_spectrum,
        _first_channel_to_db,
        _log_magnitude_to_magnitude,
    ),
    "log_mel": _Chain(
        _log_mel_from_spectrum, _first_channel_to_db, _log_mel_to_magnitude
    ),
    "magnitude_if": _Chain(
        _magnitude_if_from_spectrum,
        _first_channel_to_db,
        _log_magnitude_to_magnitude,
    ),
    "warped": _Chain(_warped_from_spectrum, _first_channel_to_db, _warped_to_magnitude),
}


def _chain(settings: SpectrogramSettings) -> _Chain:
    return _CHAINS[settings.representation]


def _check_spectrogram(
    spectrogram: NDArray[np.floating], settings: SpectrogramSettings
) -> None:
    expected = (settings.num_bins, settings.num_channels)
    if spectrogram.ndim != 3 or spectrogram.shape[1:] != expected:
        raise ValueError(
            f"spectrogram must have shape (frames, {expected[0]}, {expected[1]}). "
            f"Received: {spectrogram.shape}."
        )
