"""Holes: as large as they say, in their place, and mapped to the right pixels."""

from types import SimpleNamespace

import numpy as np
import pytest

from vqkeras.evaluation.holes import KINDS, SIZES, make_holes, pixel_mask

SHAPE = 32, 16


def test_every_example_has_every_kind_and_size():
    holes = make_holes(3, SHAPE, kinds=KINDS, seed=0)
    assert len(holes) == 3 * len(KINDS) * len(SIZES)
    assert [hole.example for hole in holes] == sorted(hole.example for hole in holes)
    assert {(hole.kind, hole.size) for hole in holes} == {
        (kind, size) for kind in KINDS for size in SIZES
    }


@pytest.mark.parametrize(
    ("kind", "size", "expected"),
    [
        ("box", "small", (4, 2)),
        ("box", "large", (12, 6)),
        ("gap", "medium", (4, 16)),
        ("band", "medium", (32, 2)),
    ],
)
def test_a_hole_is_one_box_of_its_size(kind, size, expected):
    for hole in make_holes(20, SHAPE, kinds=[kind], seed=1):
        if hole.size == size:
            rows, columns = np.nonzero(hole.mask)
            spans = np.ptp(rows) + 1, np.ptp(columns) + 1
            assert spans == expected
            assert hole.mask.sum() == expected[0] * expected[1]


def test_a_seed_repeats_and_another_differs():
    first, second, third = (
        np.stack([hole.mask for hole in make_holes(4, SHAPE, kinds=KINDS, seed=seed)])
        for seed in (0, 0, 1)
    )
    assert np.array_equal(first, second)
    assert not np.array_equal(first, third)


def test_pixels_of_cells_that_tile_the_example():
    codec = SimpleNamespace(frames=30, bins=32, strides=(4, 4))
    cells = np.zeros((8, 8), bool)
    cells[7, 1] = True
    expected = np.zeros((30, 32), bool)
    expected[28:30, 4:8] = True
    assert np.array_equal(pixel_mask(codec, cells), expected)


def test_cells_of_convolutions_without_padding_sit_in_the_middle():
    codec = SimpleNamespace(frames=28, bins=28, strides=(1, 1))
    cells = np.zeros((20, 20), bool)
    cells[0, 19] = True
    assert np.argwhere(pixel_mask(codec, cells)).tolist() == [[4, 23]]
