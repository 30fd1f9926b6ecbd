"""From a spectrum inside a mask to the samples of a file, and no sample beyond."""

from __future__ import annotations

from math import gcd

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.resample import resample
from edge_runtime.edit.seams import (
    at_other_rate,
    fade_to_zero,
    touched_samples,
)
from edge_runtime.spectrogram.settings import SpectrogramSettings
from edge_runtime.spectrogram.stft import istft

# Bins at the lower and upper border of a mask over which the edit fades in: about half
# the width of a partial under a Hann window.
RAMP_BINS = 2


def ramp_frames(settings: SpectrogramSettings) -> int:
    """Frames at the start and end of a mask over which an edit fades in.

    Overlap-add crossfades over `n_fft // hop_length` frames anyway; a fade of half as
    many keeps the last of the old sound out of the middle.
    """
    return settings.n_fft // settings.hop_length // 2


class Resynthesis:
    """Linear map from a spectrum, weighted frame by frame and bin by bin, to samples.

    Args:
        settings: Spectrogram settings of the model.
        weights: Float32 array of shape `(frames, n_fft // 2 + 1)`: how much of the
            spectrum counts. Not 0 everywhere.
        heard: Length of the sound from the first frame on, in samples at the model's
            rate.
        fade: Float32 array of shape `(samples,)`: how much counts in the file.
        sample_rate: Rate of the file, in Hz.
        lead: Samples at the model's rate before the first frame. Defaults to `0`.

    Attributes:
        touched: Bool array of shape `(samples,)`: where results can differ from 0.
        fade: Float32 array of the same shape: what results are multiplied by.
    """

    def __init__(
        self,
        settings: SpectrogramSettings,
        weights: NDArray[np.float32],
        heard: int,
        fade: NDArray[np.float32],
        sample_rate: int,
        *,
        lead: int = 0,
    ) -> None:
        self._settings = settings
        self._sample_rate = sample_rate
        regenerated = np.any(weights > 0.0, axis=1)
        touched = touched_samples(
            regenerated,
            n_fft=settings.n_fft,
            hop_length=settings.hop_length,
            samples=heard,
        )
        touched = np.pad(touched, (lead, 0))
        touched = at_other_rate(touched, settings.sample_rate, sample_rate, len(fade))
        # The ends of the outermost windows are nearly silent, but the resampler rings
        # beyond them: a quarter of a hop brings it to exactly zero.
        ramp = settings.hop_length * sample_rate // settings.sample_rate // 4
        self.fade = fade_to_zero(touched, ramp) * fade
        self.touched = self.fade > 0.0
        # Only frames whose windows share samples with regenerated ones matter.
        overlap = settings.n_fft // settings.hop_length
        inside = np.flatnonzero(regenerated)
        first = max(0, int(inside[0]) - overlap)
        self._frames = slice(first, int(inside[-1]) + 1 + overlap)
        self._weights = weights[self._frames]
        start = first * settings.hop_length
        self._length = min(len(self._weights) * settings.hop_length, heard - start)
        self._start = lead + start

    def __call__(self, spectrum: NDArray[np.complex64]) -> NDArray[np.float32]:
        """Samples `(samples,)` of a spectrum `(frames, n_fft // 2 + 1)`."""
        model_rate, file_rate = self._settings.sample_rate, self._sample_rate
        audio = istft(
            self._weights * spectrum[self._frames],
            hop_length=self._settings.hop_length,
            length=self._length,
        )
        # Resampling begins at a sample that falls on a sample of the file.
        lead = self._start % (model_rate // gcd(model_rate, file_rate))
        start = (self._start - lead) * file_rate // model_rate
        part = resample(np.pad(audio, (lead, 0)), model_rate, file_rate)
        change = np.zeros_like(self.fade)
        part = part[: len(change) - start]
        change[start : start + len(part)] = part
        change *= self.fade
        return change
