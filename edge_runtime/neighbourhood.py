"""Which known cells surround each hidden cell of a codemap; values play no part."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NEIGHBOURHOODS = ("both", "time", "frequency")

Index = NDArray[np.intp]
# How far a neighbourhood reaches along (time, frequency) per unit of radius.
_REACH = {"both": (1, 1), "time": (1, 0), "frequency": (0, 1)}


class Neighbours(NamedTuple):
    """Known neighbours of every hidden cell, cell after cell, each in raster order.

    Attributes:
        cells: Int array of shape `(hidden,)`: flat index of each hidden cell.
        owner: Int array of shape `(neighbours,)`, ascending: position in `cells`.
        source: Int array of shape `(neighbours,)`: flat index of the neighbour.
    """

    cells: Index
    owner: Index
    source: Index


def gather_neighbours(
    mask: NDArray[np.bool_], *, radius: int, neighbourhood: str, autoregressive: bool
) -> Neighbours:
    """Find the neighbours that each hidden cell may look at.

    A cell with no known neighbour within the radius takes the nearest ones beyond it:
    its radius grows until there is one. A cell that looks along a line that is wholly
    hidden looks both ways instead.

    Args:
        mask: Bool array of shape `(map_frames, map_bins)`, `True` = hidden. At least
            one cell must be visible.
        radius: Cells to each side, 1 or more.
        neighbourhood: `"time"`: the same bin; `"frequency"`: the same frame; `"both"`:
            the square around the cell.
        autoregressive: Whether hidden cells before the cell, in raster order (frame by
            frame, bins ascending), count as known.

    Returns:
        The neighbours of every hidden cell; each has at least one.
    """
    cells = np.flatnonzero(mask)
    ready, visit = _schedule(mask, cells, autoregressive)
    search = _Search(mask, cells, ready, visit)
    everyone = np.arange(len(cells))
    lonely = search.collect(everyone, _window(radius, *_REACH[neighbourhood]))
    if neighbourhood != "both" and len(lonely):
        if neighbourhood == "time":
            dark = mask[:, cells[lonely] % mask.shape[1]].all(axis=0)
        else:
            dark = mask[cells[lonely] // mask.shape[1]].all(axis=1)
        search.grow(lonely[~dark], radius, neighbourhood)
        lonely = search.collect(lonely[dark], _window(radius, 1, 1))
    search.grow(lonely, radius, "both")
    return search.result()


def dependency_levels(neighbours: Neighbours, mask: NDArray[np.bool_]) -> Index:
    """Batch in which each hidden cell can be predicted, after those it looks at.

    In a box of radius `r` the batches are the diagonals `frame * (r + 1) + bin`; the
    longest chain of neighbours gives the same and also holds for any other mask.

    Args:
        neighbours: Neighbours of the hidden cells, gathered autoregressively.
        mask: Bool array of shape `(map_frames, map_bins)`, `True` = hidden.

    Returns:
        Int array of shape `(hidden,)`: 0 for cells that look at visible ones only.
    """
    hidden = len(neighbours.cells)
    position = np.full(mask.size, hidden)
    position[neighbours.cells] = np.arange(hidden)
    inputs = position[neighbours.source]
    bounds = np.searchsorted(neighbours.owner, np.arange(hidden + 1)).tolist()
    levels = np.full(hidden + 1, -1)  # The last one stands for every visible cell.
    for cell in range(hidden):
        levels[cell] = levels[inputs[bounds[cell] : bounds[cell + 1]]].max() + 1
    return levels[:-1]


def _schedule(
    mask: NDArray[np.bool_], cells: Index, autoregressive: bool
) -> tuple[Index, Index]:
    """When each cell's code is known, and when each hidden cell asks for it."""
    ready = np.full(mask.size, -1)
    ready[cells] = cells if autoregressive else mask.size
    visit = cells if autoregressive else np.zeros_like(cells)
    return ready, visit


def _window(radius: int, along_time: int, along_frequency: int) -> Index:
    """Offsets `(neighbours, 2)` in raster order; the centre drops out by itself."""
    time, freq = radius * along_time, radius * along_frequency
    rows, columns = np.arange(-time, time + 1), np.arange(-freq, freq + 1)
    return np.stack(
        [np.repeat(rows, len(columns)), np.tile(columns, len(rows))], axis=1
    )


def _ring(radius: int, along_time: int, along_frequency: int) -> Index:
    """The offsets of `_window` at exactly `radius`, found without making the window."""
    time, freq = radius * along_time, radius * along_frequency
    side = np.arange(-freq, freq + 1)
    if not along_time:
        return np.array([[0, -freq], [0, freq]])
    middle = np.arange(1 - time, time)
    if not along_frequency:
        middle = middle[:0]
    return np.concatenate(
        [
            np.stack([np.full(len(side), -time), side], axis=1),
            np.stack(
                [np.repeat(middle, 2), np.tile([-freq, freq], len(middle))], axis=1
            ),
            np.stack([np.full(len(side), time), side], axis=1),
        ]
    )


class _Search:
    """Collects known neighbours, one window of offsets for many cells at a time."""

    def __init__(
        self, mask: NDArray[np.bool_], cells: Index, ready: Index, visit: Index
    ) -> None:
        self.shape = mask.shape
        self.cells, self.ready, self.visit = cells, ready, visit
        self.rows, self.columns = np.divmod(cells, mask.shape[1])
        self.mask = mask
        self.owners: list[Index] = []
        self.sources: list[Index] = []

    def collect(self, chosen: Index, offsets: Index) -> Index:
        """Add the known cells at `offsets`; return the chosen cells that have none."""
        frames, bins = self.shape
        rows = self.rows[chosen, None] + offsets[:, 0]  # (chosen, offsets)
        columns = self.columns[chosen, None] + offsets[:, 1]
        inside = (rows >= 0) & (rows < frames) & (columns >= 0) & (columns < bins)
        source = np.where(inside, rows * bins + columns, 0)
        known = inside & (self.ready[source] < self.visit[chosen, None])
        self.owners.append(np.repeat(chosen, known.sum(axis=1)))
        self.sources.append(source[known])
        return chosen[~known.any(axis=1)]

    def grow(self, chosen: Index, radius: int, neighbourhood: str) -> None:
        """Add the visible cells nearest to cells that have none within `radius`.

        Cells before them in raster order need no thought: had there been one in reach,
        the one beside the cell would have been known.
        """
        reach = _REACH[neighbourhood]
        visible = np.zeros((self.shape[0] + 1, self.shape[1] + 1), np.intp)
        visible[1:, 1:] = (~self.mask).cumsum(axis=0).cumsum(axis=1)
        while len(chosen):
            radius += 1
            top = np.maximum(self.rows[chosen] - radius * reach[0], 0)
            left = np.maximum(self.columns[chosen] - radius * reach[1], 0)
            bottom = np.minimum(
                self.rows[chosen] + radius * reach[0] + 1, self.shape[0]
            )
            right = np.minimum(
                self.columns[chosen] + radius * reach[1] + 1, self.shape[1]
            )
            near = (
                visible[bottom, right]
                - visible[top, right]
                - visible[bottom, left]
                + visible[top, left]
            ) > 0
            if near.any():
                self.collect(chosen[near], _ring(radius, *reach))
            chosen = chosen[~near]

    def result(self) -> Neighbours:
        """Everything collected, cell after cell."""
        owner = np.concatenate(self.owners)
        order = np.argsort(owner, kind="stable")
        return Neighbours(self.cells, owner[order], np.concatenate(self.sources)[order])
