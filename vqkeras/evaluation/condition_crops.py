"""Codemaps with holes, and beside them the spectrogram that they were made from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vqkeras.evaluation.unsaid import cell_values
from vqkeras.priors.codes import as_learned
from vqkeras.priors.masks import drawn_masks

_BATCH = 16


class Crops(NamedTuple):
    """Pieces of codemaps as long as each other.

    Attributes:
        codemap: int32 codes, `(crops, map_frames, map_bins)`.
        values: Of the same cells, as of `cell_values`.
    """

    codemap: NDArray[np.int32]
    values: NDArray[np.float32]


def training_crops(
    preset: Any, *, batch_size: int, crop_cells: int, seed: int
) -> Iterator[tuple[Crops, NDArray[np.bool_]]]:
    """Endless batches of training crops, at other levels and mixed, with holes.

    Args:
        preset: A `Preset` of sounds.
        batch_size: Crops in a batch.
        crop_cells: Cells along time of a crop; shorter examples are taken whole.
        seed: Of examples, crops and holes.

    Yields:
        Crops and what is hidden in them, bool, `True` = hidden.
    """
    split = preset.dataset.train
    frames = min(crop_cells * preset.model.encoder.time_stride, split.shape[0])
    batches = split.batches(
        batch_size, shuffle_seed=seed, crop_frames=frames, repeat=True
    )
    for number, batch in enumerate(as_learned(batches, preset.config)):
        crops = _coded(preset.model, batch)
        # The number after the seed: each batch has holes of its own.
        rng = np.random.default_rng([seed, number])
        count, length, bins = crops.codemap.shape
        yield crops, drawn_masks(count, length, bins, rng)


def validation_crops(preset: Any, *, crop_cells: int) -> Crops:
    """The middle of every validation clip, coded as part of the whole.

    Args:
        preset: A `Preset` of sounds that has validation clips.
        crop_cells: As for `training_crops`.
    """
    parts = [
        _coded(preset.model, batch)
        for batch in preset.dataset.validation.batches(_BATCH)
    ]
    whole = Crops(*map(np.concatenate, zip(*parts, strict=True)))
    frames = whole.codemap.shape[1]
    length = min(crop_cells, frames)
    # Where `judged_crops` starts: a training of the prior is watched on the same crops.
    start = (frames - length) // 2
    middle = slice(start, start + length)
    return Crops(whole.codemap[:, middle], whole.values[:, middle])


def _coded(model: Any, batch: Any) -> Crops:
    codemap = np.asarray(model.encode_codemap(batch))
    cell = model.encoder.time_stride, model.encoder.freq_stride
    rows, columns = codemap.shape[1:]
    return Crops(codemap, cell_values(np.asarray(batch), (rows, columns), cell))
