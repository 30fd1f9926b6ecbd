"""Effects on single cells: erased, replaced, mixed with another map, shuffled."""

from __future__ import annotations

import numpy as np
import pytest

from edge_runtime.effects.cells import erase, mix, noise, shuffle
from tests.edge_runtime.effects.coded import SHAPE, SIZE


def test_erase_silences_exactly_its_share(codemap):
    codemap[codemap == 3] = 4
    erased = erase(codemap, silence=3, strength=0.25, seed=0)
    assert np.sum(erased == 3) == 50
    np.testing.assert_array_equal(erased[erased != 3], codemap[erased != 3])
    more = erase(codemap, silence=3, strength=0.5, seed=0)
    assert np.all(more[erased == 3] == 3)


def test_erase_takes_a_codemap_of_silence(codemap):
    silence = np.arange(200, dtype=np.int32).reshape(SHAPE) % SIZE
    erased = erase(codemap, silence=silence, strength=1, seed=0)
    np.testing.assert_array_equal(erased, silence)
    with pytest.raises(ValueError, match="silence must be one code or have shape"):
        erase(codemap, silence=silence[:3], strength=1, seed=0)


def test_noise_changes_exactly_its_share_evenly():
    codemap = np.full((100, 100), 5, np.int32)
    noisy = noise(codemap, codebook_size=8, strength=0.7, seed=0)
    counts = np.bincount(noisy.ravel(), minlength=8)
    assert counts[5] == 3000
    np.testing.assert_allclose(np.delete(counts, 5), 1000, rtol=0.12)
    np.testing.assert_array_equal(
        noise(codemap, codebook_size=8, strength=0.2, seed=0)[noisy == 5], 5
    )


def test_noise_needs_another_code():
    with pytest.raises(ValueError, match="2 codewords or more"):
        noise(np.zeros((2, 2), np.int32), codebook_size=1, strength=1, seed=0)
    with pytest.raises(ValueError, match=r"\[0, 4\)"):
        noise(np.full((2, 2), 4, np.int32), codebook_size=4, strength=1, seed=0)


def test_mix_takes_exactly_its_share_of_cells(codemap):
    other = codemap + SIZE  # So that it shows where each code came from.
    mixed = mix(codemap, other, strength=0.3, seed=0)
    taken = mixed >= SIZE
    assert taken.sum() == 60
    np.testing.assert_array_equal(mixed, np.where(taken, other, codemap))


def test_mix_by_mask_takes_all_of_the_other_inside(codemap, other, box):
    mixed = mix(codemap, other, strength=1, seed=0, mask=box)
    np.testing.assert_array_equal(mixed, np.where(box, other, codemap))


def test_shuffle_moves_each_chosen_cell_and_loses_no_code():
    codemap = np.arange(200, dtype=np.int32).reshape(SHAPE)  # Every cell another code.
    shuffled = shuffle(codemap, strength=0.35, seed=0)
    assert np.sum(shuffled != codemap) == 70
    np.testing.assert_array_equal(np.sort(shuffled, axis=None), codemap.ravel())


def test_shuffle_within_a_mask_keeps_the_codes_of_the_mask(box):
    codemap = np.arange(200, dtype=np.int32).reshape(SHAPE)
    shuffled = shuffle(codemap, strength=1, seed=0, mask=box)
    assert np.all(shuffled[box] != codemap[box])
    np.testing.assert_array_equal(np.sort(shuffled[box]), codemap[box])
