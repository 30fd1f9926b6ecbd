"""From a spectrogram that a model gives to sound."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.phase.choice import with_phase
from edge_runtime.spectrogram.features import magnitude_of, phase_steps_of
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
    n_fft, hop_length = settings.n_fft, settings.hop_length
    known = stft(audio, n_fft=n_fft, hop_length=hop_length)
    spectrum = with_phase(
        magnitude_of(spectrogram, settings),
        known,
        np.ones(known.shape, np.bool_),
        phase=phase,
        hop_length=hop_length,
        seed=seed,
        steps=phase_steps_of(spectrogram, settings),
    )
    return istft(spectrum, hop_length=hop_length, length=len(audio))
