"""A loaded data set: three splits and how they were made."""

from __future__ import annotations

from dataclasses import dataclass

from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.split import Split


@dataclass(frozen=True)
class Dataset:
    """Three splits that share no instrument, file or image.

    Attributes:
        name: What it is, as in `DataConfig.name`.
        settings: How the spectrograms were computed; `None` for images.
        train: What a run learns from.
        validation: What it is watched on while it learns; `None` where the
            configuration asks for none.
        test: What it is judged on, once.
    """

    name: str
    settings: SpectrogramSettings | None
    train: Split
    validation: Split | None
    test: Split
