"""Parity of a prior: what a hidden code costs once exported, and in Keras."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.codebook import codewords_of
from edge_runtime.engines.engine import Engine
from export.tflite.convert_prior import PriorInputs
from vqkeras.model.code_prior import CodePrior
from vqkeras.priors.config import PriorConfig
from vqkeras.priors.crops import judged_crops


@dataclass(frozen=True)
class PriorParity:
    """What the export cost a prior, on codemaps that no training saw.

    Attributes:
        examples: Codemaps with a hole each.
        hidden_cells: Cells in all holes.
        bits_float: What a hidden code costs in Keras on average, in bits.
        bits_exported: The same for the exported prior.
        equal_guesses: Share of hidden cells, in [0, 1], where both hold the same code
            for the likeliest.
    """

    examples: int
    hidden_cells: int
    bits_float: float
    bits_exported: float
    equal_guesses: float

    def __str__(self) -> str:
        change = self.bits_exported / self.bits_float - 1
        return (
            f"{self.bits_exported:.3f} bits a code exported, {self.bits_float:.3f} in "
            f"Keras ({change:+.1%}); {self.equal_guesses:.2%} equal guesses, in "
            f"{self.examples} unseen codemaps"
        )


def masked_codemaps(
    codemaps: NDArray[np.uint16], seed: int
) -> list[tuple[NDArray[np.int32], NDArray[np.bool_]]]:
    """The middle of each codemap, with a hole as priors learn to fill.

    Args:
        codemaps: Codes of whole examples, `(examples, map_frames, map_bins)`.
        seed: Of the holes.

    Returns:
        Pairs of codes and mask (`True` = hidden), both `(1, crop_cells, map_bins)`.
    """
    crops = judged_crops(
        codemaps, batch_size=1, crop_cells=PriorConfig.crop_cells, seed=seed
    )
    return list(crops.as_numpy_iterator())


def prior_inputs(
    codemap: NDArray[np.int32],
    hidden: NDArray[np.bool_],
    codebook: NDArray[np.float32],
) -> PriorInputs:
    """What the exported prior is given: codewords where visible, and where that is.

    Args:
        codemap: Codes, `(1, map_frames, map_bins)`.
        hidden: Mask of the same shape.
        codebook: Codewords of the bundle.
    """
    visible = (~hidden).astype(np.float32)[..., np.newaxis]
    return codewords_of(codemap, codebook) * visible, visible


def measure_prior_parity(
    prior: CodePrior,
    engine: Engine,
    codemaps: NDArray[np.uint16],
    *,
    codebook: NDArray[np.float32],
    seed: int,
) -> PriorParity:
    """Ask the prior in Keras and the exported one for the same hidden codes.

    Args:
        prior: In Keras.
        engine: The exported one.
        codemaps: Codes that no training saw, `(examples, map_frames, map_bins)`.
        codebook: Codewords of the bundle.
        seed: Of the holes.

    Returns:
        The figures.
    """
    bits_float, bits_exported, equal = [], [], []
    for codemap, hidden in masked_codemaps(codemaps, seed):
        codes = codemap[hidden]
        expected = np.asarray(prior.logits_of(codemap, hidden))[hidden]
        received = engine.predict(*prior_inputs(codemap, hidden, codebook))[hidden]
        bits_float.append(_bits(expected, codes))
        bits_exported.append(_bits(received, codes))
        equal.append(expected.argmax(axis=-1) == received.argmax(axis=-1))
    return PriorParity(
        examples=len(equal),
        hidden_cells=sum(map(len, equal)),
        bits_float=float(np.concatenate(bits_float).mean()),
        bits_exported=float(np.concatenate(bits_exported).mean()),
        equal_guesses=float(np.concatenate(equal).mean()),
    )


def _bits(logits: NDArray[np.float32], codes: NDArray[np.int32]) -> NDArray[np.float64]:
    """What each code costs, from logits `(cells, codebook_size)`."""
    logits = logits.astype(np.float64)
    logits -= logits.max(axis=-1, keepdims=True)
    totals = np.log2(np.exp(logits).sum(axis=-1))
    own = np.take_along_axis(logits, codes[:, np.newaxis], axis=-1)[:, 0]
    return totals - own / np.log(2.0)
