"""Effects along a line of cells: shifted and held."""

from __future__ import annotations

import numpy as np

from edge_runtime.effects.lines import freeze, shift


def test_shift_turns_the_map_later_or_higher(codemap):
    later = shift(codemap, strength=5 / 19, seed=0)
    np.testing.assert_array_equal(later[5:], codemap[:-5])
    np.testing.assert_array_equal(later[:5], codemap[-5:])
    higher = shift(codemap, axis="frequency", strength=2 / 9, seed=0)
    np.testing.assert_array_equal(higher[:, 2:], codemap[:, :-2])
    np.testing.assert_array_equal(higher[:, :2], codemap[:, -2:])
    # Strength 1 is one cell short of a whole turn: one cell earlier.
    np.testing.assert_array_equal(
        shift(codemap, strength=1, seed=0), np.roll(codemap, -1, axis=0)
    )


def test_a_masked_shift_reads_the_whole_map(codemap, box):
    shifted = shift(codemap, strength=5 / 19, seed=0, mask=box)
    np.testing.assert_array_equal(
        shifted, np.where(box, np.roll(codemap, 5, axis=0), codemap)
    )


def test_freeze_holds_the_frame_before_the_held_part(codemap):
    frozen = freeze(codemap, strength=0.4, seed=0)  # The last 8 of 20 frames.
    np.testing.assert_array_equal(frozen[:12], codemap[:12])
    np.testing.assert_array_equal(frozen[12:], np.tile(codemap[11], (8, 1)))
    throughout = freeze(codemap, strength=1, seed=0)
    np.testing.assert_array_equal(throughout, np.tile(codemap[0], (20, 1)))


def test_freeze_along_frequency_holds_a_bin(codemap):
    frozen = freeze(codemap, axis="frequency", strength=0.3, seed=0)
    np.testing.assert_array_equal(frozen[:, :7], codemap[:, :7])
    np.testing.assert_array_equal(frozen[:, 7:], np.tile(codemap[:, 6:7], 3))


def test_a_masked_freeze_holds_the_frame_before_the_mask(codemap, box):
    frozen = freeze(codemap, strength=1, seed=0, mask=box)
    np.testing.assert_array_equal(frozen, np.where(box, codemap[5], codemap))
