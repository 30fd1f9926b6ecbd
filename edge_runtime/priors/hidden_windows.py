"""Windows along time around hidden cells, wide enough to see what the whole sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Frames of cells per window, without what it sees to both sides. Logits of 106 x 40
# cells and 1,024 codes, the most there is, take 17 MB.
WINDOW_CELLS = 64


@dataclass(frozen=True)
class Window:
    """A part of a codemap along time.

    Attributes:
        seen: Frames of cells that the network is given.
        wanted: Those of them whose hidden cells it is asked about.
    """

    seen: range
    wanted: range


def hidden_windows(
    mask: NDArray[np.bool_], reach: int, *, cells: int = WINDOW_CELLS
) -> list[Window]:
    """The windows that hold all hidden cells, and what surrounds them.

    A network that looks `reach` frames to each side, and finds nothing beyond the ends
    of a sound, gives the wanted frames of a window what it gives them in the whole.

    Args:
        mask: Bool array of shape `(map_frames, map_bins)`, `True` = hidden.
        reach: Frames of cells, to each side, that a cell depends on.
        cells: Frames of cells per window that are wanted, at most. Defaults to `64`.

    Returns:
        Windows in ascending order. Each hidden cell is wanted in one of them; stretches
        that have nothing hidden and that no hidden cell sees are in none.

    Example:

    >>> mask = np.zeros((100, 4), np.bool_)
    >>> mask[[0, 1, 2, 50]] = True
    >>> for window in hidden_windows(mask, 3):
    ...     print(window.seen, window.wanted)
    range(0, 6) range(0, 3)
    range(47, 54) range(50, 51)
    """
    windows = []
    frames = np.flatnonzero(mask.any(axis=1)).tolist()
    for first, last in _groups(frames, cells, gap=2 * reach):
        seen = range(max(0, first - reach), min(last + 1 + reach, len(mask)))
        windows.append(Window(seen, range(first, last + 1)))
    return windows


def _groups(frames: list[int], longest: int, *, gap: int) -> list[list[int]]:
    """First and last of the frames that go together."""
    groups: list[list[int]] = []
    for frame in frames:
        joins = groups and frame - groups[-1][0] < longest
        if joins and frame - groups[-1][1] <= gap + 1:
            groups[-1][1] = frame
        else:
            groups.append([frame, frame])
    return groups
