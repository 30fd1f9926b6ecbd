"""Neighbours against a search in plain Python."""

from __future__ import annotations

import numpy as np
import pytest

from edge_runtime.priors.neighbour_search import NeighbourSearch
from edge_runtime.priors.neighbourhood import NEIGHBOURHOODS, dependency_levels


def gather_neighbours(mask, **options):
    """Neighbours of all hidden cells at once."""
    return NeighbourSearch(mask, **options).of(0, mask.size)


def search(mask, cell, *, radius, neighbourhood, autoregressive):
    """Known cells around `cell`, in raster order, by the words of the docstring."""
    frames, bins = mask.shape

    def known(other):
        return not mask[other] or (autoregressive and other < cell)

    def within(reach, square):
        return [
            (t, f)
            for t in range(frames)
            for f in range(bins)
            if (t, f) != cell
            and max(abs(t - cell[0]), abs(f - cell[1])) <= reach
            and (
                square
                or (neighbourhood == "time" and f == cell[1])
                or (neighbourhood == "frequency" and t == cell[0])
            )
        ]

    line = mask[:, cell[1]] if neighbourhood == "time" else mask[cell[0]]
    square = neighbourhood == "both"
    if not square and line.all():
        # Neighbours along the line can only be earlier predictions.
        square = not any(known(other) for other in within(radius, False))
    reach = radius
    while not any(known(other) for other in within(reach, square)):
        reach += 1
    return [other for other in within(reach, square) if known(other)]


def masks():
    rng = np.random.default_rng(0)
    box = np.zeros((9, 7), bool)
    box[2:7, 1:6] = True
    start = np.zeros((9, 7), bool)
    start[:6] = True
    low = np.zeros((9, 7), bool)
    low[:, :5] = True
    corner = np.ones((9, 7), bool)
    corner[-1, -1] = False
    return {
        "box": box,
        "start": start,
        "end": start[::-1],
        "low band": low,
        "all but a corner": corner,
        "scattered": rng.random((9, 7)) < 0.4,
        "dense": rng.random((9, 7)) < 0.9,
        "one row": rng.random((1, 12)) < 0.6,
        "one column": rng.random((12, 1)) < 0.6,
    }


@pytest.mark.parametrize("neighbourhood", NEIGHBOURHOODS)
@pytest.mark.parametrize("autoregressive", [False, True])
@pytest.mark.parametrize("name", masks())
def test_neighbours_equal_a_plain_search(name, autoregressive, neighbourhood):
    mask = masks()[name]
    for radius in (1, 2, 3):
        options = {
            "radius": radius,
            "neighbourhood": neighbourhood,
            "autoregressive": autoregressive,
        }
        found = gather_neighbours(mask, **options)
        np.testing.assert_array_equal(found.cells, np.flatnonzero(mask))
        for position, cell in enumerate(np.argwhere(mask)):
            source = found.source[found.owner == position]
            expected = search(mask, tuple(cell), **options)
            assert [divmod(s, mask.shape[1]) for s in source.tolist()] == expected


@pytest.mark.parametrize("neighbourhood", NEIGHBOURHOODS)
@pytest.mark.parametrize("autoregressive", [False, True])
@pytest.mark.parametrize("name", masks())
def test_some_cells_have_the_neighbours_they_have_among_all(
    name, autoregressive, neighbourhood
):
    mask = masks()[name]
    options = {"radius": 1, "neighbourhood": neighbourhood}
    options["autoregressive"] = autoregressive
    whole = gather_neighbours(mask, **options)
    neighbours = NeighbourSearch(mask, **options)
    for first in range(0, len(whole.cells), 7):
        found = neighbours.of(first, first + 7)
        wanted = (whole.owner >= first) & (whole.owner < first + 7)
        np.testing.assert_array_equal(found.cells, whole.cells[first : first + 7])
        np.testing.assert_array_equal(found.owner, whole.owner[wanted] - first)
        np.testing.assert_array_equal(found.source, whole.source[wanted])


def test_a_wide_gap_reaches_its_far_edges():
    # The radius grows to 100; only the ring at that distance is known.
    mask = np.zeros((202, 3), bool)
    mask[1:201] = True
    found = gather_neighbours(
        mask, radius=2, neighbourhood="both", autoregressive=False
    )
    middle = np.flatnonzero(found.cells == 100 * 3 + 1)[0]
    assert found.source[found.owner == middle].tolist() == [0, 1, 2]


@pytest.mark.parametrize("name", masks())
def test_a_cell_comes_after_every_cell_it_looks_at(name):
    mask = masks()[name]
    for neighbourhood in NEIGHBOURHOODS:
        found = gather_neighbours(
            mask, radius=2, neighbourhood=neighbourhood, autoregressive=True
        )
        level = np.full(mask.size, -1)
        level[found.cells] = dependency_levels(found, mask)
        assert np.all(level[found.source] < level[found.cells[found.owner]])


def test_a_box_is_done_in_diagonals():
    mask = np.zeros((20, 12), bool)
    mask[2:18, 2:10] = True
    found = gather_neighbours(mask, radius=2, neighbourhood="both", autoregressive=True)
    frames, bins = np.divmod(found.cells, 12)
    expected = (frames - 2) * 3 + (bins - 2)
    np.testing.assert_array_equal(dependency_levels(found, mask), expected)
