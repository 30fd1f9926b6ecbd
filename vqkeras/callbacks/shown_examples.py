"""Evenly spaced examples of a split in TensorBoard, after epochs 1, 2, 4, 8, ..."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.spectrogram_sound import sound_of

NUM_EXAMPLES = 4
# White line between two pictures of an example, in pixels.
LINE = 2


class Examples(Protocol):
    """What is shown of a split: its examples, and their sound if they have one."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> NDArray[np.float32]: ...

    def audio(self, index: int, /) -> NDArray[np.float32]:
        """The sound that an example was made of."""
        ...


class ShownExamples(keras.callbacks.Callback):
    """Calls `show` after epochs 1, 2, 4, 8, ... and the last: the log stays small.

    Subclasses say in `show` what becomes of `originals`, and write that by
    `write_pictures` and `write_sounds`.

    Args:
        folder: Where the event files go.
        settings: How sound became a spectrogram; `None` for images.

    Attributes:
        split: Where examples come from; not empty. Set before the training begins.
        places: Numbers of those that are shown.
        originals: Float32 array of shape `(examples, frames, bins, channels)`.
    """

    split: Examples

    def __init__(self, folder: Path, settings: SpectrogramSettings | None):
        super().__init__()
        self.folder = folder
        self.settings = settings

    def show(self) -> None:
        """Write what there is to see and to hear after an epoch."""
        raise NotImplementedError

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        count = min(NUM_EXAMPLES, len(self.split))
        self.places = np.linspace(0, len(self.split) - 1, count).astype(int).tolist()
        self.originals = np.stack([self.split[place] for place in self.places])
        self._writer = tf.summary.create_file_writer(str(self.folder))
        self._shown_epoch: int | None = None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._epoch = epoch + 1
        if self._epoch & epoch == 0:
            self._show()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        if self._shown_epoch != getattr(self, "_epoch", None):
            self._show()
        self._writer.close()

    def _show(self) -> None:
        self._shown_epoch = self._epoch
        with self._writer.as_default(step=self._epoch):
            self.show()

    def write_pictures(self, name: str, *rows: NDArray[np.float32]) -> None:
        """Write a picture per example, by `picture_of`.

        Args:
            name: Its tag.
            rows: What lies one above the other: arrays like `originals`.
        """
        is_sound = self.settings is not None
        pictures = [
            picture_of(*parts, is_sound=is_sound) for parts in zip(*rows, strict=True)
        ]
        tf.summary.image(name, np.stack(pictures), max_outputs=len(pictures))

    def sounds_of(
        self, spectrograms: NDArray[np.float32], settings: SpectrogramSettings
    ) -> list[NDArray[np.float32]]:
        """Sound of spectrograms like `originals`, with the phase of the original."""
        return [
            sound_of(each, self.split.audio(place), settings, phase="original", seed=0)
            for each, place in zip(spectrograms, self.places, strict=True)
        ]

    def write_sounds(
        self, name: str, sounds: Sequence[NDArray[np.float32]], sample_rate: int
    ) -> None:
        """Write a sound per example; beyond full scale it is clipped.

        Args:
            name: Their tag.
            sounds: Float arrays of shape `(samples,)`, of one length.
            sample_rate: In Hz.
        """
        tf.summary.audio(
            name,
            np.clip(np.stack(sounds), -1.0, 1.0)[:, :, np.newaxis],
            sample_rate,
            max_outputs=len(sounds),
        )


def picture_of(*parts: NDArray[np.floating], is_sound: bool) -> NDArray[np.uint8]:
    """First channels of some arrays one above the other, a white line between.

    Args:
        parts: Float arrays of shape `(frames, bins, channels)`, in [0, 1].
        is_sound: Whether the axes are time and frequency rather than rows and columns.

    Returns:
        uint8 array of shape `(height, width, 1)`.

    Example:

    >>> black = np.zeros((3, 4, 1))
    >>> picture_of(black, black, is_sound=True).shape
    (10, 3, 1)
    """
    rows: list[NDArray[np.floating]] = []
    for part in parts:
        picture = np.asarray(part)[:, :, 0]
        picture = picture.T[::-1] if is_sound else picture
        if rows:
            rows.append(np.ones((LINE, picture.shape[1]), np.float32))
        rows.append(picture)
    return np.round(255.0 * np.concatenate(rows)).astype(np.uint8)[:, :, np.newaxis]
