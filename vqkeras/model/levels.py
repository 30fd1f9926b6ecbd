"""The codemaps of a trained model: one, or a fine and a coarse one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.hierarchy import Hierarchy

if TYPE_CHECKING:
    from vqkeras.model.vqvae import VQVAE


@dataclass(frozen=True)
class Level:
    """One codemap of a model.

    Attributes:
        name: `"codemap"`, or `"fine"` and `"coarse"`.
        codebook_size: Number of its codewords.
        time_stride: Spectrogram frames per cell.
        freq_stride: Spectrogram bins per cell.
    """

    name: str
    codebook_size: int
    time_stride: int
    freq_stride: int


def levels_of(model: VQVAE) -> list[Level]:
    """The codemaps of a model with a codebook, the fine one first."""
    encoder, quantizer = model.encoder, model.quantizer
    time_stride, freq_stride = encoder.time_stride, encoder.freq_stride
    if hierarchy_of(model) is None:
        return [Level("codemap", quantizer.codebook_size, time_stride, freq_stride)]
    time_cells, freq_cells = encoder.coarse_stride
    return [
        Level("fine", quantizer.fine.codebook_size, time_stride, freq_stride),
        Level(
            "coarse",
            quantizer.coarse.codebook_size,
            time_stride * time_cells,
            freq_stride * freq_cells,
        ),
    ]


def hierarchy_of(model: VQVAE) -> Hierarchy | None:
    """Both codebooks of a hierarchical model; `None` for any other."""
    from vqkeras.layers.hierarchical_quantizer import HierarchicalQuantizer

    quantizer = model.quantizer
    if not isinstance(quantizer, HierarchicalQuantizer):
        return None
    return Hierarchy(
        quantizer.fine.codebook.numpy(),
        quantizer.coarse.codebook.numpy(),
        quantizer.coarse_stride,
    )


def split_levels(model: VQVAE, codemap: NDArray[np.int32]) -> list[NDArray[np.int32]]:
    """Codemap of each level.

    Args:
        model: VQ-VAE with a codebook or two.
        codemap: What its `encode_codemap` gives, `(..., map_frames, map_bins)`.

    Returns:
        Int32 arrays, in the order of `levels_of`.
    """
    hierarchy = hierarchy_of(model)
    return [codemap] if hierarchy is None else list(hierarchy.split(codemap))
