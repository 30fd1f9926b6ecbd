"""TensorBoard summaries: pictures and sound of a run."""

from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.spectrogram_sound import sound_of

NUM_EXAMPLES = 4
# White line between an original and its reconstruction, in pixels.
LINE = 2


class Examples(Protocol):
    """What is shown of a split: its examples, and their sound if they have one."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> NDArray[np.float32]: ...

    def audio(self, index: int, /) -> NDArray[np.float32]:
        """The sound that an example was made of."""
        ...


class TensorBoardExamples(keras.callbacks.Callback):
    """Shows originals above their reconstructions, and lets one hear them.

    Spectrograms appear in dB, time to the right and frequency upwards; images as they
    are. The sound of a reconstruction has the phase of its original. Written after
    epochs 1, 2, 4, 8, ... and the last, so that the log stays small.

    Args:
        folder: Where the event files go.
        split: Examples, evenly spaced ones of which are shown. Must not be empty.
        settings: How sound became a spectrogram; `None` for images.
            Defaults to `None`.
    """

    def __init__(
        self, folder: Path, split: Examples, settings: SpectrogramSettings | None = None
    ):
        super().__init__()
        self.folder = folder
        self.split = split
        self.settings = settings

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        count = min(NUM_EXAMPLES, len(self.split))
        self._places = np.linspace(0, len(self.split) - 1, count).astype(int).tolist()
        self._originals = np.stack([self.split[place] for place in self._places])
        self._writer = tf.summary.create_file_writer(str(self.folder))
        self._written_epoch: int | None = None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._epoch = epoch + 1
        if self._epoch & epoch == 0:
            self._write()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        if self._written_epoch != getattr(self, "_epoch", None):
            self._write()
        self._writer.close()

    def _write(self) -> None:
        self._written_epoch = self._epoch
        outputs = self.model(self._originals, training=False)
        outputs = np.clip(keras.ops.convert_to_numpy(outputs), 0.0, 1.0)
        pictures = [
            picture_of(original, output, is_sound=self.settings is not None)
            for original, output in zip(self._originals, outputs, strict=True)
        ]
        with self._writer.as_default(step=self._epoch):
            tf.summary.image(
                "reconstructions", np.stack(pictures), max_outputs=len(pictures)
            )
            if self.settings is not None:
                self._write_sound(outputs, self.settings)

    def _write_sound(
        self, outputs: NDArray[np.float32], settings: SpectrogramSettings
    ) -> None:
        audio = [self.split.audio(place) for place in self._places]
        again = [
            sound_of(output, sound, settings, phase="original", seed=0)
            for sound, output in zip(audio, outputs, strict=True)
        ]
        for name, sounds in (("originals", audio), ("reconstructions", again)):
            tf.summary.audio(
                f"sound_{name}",
                np.clip(np.stack(sounds), -1.0, 1.0)[:, :, np.newaxis],
                settings.sample_rate,
                max_outputs=len(sounds),
            )


def picture_of(
    original: NDArray[np.floating], output: NDArray[np.floating], *, is_sound: bool
) -> NDArray[np.uint8]:
    """An original above its reconstruction, white line between.

    Args:
        original: Float array of shape `(frames, bins, channels)`, in [0, 1].
        output: Array of the same shape.
        is_sound: Whether the axes are time and frequency rather than rows and columns.

    Returns:
        uint8 array of shape `(height, width, 1)`.
    """
    pair = [np.asarray(part)[:, :, 0] for part in (original, output)]
    if is_sound:
        pair = [part.T[::-1] for part in pair]
    line = np.ones((LINE, pair[0].shape[1]), np.float32)
    picture = np.concatenate([pair[0], line, pair[1]])
    return np.round(255.0 * picture).astype(np.uint8)[:, :, np.newaxis]
