"""TensorBoard summaries of a prior: holes before and after, to see and to hear."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from vqkeras.callbacks.shown_examples import ShownExamples


class TensorBoardFills(ShownExamples):
    """Shows originals, what the right codes give, and what the prior puts in a hole.

    The hole is a box in the middle, an eighth of the time and half of the frequencies.
    It is repaired: decoded from the expected codewords. Sounds keep the phase of their
    original. Written after epochs 1, 2, 4, 8, ... and the last.

    Args:
        folder: Where the event files go.
        codec: A `Run` or `Preset`: has `model`, `config` and `dataset`.
    """

    def __init__(self, folder: Path, codec: Any):
        super().__init__(folder, codec.config.spectrogram)
        self.codec = codec

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Choose what is shown, and its holes."""
        self.split = self.codec.dataset.validation or self.codec.dataset.train
        super().on_train_begin(logs)
        self._codes = np.asarray(self.codec.model.encode_codemap(self.originals))
        frames, bins = self._codes.shape[1:]
        self._hidden = np.zeros(self._codes.shape, np.bool_)
        self._hidden[
            :,
            frames * 7 // 16 : max(frames * 9 // 16, frames * 7 // 16 + 1),
            bins // 4 : max(bins * 3 // 4, bins // 4 + 1),
        ] = True

    def show(self) -> None:
        """Write originals, what right codes give, and what fills the holes."""
        filled = self._decoded(repaired(self.model, self._codes, self._hidden))
        right = self._decoded(
            np.asarray(self.codec.model.quantizer.codewords_of(self._codes))
        )
        self.write_pictures("fills", self.originals, right, filled)
        if self.settings is not None:
            sounds = self.sounds_of(filled, self.settings)
            self.write_sounds("sound_fills", sounds, self.settings.sample_rate)

    def _decoded(self, quantized: NDArray[np.float32]) -> NDArray[np.float32]:
        """Spectrograms of the originals' size, in [0, 1], without the spread."""
        _, frames, bins, channels = self.originals.shape
        decoded = np.asarray(self.codec.model.decoder(quantized, training=False))
        return np.clip(decoded[:, :frames, :bins, :channels], 0.0, 1.0)


def repaired(
    prior: Any, codes: NDArray[np.int32], hidden: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Codewords where cells are visible, and the expected one where they are not.

    Args:
        prior: A `CodePrior`.
        codes: Codemaps, `(batch, map_frames, map_bins)`.
        hidden: Bool array of the same shape.

    Returns:
        Float32 array of shape `(batch, map_frames, map_bins, codebook_dim)`.
    """
    chances = tf.nn.softmax(prior.logits_of(codes, hidden), axis=-1)
    expected = np.asarray(tf.tensordot(chances, prior.codebook, 1))
    known = np.asarray(prior.codebook)[codes]
    return np.where(hidden[..., np.newaxis], expected, known).astype(np.float32)
