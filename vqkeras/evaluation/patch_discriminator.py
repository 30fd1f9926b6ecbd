"""A network that tells decoded spectrograms from real ones, patch by patch.

Isola et al., 2017, "Image-to-Image Translation with Conditional Adversarial Networks",
https://arxiv.org/abs/1611.07004; hinge losses as Lim and Ye, 2017, and matched features
as Larsen et al., 2016. A study uses it; no model that ships was trained so.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from edge_runtime.spectrogram.noise import noise_power
from edge_runtime.spectrogram.settings import SpectrogramSettings
from edge_runtime.spectrogram.texture import LEVELS_DB

_UNITS = (32, 64, 64)
_SLOPE = 0.2


class PatchDiscriminator(keras.Model):
    """Three strided convolutions and one more: a score for every 8 x 8 values.

    Output: the score, and what each convolution gave, first to last.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stages = [
            keras.layers.Conv2D(units, 4, strides=2, padding="same") for units in _UNITS
        ]
        self.last = keras.layers.Conv2D(1, 3, padding="same")

    def call(self, spectrograms: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """Scores and features of `(batch, frames, bands, 1)`."""
        features = []
        for stage in self.stages:
            spectrograms = tf.nn.leaky_relu(stage(spectrograms), _SLOPE)
            features.append(spectrograms)
        return self.last(spectrograms), features

    def own_loss(self, real: tf.Tensor, decoded: tf.Tensor) -> tf.Tensor:
        """Hinge loss that it learns by: real above 1, decoded below -1."""
        real_scores, decoded_scores = (self(each)[0] for each in (real, decoded))
        return tf.reduce_mean(tf.nn.relu(1.0 - real_scores)) + tf.reduce_mean(
            tf.nn.relu(1.0 + decoded_scores)
        )

    def decoder_losses(
        self, real: tf.Tensor, decoded: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """What a decoder makes small: being told, and other features than the real.

        Returns:
            Pair of scalars.
        """
        score, features = self(decoded)
        matched = [
            tf.reduce_mean(tf.abs(tf.stop_gradient(wanted) - found))
            for wanted, found in zip(self(real)[1], features, strict=True)
        ]
        return -tf.reduce_mean(score), tf.add_n(matched) / len(matched)


class Texture:
    """Texture as the edge runtime makes it, on tensors.

    What is decoded smooth could be told by its smoothness alone, which is no fault.

    Args:
        settings: How sound becomes a spectrogram, with one level a band.
        frames: Frames of noise to make. Defaults to `4000`.

    Raises:
        ValueError: If the spectrogram has no bands that noise has a level in.
    """

    def __init__(self, settings: SpectrogramSettings, *, frames: int = 4000) -> None:
        widths = settings.shown_as.band_widths(settings)
        if widths is None:
            raise ValueError(f"{settings.representation} has no bands of noise.")
        starts = np.concatenate([[0], np.cumsum(widths)])
        power = noise_power(
            0, 0, frames, n_fft=settings.n_fft, hop_length=settings.hop_length
        )
        bands = np.add.reduceat(power[:, : starts[-1]], starts[:-1], axis=1) / widths
        mean_db, deviation_db = np.array([LEVELS_DB[int(each)] for each in widths]).T
        levels = (10.0 * np.log10(np.maximum(bands, 1e-12)) - mean_db) / deviation_db
        self._levels = levels.astype(np.float32)
        self._most = (deviation_db / -settings.floor_db).astype(np.float32)[:, None]

    def added(self, mean: Any, spread: Any, rng: np.random.Generator) -> Any:
        """Levels with the texture of a random part of the noise, for each example.

        Args:
            mean: Tensor of shape `(batch, frames, bands, 1)`.
            spread: Tensor of the same shape, in the unit of the levels.
            rng: A `numpy.random.Generator`.
        """
        batch, frames = mean.shape[:2]
        starts = rng.integers(len(self._levels) - frames, size=batch)
        noise = np.stack([self._levels[start : start + frames] for start in starts])
        return mean + tf.minimum(spread, self._most) * noise[..., np.newaxis]
