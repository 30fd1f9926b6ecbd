"""Baselines against plain loops and against scikit-learn's own prediction."""

import numpy as np
import pytest
from sklearn.cluster import KMeans

from edge_runtime.spectrogram.features import silence
from vqkeras.datasets import Split
from vqkeras.datasets import example_blocks as blocks_module
from vqkeras.datasets.example_blocks import evenly_spaced, example_blocks
from vqkeras.evaluation import baselines
from vqkeras.evaluation.baselines import (
    PatchCodebook,
    fit_patch_codebook,
    mean_example,
    patches_at_rate,
)

RNG = np.random.default_rng(0)


def split_of(array):
    return Split(array.astype(np.float16), [{}] * len(array))


@pytest.fixture(scope="module")
def notes():
    return split_of(RNG.random((35, 7, 10, 2)))


def test_blocks_are_small_and_hold_every_example_once(notes, monkeypatch):
    monkeypatch.setattr(blocks_module, "BLOCK_VALUES", 16 * 7 * 10 * 2 + 5)
    blocks = list(example_blocks(notes))
    assert [len(block) for block in blocks] == [16, 16, 3]
    np.testing.assert_array_equal(np.concatenate(blocks), notes.array)


def test_a_limit_spreads_over_the_split(notes):
    (block,) = example_blocks(notes, 5)
    np.testing.assert_array_equal(block, notes.array[[0, 7, 14, 21, 28]])
    assert evenly_spaced(3, 10) == [0, 1, 2]
    assert list(example_blocks(notes, 0)) == []


def test_the_mean_spectrum_is_the_mean_over_examples_and_frames(notes):
    mean = mean_example(notes, is_sound=True)
    expected = notes.array.astype(np.float64).mean(axis=(0, 1))
    assert mean.shape == (1, 10, 2)
    np.testing.assert_allclose(mean[0], expected, rtol=1e-6)


def test_the_mean_image_keeps_its_rows(notes):
    mean = mean_example(notes, is_sound=False)
    expected = notes.array.astype(np.float64).mean(axis=0)
    np.testing.assert_allclose(mean, expected, rtol=1e-6)


def test_every_cell_becomes_its_nearest_patch():
    codebook = PatchCodebook(RNG.random((5, 3, 4, 2)).astype(np.float32))
    examples = RNG.random((2, 7, 10, 2)).astype(np.float32)
    padded = silence((2, 9, 12, 2))
    padded[:, :7, :10] = examples
    expected = np.empty_like(padded)
    for n in range(2):
        for t in range(0, 9, 3):
            for f in range(0, 12, 4):
                cell = padded[n, t : t + 3, f : f + 4]
                errors = [np.sum((cell - patch) ** 2) for patch in codebook.patches]
                nearest = codebook.patches[np.argmin(errors)]
                expected[n, t : t + 3, f : f + 4] = nearest
    result = codebook.reconstruct(examples)
    np.testing.assert_array_equal(result, expected[:, :7, :10])


def test_patches_of_few_kinds_are_learned_exactly():
    kinds = RNG.random((4, 2, 5, 1)).astype(np.float16)
    choice = RNG.integers(0, 4, (6, 3, 2))
    # (examples, map_frames, map_bins, 2, 5, 1) to (examples, frames, bins, 1)
    array = np.moveaxis(kinds[choice], 3, 2).reshape(6, 6, 10, 1)
    split = split_of(array)
    codebook = fit_patch_codebook(split, cell=(2, 5), codebook_size=4, seed=0)
    error = codebook.reconstruct(array.astype(np.float32)) - array
    assert np.abs(error).max() < 1e-3


def test_mini_batches_are_nearly_as_good_as_all_at_once():
    centres = RNG.random((6, 4))
    points = centres[RNG.integers(0, 6, 3000)] + 0.05 * RNG.normal(size=(3000, 4))
    array = points.reshape(30, 100, 4, 1)
    split = split_of(array)
    codebook = fit_patch_codebook(split, cell=(1, 4), codebook_size=6, seed=1)
    error = np.mean((codebook.reconstruct(array.astype(np.float32)) - array) ** 2)
    best = KMeans(6, n_init=3, random_state=0).fit(points).inertia_ / points.size
    assert error < 1.3 * best


def test_a_seed_repeats_the_codebook(notes):
    one, same, other = (
        fit_patch_codebook(notes, cell=(2, 2), codebook_size=8, seed=seed).patches
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_codebook_is_never_larger_than_the_data(monkeypatch):
    split = split_of(RNG.random((1, 2, 2, 1)))
    codebook = fit_patch_codebook(split, cell=(1, 2), codebook_size=64, seed=0)
    assert codebook.patches.shape == (2, 1, 2, 1)


def test_large_data_is_sampled_not_read_whole(monkeypatch, notes):
    monkeypatch.setattr(baselines, "EXAMPLES", 4)
    seen = []
    read = Split.__getitem__
    monkeypatch.setattr(
        Split, "__getitem__", lambda self, i: seen.append(i) or read(self, i)
    )
    fit_patch_codebook(notes, cell=(2, 2), codebook_size=2, seed=0)
    assert seen == [0, 8, 17, 26]


@pytest.mark.parametrize(
    ("shape", "map_shape", "bits"),
    [((251, 512, 1), (32, 16), 4608.0), ((28, 28, 1), (20, 20), 1600.0)],
)
def test_patches_spend_at_most_what_the_model_spends(shape, map_shape, bits):
    cell, codebook_size = patches_at_rate(shape, map_shape, bits)
    num_cells = np.prod([-(-shape[axis] // cell[axis]) for axis in (0, 1)])
    spent = num_cells * np.log2(codebook_size)
    assert 0.99 * bits < spent <= bits
