"""Masks for inpainting: boxes, gaps in time and bands of frequency, of three sizes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.region_masks import expand_mask
from vqkeras.run_codec import RunCodec

# Share of an axis that a hole takes; of a gap's or band's one axis, half of it.
SIZES = {"small": 0.125, "medium": 0.25, "large": 0.375}
KINDS = ("box", "gap", "band")


@dataclass(frozen=True, eq=False)
class Hole:
    """Hidden cells of one example.

    Attributes:
        example: Index of the example.
        kind: `"box"`; `"gap"`: all bins for a while; `"band"`: some bins throughout.
        size: `"small"`, `"medium"` or `"large"`.
        mask: Bool array of shape `(map_frames, map_bins)`, `True` = hidden.
    """

    example: int
    kind: str
    size: str
    mask: NDArray[np.bool_]


def make_holes(
    examples: int, map_shape: tuple[int, int], *, kinds: Sequence[str], seed: int
) -> list[Hole]:
    """One hole of each kind and size in every example, at random places.

    Args:
        examples: Number of examples.
        map_shape: `(map_frames, map_bins)`.
        kinds: Some of `KINDS`.
        seed: Of the places.

    Returns:
        The holes, example by example.

    Example:

    >>> hole = make_holes(1, (20, 20), kinds=["box"], seed=0)[1]
    >>> hole.size, int(hole.mask.sum())
    ('medium', 25)
    """
    rng = np.random.default_rng(seed)
    holes = []
    for example in range(examples):
        for kind in kinds:
            for size, share in SIZES.items():
                mask = np.zeros(map_shape, np.bool_)
                mask[_slices(map_shape, kind, share, rng)] = True
                holes.append(Hole(example, kind, size, mask))
    return holes


def pixel_mask(codec: RunCodec, cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Frames and bins that hidden cells stand for.

    Convolutions without padding leave a border that no cell stands for: there the cells
    sit in the middle.

    Args:
        codec: The model; gives the size of examples and cells.
        cells: Bool array of shape `(map_frames, map_bins)`.

    Returns:
        Bool array of shape `(frames, bins)`.
    """
    time_stride, freq_stride = codec.strides
    frames = min(codec.frames, len(cells) * time_stride)
    expanded = expand_mask(cells, time_stride, freq_stride, frames)
    expanded = expanded[:, : codec.bins]
    mask = np.zeros((codec.frames, codec.bins), np.bool_)
    top, left = (codec.frames - frames) // 2, (codec.bins - expanded.shape[1]) // 2
    mask[top : top + frames, left : left + expanded.shape[1]] = expanded
    return mask


def _slices(
    map_shape: tuple[int, int], kind: str, share: float, rng: np.random.Generator
) -> tuple[slice, slice]:
    """Where the hole is; a gap or band takes the other axis whole."""
    slices = []
    for axis, length in enumerate(map_shape):
        if kind == ("band", "gap")[axis]:
            slices.append(slice(None))
            continue
        side = max(1, math.ceil(length * (share if kind == "box" else share / 2)))
        start = int(rng.integers(0, length - side + 1))
        slices.append(slice(start, start + side))
    return slices[0], slices[1]
