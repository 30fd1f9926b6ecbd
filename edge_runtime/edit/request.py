"""What is asked of an edit: where, and how what is regenerated becomes sound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.errors import UsageError
from edge_runtime.spectrogram.region import Region
from edge_runtime.spectrogram.region_masks import box_of, cell_mask

# How loud a change becomes, see `Inpainter.transform`.
LEVELS = ("fitted", "kept", "silent")


@dataclass(frozen=True, eq=False)
class EditSettings:
    """How an edit becomes sound.

    Attributes:
        phase: One of `phases_of` the model's settings.
        seed: Of the texture, and of the phase where that is random.
        snap: Whether whole cells are heard, and not only what was asked of them.
        above: Whether what lies above the model's band follows the band below it.
        texture: How much of noise's own texture it gets where the model says that it is
            noise, in [0, 1].
        keeps_level: Whether what is regenerated is made as loud as what was there, and
            not as the model makes what surrounds it.
        silences: Whether what has changed is silent, whatever the decoder makes of what
            sounds beside it.
        keeps_image: Whether each channel's share is that which it had inside, and not
            that around it.
    """

    phase: str
    seed: int
    snap: bool
    above: bool
    texture: float
    keeps_level: bool = False
    silences: bool = False
    keeps_image: bool = False


def check_level(level: str) -> None:
    """Refuse a level that is none of `LEVELS`.

    Raises:
        UsageError: If it is none.
    """
    if level not in LEVELS:
        raise UsageError(
            f"level must be one of {', '.join(LEVELS)}. Received: {level!r}."
        )


def cells_of(
    region: Region | NDArray[np.bool_], bundle: Bundle, shape: tuple[int, ...]
) -> NDArray[np.bool_]:
    """Mask of the cells that a region stands for.

    Args:
        region: Box, or the mask itself.
        bundle: Model of sounds.
        shape: Of the codemap.

    Raises:
        ValueError: If the box lies outside the sound, or the mask has another shape.
    """
    if isinstance(region, Region):
        return cell_mask(
            region,
            bundle.settings,
            shape[0],
            shape[1],
            bundle.time_stride,
            bundle.freq_stride,
        )
    if region.shape != shape or region.dtype != np.bool_:
        raise ValueError(
            f"A mask of cells must be boolean, of the codemap's shape {shape}. "
            f"Received: {region.shape} {region.dtype}."
        )
    return region


def box_around(
    cells: NDArray[np.bool_], bundle: Bundle, duration: float
) -> Region | None:
    """The box around some cells; `None` around none."""
    if not cells.any():
        return None
    strides = bundle.time_stride, bundle.freq_stride
    return box_of(cells, bundle.settings, *strides, duration=duration)
