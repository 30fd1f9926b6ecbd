"""From a spectrogram that a model gives to sound."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.phase.choice import with_phase
from edge_runtime.spectrogram.features import magnitude_of, phase_steps_of
from edge_runtime.spectrogram.instantaneous_frequency import PhaseSteps
from edge_runtime.spectrogram.settings import SpectrogramSettings
from edge_runtime.spectrogram.stft import istft, stft


def sound_of(
    spectrogram: NDArray[np.floating],
    audio: NDArray[np.float32],
    settings: SpectrogramSettings,
    *,
    phase: str,
    seed: int,
) -> NDArray[np.float32]:
    """Sound of a whole spectrogram.

    Args:
        spectrogram: Float array of shape `(frames, bins, channels)`, in [0, 1].
        audio: The sound it stands for, float32 of shape `(samples,)`.
        settings: How sound becomes a spectrogram.
        phase: One of `phases_of(settings)`: `"original"` is that of `audio`.
        seed: Start of Griffin-Lim.

    Returns:
        Float32 array of shape `(samples,)`.
    """
    return sound_of_magnitude(
        magnitude_of(spectrogram, settings),
        audio,
        settings,
        phase=phase,
        seed=seed,
        steps=phase_steps_of(spectrogram, settings),
    )


def sound_of_magnitude(
    magnitude: NDArray[np.float32],
    audio: NDArray[np.float32],
    settings: SpectrogramSettings,
    *,
    phase: str,
    seed: int,
    steps: PhaseSteps | None = None,
) -> NDArray[np.float32]:
    """Sound of linear magnitudes.

    Args:
        magnitude: Float32 array of shape `(frames, n_fft // 2 + 1)`, in the units of
            `stft`.
        audio: As for `sound_of`.
        settings: As for `sound_of`.
        phase: As for `sound_of`.
        seed: As for `sound_of`.
        steps: Steps of the phase from frame to frame, for
            `"instantaneous_frequency"`. Defaults to none.

    Returns:
        Float32 array of shape `(samples,)`.
    """
    n_fft, hop_length = settings.n_fft, settings.hop_length
    known = stft(audio, n_fft=n_fft, hop_length=hop_length)
    spectrum = with_phase(
        magnitude,
        known,
        np.ones(known.shape, np.bool_),
        phase=phase,
        hop_length=hop_length,
        seed=seed,
        steps=steps,
    )
    return istft(spectrum, hop_length=hop_length, length=len(audio))
