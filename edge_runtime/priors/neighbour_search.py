"""Which known cells surround each hidden cell of a codemap; values play no part."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from edge_runtime.priors.neighbourhood import Index, Neighbours

# How far a neighbourhood reaches along (time, frequency) per unit of radius.
_REACH = {"both": (1, 1), "time": (1, 0), "frequency": (0, 1)}


class NeighbourSearch:
    """Finds the neighbours that each hidden cell may look at, some cells at a time.

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

    Attributes:
        cells: Int array of shape `(hidden,)`: flat index of each hidden cell.
        window: Most neighbours of a cell within the radius.
    """

    def __init__(
        self,
        mask: NDArray[np.bool_],
        *,
        radius: int,
        neighbourhood: str,
        autoregressive: bool,
    ) -> None:
        self.cells = np.flatnonzero(mask)
        self._mask = mask
        self._radius = radius
        self._neighbourhood = neighbourhood
        self._reach = _REACH[neighbourhood]
        self._offsets = _window(radius, self._reach)
        self.window = len(self._offsets)
        # When each cell's code is known.
        self._known_at = np.full(mask.size, -1)
        self._known_at[self.cells] = self.cells if autoregressive else mask.size
        self._autoregressive = autoregressive

    def of(self, first: int, last: int) -> Neighbours:
        """Neighbours of the hidden cells `first` to `last - 1`; each has at least one.

        Memory goes by their number, besides two maps that every search holds.

        Example:

        >>> search = NeighbourSearch(
        ...     np.array([[False, True, True]]),
        ...     radius=1,
        ...     neighbourhood="frequency",
        ...     autoregressive=True,
        ... )
        >>> search.of(1, 2).source.tolist()
        [1]
        """
        mask, reach = self._mask, self._reach
        cells = self.cells[first:last]
        asked_at = cells if self._autoregressive else np.zeros_like(cells)
        search = _Search(mask, cells, self._known_at, asked_at)
        lonely = search.collect(np.arange(len(cells)), self._offsets)
        if self._neighbourhood != "both" and len(lonely):
            if self._neighbourhood == "time":
                dark = self._dark_bins[cells[lonely] % mask.shape[1]]
            else:
                dark = self._dark_frames[cells[lonely] // mask.shape[1]]
            self._grow(search, lonely[~dark], reach)
            lonely = search.collect(lonely[dark], _window(self._radius, (1, 1)))
        self._grow(search, lonely, (1, 1))
        return search.result()

    def _grow(self, search: _Search, chosen: Index, reach: tuple[int, int]) -> None:
        if len(chosen):
            search.grow(chosen, self._visible, self._radius, reach)

    @cached_property
    def _dark_bins(self) -> NDArray[np.bool_]:
        """Which bins are hidden throughout."""
        return np.asarray(self._mask.all(axis=0))

    @cached_property
    def _dark_frames(self) -> NDArray[np.bool_]:
        """Which frames are hidden throughout."""
        return np.asarray(self._mask.all(axis=1))

    @cached_property
    def _visible(self) -> Index:
        """Visible cells above and to the left of each corner of a cell."""
        frames, bins = self._mask.shape
        visible = np.zeros((frames + 1, bins + 1), np.intp)
        np.cumsum(~self._mask, axis=0, out=visible[1:, 1:])
        np.cumsum(visible[1:, 1:], axis=1, out=visible[1:, 1:])
        return visible


def _window(radius: int, reach: tuple[int, int]) -> Index:
    """Offsets `(neighbours, 2)` up to the radius; the centre drops out by itself."""
    rows = np.arange(-radius * reach[0], radius * reach[0] + 1)
    columns = np.arange(-radius * reach[1], radius * reach[1] + 1)
    offsets = np.empty((len(rows), len(columns), 2), np.intp)
    offsets[..., 0], offsets[..., 1] = rows[:, None], columns
    return offsets.reshape(-1, 2)


def _ring(radius: int, reach: tuple[int, int], shape: tuple[int, ...]) -> Index:
    """The offsets of `_window` at exactly the radius that can lie in a map."""
    if reach != (1, 1):
        ends: Index = np.array([[-radius], [radius]]) * np.array(reach)
        return ends
    side = np.arange(-radius, radius)
    corner = np.full_like(side, radius)
    # Four sides, each with one of its corners.
    rows = np.concatenate([-corner, side, corner, -side])
    columns = np.concatenate([side, corner, -side, -corner])
    inside = (np.abs(rows) < shape[0]) & (np.abs(columns) < shape[1])
    return np.stack([rows[inside], columns[inside]], axis=1)


class _Search:
    """Collects known neighbours, one window of offsets for many cells at a time."""

    def __init__(
        self, mask: NDArray[np.bool_], cells: Index, known_at: Index, asked_at: Index
    ) -> None:
        self.mask, self.cells = mask, cells
        self.rows, self.columns = np.divmod(cells, mask.shape[1])
        self.known_at, self.asked_at = known_at, asked_at
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

    def grow(
        self, chosen: Index, visible: Index, radius: int, reach: tuple[int, int]
    ) -> None:
        """Add the visible cells nearest to cells that have none within `radius`.

        Hidden cells before them in raster order need no thought: were there one in
        reach, the cell's direct neighbour would be one too, and known.
        """
        # Halving finds the radius: once a visible cell is near, it stays so.
        none = np.full(len(chosen), radius)
        some = np.full(len(chosen), max(self.mask.shape))
        while np.any(some - none > 1):
            middle = (none + some) // 2
            near = self._is_near(chosen, visible, middle, reach)
            some, none = np.where(near, middle, some), np.where(near, none, middle)
        for found in np.unique(some).tolist():
            ring = _ring(found, reach, self.mask.shape)
            self.collect(chosen[some == found], ring)

    def _is_near(
        self, chosen: Index, visible: Index, radius: Index, reach: tuple[int, int]
    ) -> NDArray[np.bool_]:
        """Whether there are visible cells within a radius of each chosen cell."""
        frames, bins = self.mask.shape
        rows, columns = self.rows[chosen], self.columns[chosen]
        top = np.maximum(rows - radius * reach[0], 0)
        bottom = np.minimum(rows + radius * reach[0] + 1, frames)
        left = np.maximum(columns - radius * reach[1], 0)
        right = np.minimum(columns + radius * reach[1] + 1, bins)
        count = (
            visible[bottom, right]
            - visible[top, right]
            - visible[bottom, left]
            + visible[top, left]
        )
        near: NDArray[np.bool_] = count > 0
        return near

    def result(self) -> Neighbours:
        """Everything collected, cell after cell, each in raster order."""
        owner = np.concatenate(self.owners)
        source = np.concatenate(self.sources)
        order = np.argsort(owner * self.mask.size + source)
        return Neighbours(self.cells, owner[order], source[order])
