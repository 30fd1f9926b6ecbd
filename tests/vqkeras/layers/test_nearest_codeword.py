import numpy as np
import pytest
import tensorflow as tf

from edge_runtime.bundle.codebook import codes_of
from vqkeras.layers.nearest_codeword import (
    counts_and_sums,
    nearest_codeword,
    squared_distances,
)


def brute_force(latents, codebook):
    differences = latents[:, None].astype(np.float64) - codebook[None]
    return np.argmin(np.sum(differences**2, axis=2), axis=1)


@pytest.mark.parametrize("dim", [1, 3, 8])
def test_equals_brute_force_and_the_edge_runtime(dim):
    rng = np.random.default_rng(dim)
    latents = rng.normal(size=(5000, dim)).astype(np.float32)
    codebook = rng.normal(size=(64, dim)).astype(np.float32)
    codes = nearest_codeword(latents, codebook).numpy()
    assert codes.dtype == np.int32
    np.testing.assert_array_equal(codes, codes_of(latents, codebook))
    np.testing.assert_array_equal(codes, brute_force(latents, codebook))


def test_ties_go_to_the_lowest_code_as_on_the_edge():
    # Whole numbers: every distance is exact, so ties are ties on both sides.
    rng = np.random.default_rng(0)
    latents = rng.integers(-3, 4, size=(4000, 3)).astype(np.float32)
    codebook = rng.integers(-2, 3, size=(200, 3)).astype(np.float32)
    codes = nearest_codeword(latents, codebook).numpy()
    expected = brute_force(latents, codebook)  # np.argmin takes the lowest
    assert len(np.unique(codebook, axis=0)) < 200
    np.testing.assert_array_equal(codes, expected)
    np.testing.assert_array_equal(codes_of(latents, codebook), expected)


def test_largest_tensor_is_cells_by_codebook_size():
    function = tf.function(nearest_codeword).get_concrete_function(
        tf.TensorSpec([512, 8]), tf.TensorSpec([256, 8])
    )
    sizes = [
        output.shape.num_elements()
        for operation in function.graph.get_operations()
        for output in operation.outputs
        if output.shape.rank is not None
    ]
    assert max(sizes) == 512 * 256


def test_squared_distances_are_exactly_zero_on_the_codeword():
    vectors = tf.constant([[0.1, 0.7], [1e3, 3.0]])
    np.testing.assert_array_equal(squared_distances(vectors, vectors), [0.0, 0.0])
    assert squared_distances([[1.0, 2.0]], [[4.0, 6.0]]).numpy() == [25.0]


def test_counts_and_sums_equal_a_loop():
    rng = np.random.default_rng(2)
    latents = rng.normal(size=(50, 3)).astype(np.float32)
    codes = rng.integers(0, 5, size=50).astype(np.int32)
    counts, sums = counts_and_sums(latents, codes, 7)
    for code in range(7):
        assert counts[code] == np.sum(codes == code)
        expected = latents[codes == code].sum(axis=0, dtype=np.float64)
        np.testing.assert_allclose(sums[code], expected, atol=1e-5)
