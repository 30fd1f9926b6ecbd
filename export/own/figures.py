"""How well a model gives back sounds that were held back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.example_blocks import example_blocks
from vqkeras.datasets.split import Split
from vqkeras.evaluation.measures import code_counts
from vqkeras.evaluation.reconstruction import scaled_magnitude
from vqkeras.evaluation.reconstruction_error import ReconstructionError
from vqkeras.model.vqvae import VQVAE


@dataclass(frozen=True)
class Figures:
    """What a model keeps.

    Attributes:
        nmse: Mean squared error of the spectrogram in dB, over its variance.
        lsd_db: Log-spectral distance, in dB.
        codebook_usage: Share of codewords that occur.
    """

    nmse: float
    lsd_db: float
    codebook_usage: float


def figures_of(model: VQVAE, split: Split, settings: SpectrogramSettings) -> Figures:
    """Measure a model on a split.

    Args:
        model: From a preset or a run of sound.
        split: What to measure on, with the model's own spectrograms.
        settings: How sound became those.
    """
    error = ReconstructionError(settings.floor_db)
    counts = np.zeros(model.quantizer.codebook_size, np.int64)
    for examples in example_blocks(split, None):
        outputs = model(examples, training=False, details=True)
        target, output = (
            scaled_magnitude(each, settings)
            for each in (examples, np.asarray(outputs["reconstruction"]))
        )
        error.add(target, output)
        counts += code_counts(np.asarray(outputs["codemap"]), len(counts))
    return Figures(error.nmse, error.lsd_db, float((counts > 0).mean()))
