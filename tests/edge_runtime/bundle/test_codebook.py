"""Codebook lookup against a brute-force search."""

from __future__ import annotations

import numpy as np
import pytest

from edge_runtime.bundle.codebook import check_codes, codes_of, codewords_of


def test_nearest_codeword_equals_brute_force():
    rng = np.random.default_rng(0)
    latents = rng.normal(size=(2, 9, 7, 5)).astype(np.float32)
    codebook = rng.normal(size=(33, 5)).astype(np.float32)
    distance = np.square(
        latents[..., None, :].astype(np.float64) - codebook.astype(np.float64)
    ).sum(axis=-1)
    codes = codes_of(latents, codebook)
    assert codes.dtype == np.int32
    np.testing.assert_array_equal(codes, distance.argmin(axis=-1))


def test_codewords_come_back_as_their_own_codes():
    codebook = np.random.default_rng(1).normal(size=(16, 3)).astype(np.float32)
    codemap = np.arange(16, dtype=np.int32).reshape(4, 4)
    quantized = codewords_of(codemap, codebook)
    assert quantized.dtype == np.float32 and quantized.shape == (4, 4, 3)
    np.testing.assert_array_equal(codes_of(quantized, codebook), codemap)


@pytest.mark.parametrize("cells", [1, 2, 500])
def test_a_codeword_held_twice_gives_the_lower_code(cells):
    # A matrix product may sum two equal columns in different orders.
    rng = np.random.default_rng(cells)
    half = rng.normal(size=(37, 17)).astype(np.float32)
    codebook = np.concatenate([half, half, half])
    latents = rng.normal(size=(cells, 17)).astype(np.float32)
    np.testing.assert_array_equal(codes_of(latents, codebook), codes_of(latents, half))


def test_equal_distances_give_the_lowest_code():
    codebook = np.array([[3.0, 0.0], [-0.1, 0.0], [0.1, 0.0], [0.0, 0.1]], np.float32)
    assert codes_of(np.zeros((1, 2), np.float32), codebook).tolist() == [1]


def test_large_offsets_do_not_hide_small_distances():
    # The expanded square cancels: in float32 these codewords would be one.
    codebook = np.array([[1000.0], [1000.01], [1000.02]], np.float32)
    np.testing.assert_array_equal(codes_of(codebook, codebook), [0, 1, 2])


def test_many_cells_are_scored_in_blocks():
    rng = np.random.default_rng(2)
    codebook = rng.normal(size=(8, 2)).astype(np.float32)
    latents = rng.normal(size=(10000, 2)).astype(np.float32)
    together = codes_of(latents, codebook)
    one_by_one = np.concatenate([codes_of(part, codebook) for part in latents[:, None]])
    np.testing.assert_array_equal(together, one_by_one)


def test_no_cells_give_no_codes():
    assert codes_of(np.zeros((0, 4, 3)), np.zeros((2, 3))).shape == (0, 4)


def test_wrong_last_axis_is_refused():
    with pytest.raises(ValueError, match="codebook_dim=3"):
        codes_of(np.zeros((4, 2)), np.zeros((8, 3)))


def test_a_codebook_must_be_a_table():
    with pytest.raises(ValueError, match="codebook must have shape"):
        codes_of(np.zeros((4, 2)), np.zeros(2))


@pytest.mark.parametrize("code", [-1, 4])
def test_a_code_outside_the_codebook_is_refused(code):
    with pytest.raises(ValueError, match=r"\[0, 4\)"):
        codewords_of(np.array([0, code]), np.zeros((4, 2)))


def test_codes_must_be_integers():
    with pytest.raises(ValueError, match="float64"):
        check_codes(np.zeros(3), 4)
