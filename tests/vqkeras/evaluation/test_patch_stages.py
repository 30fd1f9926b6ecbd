"""Patches with several codes a cell: each codebook codes what those before it left."""

import numpy as np
import pytest

from vqkeras.datasets import Split
from vqkeras.evaluation import baselines, patch_stages
from vqkeras.evaluation.baselines import fit_patch_codebook
from vqkeras.evaluation.patch_stages import fit_patch_stages


@pytest.fixture(scope="module")
def split():
    array = np.random.default_rng(0).random((12, 7, 10, 1)).astype(np.float16)
    return Split(array, [{"number": each} for each in range(12)])


@pytest.fixture(scope="module")
def two(split):
    return fit_patch_stages(split, cell=(2, 5), codebook_size=6, codes=2, seed=0)


def examples_of(split):
    return np.stack([split[place] for place in range(len(split))])


def test_each_stage_codes_what_the_one_before_it_left(split, two):
    examples = examples_of(split)
    codes, output = two.coded(examples)
    first, second = two.stages
    assert codes.shape == (12, 4, 2, 2)
    np.testing.assert_array_equal(codes[..., 0], first.codemaps(examples))
    rest = examples - first.reconstruct(examples)
    np.testing.assert_array_equal(codes[..., 1], second.codemaps(rest))
    expected = first.reconstruct(examples) + second.reconstruct(rest)
    np.testing.assert_allclose(output, expected, atol=1e-7)
    np.testing.assert_array_equal(two.reconstruct(examples), output)


def test_one_stage_is_the_codebook_alone_and_a_second_comes_nearer(split, two):
    one = fit_patch_stages(split, cell=(2, 5), codebook_size=6, codes=1, seed=0)
    alone = fit_patch_codebook(split, cell=(2, 5), codebook_size=6, seed=0)
    examples = examples_of(split)
    np.testing.assert_array_equal(one.stages[0].patches, alone.patches)
    np.testing.assert_array_equal(two.stages[0].patches, alone.patches)
    np.testing.assert_array_equal(
        one.reconstruct(examples), alone.reconstruct(examples)
    )
    errors = [
        np.mean((each.reconstruct(examples) - examples) ** 2) for each in (one, two)
    ]
    assert errors[1] < 0.9 * errors[0]


def test_the_second_is_learned_from_as_many_examples_as_the_first(split, monkeypatch):
    for module in (baselines, patch_stages):
        monkeypatch.setattr(module, "EXAMPLES", 4)
    learned = []
    fit = patch_stages.fit_patch_codebook

    def noted(split, **options):
        learned.append([each["number"] for each in split.metadata])
        return fit(split, **options)

    monkeypatch.setattr(patch_stages, "fit_patch_codebook", noted)
    fit_patch_stages(split, cell=(2, 5), codebook_size=4, codes=2, seed=0)
    assert learned == [list(range(12)), [0, 3, 6, 9]]
