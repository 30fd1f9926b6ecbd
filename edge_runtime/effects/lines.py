"""Effects that move the lines of a codemap: shift and freeze, along time or frequency.

Called as the effects on cells are; nothing here is drawn. Both are ours: a codemap's
frames and bins keep their order in time and frequency, so moving codes moves sound.
"""

from __future__ import annotations

import numpy as np

from edge_runtime.effects.arguments import Choice
from edge_runtime.effects.cells import Codemap, Mask, check_effect

AXIS = Choice("axis", "along which it runs", ("time", "frequency"))


def shift(
    codemap: Codemap,
    *,
    axis: str = "time",
    strength: float,
    seed: int,
    mask: Mask | None = None,
) -> Codemap:
    """Move the whole map later or higher; what leaves it comes in at the other end.

    The map turns by `round(strength * (cells - 1))` cells along the axis: no code is
    lost, and strengths near 1 move it a little the other way. A masked cell takes what
    the turned *whole* map has there, also if that came from outside the mask.

    Args:
        codemap: Int32 array of shape `(map_frames, map_bins)`.
        axis: `"time"`, later; or `"frequency"`, higher. Defaults to `"time"`.
        strength: How far, in [0, 1].
        seed: Part of every effect's signature; a shift draws nothing.
        mask: Bool array of the same shape. Defaults to `None`.

    Returns:
        Int32 array of the same shape.

    Raises:
        ValueError: If shapes do not fit, or an argument is out of range.
    """
    inside = check_effect(codemap.shape, strength, mask)
    number = _axis_number(axis)
    cells = round(strength * (codemap.shape[number] - 1))
    turned = np.roll(codemap, cells, axis=number)
    return np.where(inside, turned, codemap).astype(np.int32)


def freeze(
    codemap: Codemap,
    *,
    axis: str = "time",
    strength: float,
    seed: int,
    mask: Mask | None = None,
) -> Codemap:
    """Hold one frame (or bin) over those that follow it, up to the end of the mask.

    Of the `n` frames the mask spans, the last `round(strength * n)` repeat the frame
    just before them; without a mask strength 1 therefore holds the first frame
    throughout, with one the last frame before the mask.

    Args:
        codemap: Int32 array of shape `(map_frames, map_bins)`.
        axis: `"time"`, hold a frame over later ones; or `"frequency"`, hold a bin over
            higher ones. Defaults to `"time"`.
        strength: Share of the span that is held, in [0, 1].
        seed: Part of every effect's signature; a freeze draws nothing.
        mask: Bool array of the same shape. Defaults to `None`.

    Returns:
        Int32 array of the same shape.

    Raises:
        ValueError: If shapes do not fit, or an argument is out of range.
    """
    inside = check_effect(codemap.shape, strength, mask)
    number = _axis_number(axis)
    span = np.flatnonzero(inside.any(axis=1 - number))
    if not len(span):
        return codemap.astype(np.int32)
    end = span[-1] + 1
    held = round(strength * (end - span[0]))
    source = np.arange(codemap.shape[number])
    source[end - held : end] = max(end - held - 1, 0)
    return np.where(inside, codemap.take(source, axis=number), codemap).astype(np.int32)


def _axis_number(axis: str) -> int:
    AXIS.check(axis)
    return AXIS.choices.index(axis)
