"""Scores of filled holes: accuracy of the codes, error in the hole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.distance import lsd_db
from edge_runtime.spectrogram.features import magnitude_db_of
from vqkeras.evaluation.holes import Hole, pixel_mask
from vqkeras.evaluation.measures import sounding_cells
from vqkeras.run_codec import RunCodec

_CHUNK = 32  # examples decoded and held at a time


@dataclass(frozen=True, eq=False)
class Task:
    """Examples with holes, and the truth about them.

    Attributes:
        codec: The model.
        examples: Shape `(examples, frames, bins, channels)`.
        codemaps: Int32 array of shape `(examples, map_frames, map_bins)`.
        holes: What is hidden of them, each for itself.
    """

    codec: RunCodec
    examples: NDArray[np.float32]
    codemaps: NDArray[np.int32]
    holes: list[Hole]

    @cached_property
    def truth(self) -> list[NDArray[np.int32]]:
        """True codes of each hole's hidden cells, in raster order."""
        return [self.codemaps[hole.example][hole.mask] for hole in self.holes]

    @cached_property
    def sounding(self) -> list[NDArray[np.bool_]]:
        """Which hidden cells hold something, hole by hole.

        Of sound: cells with a bin above -70 dB. Of images: cells whose code is not
        that of an empty image.
        """
        settings = self.codec.run.config.spectrogram
        maps = self.codemaps != self.codec.silence
        if settings is not None:
            levels = [magnitude_db_of(one, settings) for one in self.examples]
            maps = sounding_cells(np.stack(levels), *self.codec.strides)
        return [maps[hole.example][hole.mask] for hole in self.holes]


def hits(task: Task, filled: Sequence[NDArray[np.int32]]) -> list[NDArray[np.bool_]]:
    """Which hidden cells were predicted right.

    Args:
        task: The holes.
        filled: Filled codemap of each hole.

    Returns:
        Bool arrays, one per hole, cells in raster order.
    """
    return [
        codemap[hole.mask] == truth
        for codemap, hole, truth in zip(filled, task.holes, task.truth, strict=True)
    ]


def code_error(task: Task, filled: Sequence[NDArray[np.int32]]) -> list[float]:
    """Error in each hole of what the decoder makes of filled codemaps.

    Args:
        task: The holes.
        filled: Filled codemap of each hole.

    Returns:
        As `hole_errors` does.
    """
    errors = []
    for start in range(0, len(filled), _CHUNK):
        holes = task.holes[start : start + _CHUNK]
        outputs = task.codec.decode(np.stack(filled[start : start + _CHUNK]))
        errors += _errors(task, holes, outputs)
    return errors


def picture_error(task: Task, fill: Callable[..., NDArray[np.float32]]) -> list[float]:
    """Error in each hole of something that fills values, not codes.

    Args:
        task: The holes.
        fill: From `(frames, bins)` values of the first channel and mask to the same
            values, filled.

    Returns:
        As `code_error`.
    """
    errors = []
    for hole in task.holes:
        mask = pixel_mask(task.codec, hole.mask)
        output = task.examples[hole.example].copy()
        output[:, :, 0] = fill(output[:, :, 0], mask)
        errors += _errors(task, [hole], [output])
    return errors


def mean_over(
    values: Sequence[Any], weights: Sequence[float] | NDArray[np.int64]
) -> float:
    """Weighted mean: of errors, each hole by its size."""
    return float(np.average(values, weights=weights))


def _errors(
    task: Task, holes: Sequence[Hole], outputs: Iterable[NDArray[np.float32]]
) -> list[float]:
    """Error in the holes: mean squared error of images, `lsd_db` of sound."""
    settings = task.codec.run.config.spectrogram
    errors = []
    for hole, output in zip(holes, outputs, strict=True):
        mask = pixel_mask(task.codec, hole.mask)
        target = task.examples[hole.example]
        if settings is None:
            errors.append(float(np.mean((target - output)[mask] ** 2)))
        else:
            target_db = magnitude_db_of(target, settings)
            output_db = magnitude_db_of(output, settings)
            errors.append(lsd_db(target_db, output_db, mask))
    return errors
