"""Effects on vectors: channels of codewords dropped, mixed or blurred by noise."""

from __future__ import annotations

import numpy as np
import pytest

from edge_runtime.bundle.codebook import codewords_of
from edge_runtime.effects.vectors import gaussian_noise, keep_channels, mix_channels
from tests.edge_runtime.effects.coded import CODEBOOK, DIM, SHAPE


@pytest.mark.parametrize(("strength", "kept"), [(0, 6), (0.4, 4), (1, 1)])
def test_keep_channels_removes_its_share(codemap, strength, kept):
    quantized = codewords_of(codemap, CODEBOOK)
    left = keep_channels(quantized, strength=strength, seed=0)
    same = (left == quantized).all(axis=(0, 1))
    assert same.sum() == kept
    assert left.dtype == np.float32
    assert np.all(left[..., ~same] == 0)
    mean = CODEBOOK.mean(axis=0)
    replaced = keep_channels(quantized, replacement=mean, strength=strength, seed=0)
    np.testing.assert_array_equal(replaced, np.where(same, quantized, mean))


def test_gaussian_noise_has_the_asked_deviation_per_channel():
    quantized = np.zeros((100, 100, 3), np.float32)
    scale = np.array([1.0, 0.0, 4.0], np.float32)
    noisy = gaussian_noise(quantized, scale=scale, strength=0.5, seed=0)
    assert noisy.dtype == np.float32
    np.testing.assert_allclose(noisy.std(axis=(0, 1)), scale / 2, rtol=0.03)
    np.testing.assert_allclose(noisy.mean(axis=(0, 1)), 0, atol=0.06)


def test_mix_channels_takes_its_share_of_channels(codemap, other):
    first, second = codewords_of(codemap, CODEBOOK), codewords_of(other, CODEBOOK)
    mixed = mix_channels(first, second, strength=0.5, seed=0)
    taken = (mixed == second).all(axis=(0, 1))
    assert taken.sum() == 3
    np.testing.assert_array_equal(mixed, np.where(taken, second, first))
    np.testing.assert_array_equal(
        mix_channels(first, second, strength=1, seed=0), second
    )


@pytest.mark.parametrize("effect", [keep_channels, gaussian_noise])
def test_vectors_keep_their_bits_at_strength_0_and_outside_the_mask(effect, box):
    rng = np.random.default_rng(0)
    quantized = rng.normal(size=(*SHAPE, DIM)).astype(np.float32)
    quantized[::2] = -0.0
    same = effect(quantized, strength=0, seed=0)
    assert same.tobytes() == quantized.tobytes() and same is not quantized
    changed = effect(quantized, strength=1, seed=0, mask=box)
    assert changed[~box].tobytes() == quantized[~box].tobytes()
    assert not np.array_equal(changed[box], quantized[box])


def test_mixed_vectors_are_confined_by_the_mask(codemap, other, box):
    first, second = codewords_of(codemap, CODEBOOK), codewords_of(other, CODEBOOK)
    mixed = mix_channels(first, second, strength=1, seed=0, mask=box)
    np.testing.assert_array_equal(mixed, np.where(box[..., None], second, first))
