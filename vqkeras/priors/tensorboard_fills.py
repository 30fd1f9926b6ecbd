"""TensorBoard summaries of a prior: holes before and after, to see and to hear."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from vqkeras.callbacks.tensorboard_examples import LINE, NUM_EXAMPLES, picture_of
from vqkeras.spectrogram_sound import sound_of


class TensorBoardFills(keras.callbacks.Callback):
    """Shows originals, what the right codes give, and what the prior puts in a hole.

    The hole is a box in the middle, an eighth of the time and half of the frequencies.
    It is repaired: decoded from the expected codewords. Sounds keep the phase of their
    original. Written after epochs 1, 2, 4, 8, ... and the last.

    Args:
        folder: Where the event files go.
        codec: A `Run` or `Preset`: has `model`, `config` and `dataset`.
    """

    def __init__(self, folder: Path, codec: Any):
        super().__init__()
        self.folder = folder
        self.codec = codec

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Choose what is shown, and its holes."""
        split = self.codec.dataset.validation or self.codec.dataset.train
        count = min(NUM_EXAMPLES, len(split))
        self._places = np.linspace(0, len(split) - 1, count).astype(int).tolist()
        self._split = split
        self._originals = np.stack([split[place] for place in self._places])
        self._codes = np.asarray(self.codec.model.encode_codemap(self._originals))
        frames, bins = self._codes.shape[1:]
        self._hidden = np.zeros(self._codes.shape, np.bool_)
        self._hidden[
            :,
            frames * 7 // 16 : max(frames * 9 // 16, frames * 7 // 16 + 1),
            bins // 4 : max(bins * 3 // 4, bins // 4 + 1),
        ] = True
        self._writer = tf.summary.create_file_writer(str(self.folder))
        self._written_epoch: int | None = None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Show it after epochs 1, 2, 4, 8, ..."""
        self._epoch = epoch + 1
        if self._epoch & epoch == 0:
            self._write()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Show it after the last one."""
        if self._written_epoch != getattr(self, "_epoch", None):
            self._write()
        self._writer.close()

    def _write(self) -> None:
        self._written_epoch = self._epoch
        settings = self.codec.config.spectrogram
        filled = self._decoded(repaired(self.model, self._codes, self._hidden))
        right = self._decoded(
            np.asarray(self.codec.model.quantizer.codewords_of(self._codes))
        )
        pictures = []
        for original, known, new in zip(self._originals, right, filled, strict=True):
            pair = picture_of(original, known, is_sound=settings is not None)
            new_alone = picture_of(new, new, is_sound=settings is not None)
            height = (new_alone.shape[0] - LINE) // 2
            line = np.full((LINE, *pair.shape[1:]), 255, np.uint8)
            pictures.append(np.concatenate([pair, line, new_alone[:height]]))
        with self._writer.as_default(step=self._epoch):
            tf.summary.image("fills", np.stack(pictures), max_outputs=len(pictures))
            if settings is None:
                return
            sounds = [
                sound_of(
                    new, self._split.audio(place), settings, phase="original", seed=0
                )
                for new, place in zip(filled, self._places, strict=True)
            ]
            tf.summary.audio(
                "sound_fills",
                np.clip(np.stack(sounds), -1.0, 1.0)[:, :, np.newaxis],
                settings.sample_rate,
                max_outputs=len(sounds),
            )

    def _decoded(self, quantized: NDArray[np.float32]) -> NDArray[np.float32]:
        """Spectrograms of the originals' size, in [0, 1], without the spread."""
        _, frames, bins, channels = self._originals.shape
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
