"""TensorBoard summaries: pictures and sound of a run."""

from pathlib import Path

import keras
import numpy as np

from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.callbacks.shown_examples import Examples, ShownExamples


class TensorBoardExamples(ShownExamples):
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
        super().__init__(folder, settings)
        self.split = split

    def show(self) -> None:
        outputs = self.model(self.originals, training=False)
        outputs = np.clip(keras.ops.convert_to_numpy(outputs), 0.0, 1.0)
        self.write_pictures("reconstructions", self.originals, outputs)
        if self.settings is None:
            return
        audio = [self.split.audio(place) for place in self.places]
        again = self.sounds_of(outputs, self.settings)
        for name, sounds in (("originals", audio), ("reconstructions", again)):
            self.write_sounds(f"sound_{name}", sounds, self.settings.sample_rate)
