"""How well a model gives back sounds that were held back, and foretells their codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.example_blocks import example_blocks
from vqkeras.datasets.split import Split
from vqkeras.evaluation.measures import code_counts
from vqkeras.evaluation.reconstruction import scaled_magnitude
from vqkeras.evaluation.reconstruction_error import ReconstructionError
from vqkeras.model.code_prior import CodePrior
from vqkeras.model.vqvae import VQVAE
from vqkeras.priors.masks import drawn_masks

# In each example that a prior is measured on.
_HOLES = 8


@dataclass(frozen=True)
class Figures:
    """What a model keeps.

    Attributes:
        nmse: Mean squared error of the spectrogram in dB, over its variance.
        lsd_db: Log-spectral distance, in dB.
        codebook_usage: Share of codewords that occur.
        bits_per_code: What a hidden code costs the prior, in bits; `None` without one.
    """

    nmse: float
    lsd_db: float
    codebook_usage: float
    bits_per_code: float | None


def figures_of(
    model: VQVAE,
    split: Split,
    settings: SpectrogramSettings,
    prior: CodePrior | None,
) -> Figures:
    """Measure a model on a split.

    Args:
        model: From a preset or a run of sound.
        split: What to measure on, with the model's own spectrograms.
        settings: How sound became those.
        prior: What foretells the model's codes, if there is one.
    """
    error = ReconstructionError(settings.floor_db)
    counts = np.zeros(model.quantizer.codebook_size, np.int64)
    codemaps = []
    for examples in example_blocks(split, None):
        outputs = model(examples, training=False, details=True)
        target, output = (
            scaled_magnitude(each, settings)
            for each in (examples, np.asarray(outputs["reconstruction"]))
        )
        error.add(target, output)
        codemaps.append(np.asarray(outputs["codemap"]))
        counts += code_counts(codemaps[-1], len(counts))
    bits = None if prior is None else bits_per_code(prior, np.concatenate(codemaps))
    return Figures(error.nmse, error.lsd_db, float((counts > 0).mean()), bits)


def codemaps_of(model: VQVAE, split: Split) -> NDArray[np.int32]:
    """Codes of all examples of a split, `(examples, map_frames, map_bins)`."""
    blocks = example_blocks(split, None)
    return np.concatenate([np.asarray(model.encode_codemap(block)) for block in blocks])


def bits_per_code(prior: CodePrior, codemaps: NDArray[np.int32]) -> float:
    """What a hidden code costs on average, in bits.

    Args:
        prior: The network.
        codemaps: Codes of whole examples, `(examples, map_frames, map_bins)`, each
            with several holes, one at a time.
    """
    examples, frames, bins = codemaps.shape
    total, count = 0.0, 0
    for seed in range(_HOLES):
        hidden = drawn_masks(examples, frames, bins, np.random.default_rng(seed))
        for codes, mask in zip(codemaps, hidden, strict=True):
            losses = prior.losses_of(codes[np.newaxis], mask[np.newaxis])
            total += float(losses["bits_per_code"]) * int(mask.sum())
            count += int(mask.sum())
    return total / count
