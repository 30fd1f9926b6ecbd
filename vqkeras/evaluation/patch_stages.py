"""K-means patches, one code a cell or several, each of what those before it left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vqkeras.datasets.example_blocks import evenly_spaced
from vqkeras.datasets.split import Split
from vqkeras.evaluation.baselines import EXAMPLES, PatchCodebook, fit_patch_codebook


@dataclass(frozen=True)
class PatchStages:
    """Residual vector quantization without a network.

    Attributes:
        stages: A codebook of patches a code, all of cells of one shape.
    """

    stages: tuple[PatchCodebook, ...]

    def coded(
        self, examples: NDArray[np.float32]
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Codes of some examples, and what the codes say.

        Args:
            examples: Float array of shape `(examples, frames, bins, channels)`.

        Returns:
            Int32 array of shape `(examples, map_frames, map_bins, stages)`, and float32
            array of the shape of `examples`.
        """
        output = np.zeros(examples.shape, np.float32)
        codes = []
        for patches in self.stages:
            rest = examples - output
            codes.append(patches.codemaps(rest))
            output = output + patches.reconstruct(rest)
        return np.stack(codes, axis=-1), output

    def reconstruct(self, examples: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the codes of some examples say, as `coded` gives it."""
        return self.coded(examples)[1]


def fit_patch_stages(
    split: Split, *, cell: tuple[int, int], codebook_size: int, codes: int, seed: int
) -> PatchStages:
    """Learn one codebook of patches a code, by `fit_patch_codebook`.

    Args:
        split: Training split.
        cell: Frames and bins of a patch.
        codebook_size: Number of patches in each codebook.
        codes: Codes a cell has, 1 or more.
        seed: Of each k-means.

    Returns:
        The codebooks.
    """
    stages: list[PatchCodebook] = []
    for _ in range(codes):
        if stages:
            split = _left_by(stages[-1], split)
        stages.append(
            fit_patch_codebook(split, cell=cell, codebook_size=codebook_size, seed=seed)
        )
    return PatchStages(tuple(stages))


def _left_by(patches: PatchCodebook, split: Split) -> Split:
    """What patches leave of the examples that a codebook is learned from."""
    places = evenly_spaced(len(split), EXAMPLES)
    rest = np.empty((len(places), *split.shape), np.float16)
    for row, place in enumerate(places):
        example = split[place][np.newaxis]
        rest[row] = (example - patches.reconstruct(example))[0]
    return Split(rest, [split.metadata[place] for place in places])
