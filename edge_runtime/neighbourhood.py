"""Which known cells surround each hidden cell of a codemap; values play no part."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NEIGHBOURHOODS = ("both", "time", "frequency")
# Besides these: the one of them that suits the mask.
AUTO = "auto"

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


def suited_neighbourhood(mask: NDArray[np.bool_]) -> str:
    """Where to look to fill a mask: `"time"` or `"both"`.

    A gap over all frequencies has its only known cells before and behind it. Along
    time they are found straight across the gap; a square would find, in the middle,
    nothing but cells that were predicted from one side.

    Args:
        mask: Bool array of shape `(map_frames, map_bins)`, `True` = hidden.

    Returns:
        `"time"` if every frame is hidden wholly or not at all, else `"both"`.

    Example:

    >>> suited_neighbourhood(np.array([[False, False], [True, True]]))
    'time'
    >>> suited_neighbourhood(np.array([[False, False], [True, False]]))
    'both'
    """
    return "time" if np.array_equal(mask.any(axis=1), mask.all(axis=1)) else "both"


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
    search = _Search(mask, cells, autoregressive)
    reach = _REACH[neighbourhood]
    lonely = search.collect(np.arange(len(cells)), _window(radius, reach))
    if neighbourhood != "both" and len(lonely):
        if neighbourhood == "time":
            dark = mask[:, cells[lonely] % mask.shape[1]].all(axis=0)
        else:
            dark = mask[cells[lonely] // mask.shape[1]].all(axis=1)
        search.grow(lonely[~dark], radius, reach)
        lonely = search.collect(lonely[dark], _window(radius, (1, 1)))
    search.grow(lonely, radius, (1, 1))
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


def _window(radius: int, reach: tuple[int, int]) -> Index:
    """Offsets `(neighbours, 2)` up to the radius; the centre drops out by itself."""
    rows = np.arange(-radius * reach[0], radius * reach[0] + 1)
    columns = np.arange(-radius * reach[1], radius * reach[1] + 1)
    offsets = np.empty((len(rows), len(columns), 2), np.intp)
    offsets[..., 0], offsets[..., 1] = rows[:, None], columns
    return offsets.reshape(-1, 2)


def _ring(radius: int, reach: tuple[int, int]) -> Index:
    """The offsets of `_window` at exactly the radius, found without making it."""
    if reach != (1, 1):
        ends: Index = np.array([[-radius], [radius]]) * np.array(reach)
        return ends
    side = np.arange(-radius, radius)
    corner = np.full_like(side, radius)
    # Four sides, each with one of its corners.
    rows = np.concatenate([-corner, side, corner, -side])
    columns = np.concatenate([side, corner, -side, -corner])
    return np.stack([rows, columns], axis=1)


class _Search:
    """Collects known neighbours, one window of offsets for many cells at a time."""

    def __init__(
        self, mask: NDArray[np.bool_], cells: Index, autoregressive: bool
    ) -> None:
        self.mask, self.cells = mask, cells
        self.rows, self.columns = np.divmod(cells, mask.shape[1])
        # When each cell's code is known, and when each hidden cell asks for others'.
        self.known_at = np.full(mask.size, -1)
        self.known_at[cells] = cells if autoregressive else mask.size
        self.asked_at = cells if autoregressive else np.zeros_like(cells)
        self.owners: list[Index] = []
        self.sources: list[Index] = []

    def collect(self, chosen: Index, offsets: Index) -> Index:
        """Add the known cells at `offsets`; return the chosen cells that have none."""
        frames, bins = self.mask.shape
        rows = self.rows[chosen, None] + offsets[:, 0]  # (chosen, offsets)
        columns = self.columns[chosen, None] + offsets[:, 1]
        inside = (rows >= 0) & (rows < frames) & (columns >= 0) & (columns < bins)
        source = np.where(inside, rows * bins + columns, 0)
        known = inside & (self.known_at[source] < self.asked_at[chosen, None])
        self.owners.append(np.repeat(chosen, known.sum(axis=1)))
        self.sources.append(source[known])
        lonely: Index = chosen[~known.any(axis=1)]
        return lonely

    def grow(self, chosen: Index, radius: int, reach: tuple[int, int]) -> None:
        """Add the visible cells nearest to cells that have none within `radius`.

        Hidden cells before them in raster order need no thought: were there one in
        reach, the cell's direct neighbour would be one too, and known.
        """
        frames, bins = self.mask.shape
        visible = np.zeros((frames + 1, bins + 1), np.intp)
        visible[1:, 1:] = (~self.mask).cumsum(axis=0).cumsum(axis=1)
        while len(chosen):
            radius += 1
            rows, columns = self.rows[chosen], self.columns[chosen]
            top = np.maximum(rows - radius * reach[0], 0)
            bottom = np.minimum(rows + radius * reach[0] + 1, frames)
            left = np.maximum(columns - radius * reach[1], 0)
            right = np.minimum(columns + radius * reach[1] + 1, bins)
            near = (
                visible[bottom, right]
                - visible[top, right]
                - visible[bottom, left]
                + visible[top, left]
            ) > 0
            self.collect(chosen[near], _ring(radius, reach))
            chosen = chosen[~near]

    def result(self) -> Neighbours:
        """Everything collected, cell after cell, each in raster order."""
        owner = np.concatenate(self.owners)
        source = np.concatenate(self.sources)
        order = np.argsort(owner * self.mask.size + source)
        return Neighbours(self.cells, owner[order], source[order])
