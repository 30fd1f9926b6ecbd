"""From a spectrum inside a mask to the samples of a file, and no sample beyond."""

from __future__ import annotations

from math import gcd

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.resample import resample
from edge_runtime.edit.seams import (
    at_other_rate,
    fade_to_zero,
    fade_weights,
    touched_samples,
)
from edge_runtime.spectrogram.settings import SpectrogramSettings
from edge_runtime.spectrogram.stft import istft

# Bins at the lower and upper border of a mask over which the edit fades in: about half
# the width of a partial under a Hann window.
RAMP_BINS = 2


class Resynthesis:
    """Linear map from a spectrum, faded in from the border of a mask, to samples.

    Args:
        settings: Spectrogram settings of the model.
        bins: Bool array of shape `(frames, n_fft // 2 + 1)`, `True` = regenerated.
        heard: Length of the sound at the model's rate, in samples.
        samples: Length of the file, in samples.
        sample_rate: Rate of the file, in Hz.

    Attributes:
        touched: Bool array of shape `(samples,)`: where results can differ from 0.
    """

    def __init__(
        self,
        settings: SpectrogramSettings,
        bins: NDArray[np.bool_],
        heard: int,
        samples: int,
        sample_rate: int,
    ) -> None:
        self._settings = settings
        self._sample_rate = sample_rate
        regenerated = np.max(bins, axis=1)
        touched = touched_samples(
            regenerated,
            n_fft=settings.n_fft,
            hop_length=settings.hop_length,
            samples=heard,
        )
        self.touched = at_other_rate(
            touched, settings.sample_rate, sample_rate, samples
        )
        # The ends of the outermost windows are nearly silent, but the resampler rings
        # beyond them: a quarter of a hop brings it to exactly zero.
        ramp = settings.hop_length * sample_rate // settings.sample_rate // 4
        self._fade = fade_to_zero(self.touched, ramp)
        # Only frames whose windows share samples with regenerated ones matter.
        overlap = settings.n_fft // settings.hop_length
        inside = np.flatnonzero(regenerated)
        first = max(0, int(inside[0]) - overlap)
        self._frames = slice(first, int(inside[-1]) + 1 + overlap)
        # Overlap-add crossfades over `overlap` frames anyway; a fade of half as many
        # keeps the last of the old sound out of the middle.
        self._weights = fade_weights(bins[self._frames], overlap // 2, RAMP_BINS)
        self._start = first * settings.hop_length
        self._length = min(
            len(self._weights) * settings.hop_length, heard - self._start
        )

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
        change = np.zeros_like(self._fade)
        part = part[: len(change) - start]
        change[start : start + len(part)] = part
        change *= self._fade
        return change
