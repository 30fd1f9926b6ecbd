"""Nearest-codeword lookup (eq. 1) and the sums over cells that learning needs."""

import tensorflow as tf


def nearest_codeword(latents, codebook):
    """Find the nearest codeword of every latent vector (eq. 1).

    Distances come from the expanded square `|e|^2 - 2 z.e` (the term `|z|^2` is the
    same for every codeword), so the largest tensor is `(cells, codebook_size)`. Ties
    go to the lowest code, as in `edge_runtime.bundle.codebook.codes_of`.

    Args:
        latents: Float tensor of shape `(cells, codebook_dim)`.
        codebook: Float tensor of shape `(codebook_size, codebook_dim)`.

    Returns:
        Int32 tensor of shape `(cells,)`.

    Example:

    >>> nearest_codeword([[0.9], [0.5]], [[0.0], [1.0]]).numpy().tolist()
    [1, 0]
    """
    codebook = tf.convert_to_tensor(codebook)
    # One column of ones puts the sum inside the product: half the time of adding after.
    latents = tf.pad(latents, [[0, 0], [0, 1]], constant_values=1.0)
    squares = tf.reduce_sum(codebook**2, axis=1, keepdims=True)
    weights = tf.concat([-2.0 * codebook, squares], axis=1)
    scores = tf.matmul(latents, weights, transpose_b=True)  # (cells, codebook_size)
    return tf.argmin(scores, axis=1, output_type=tf.int32)


def squared_distances(latents, codewords):
    """Squared distance of each latent vector to its own codeword.

    Taken from the difference, not from the expanded square, whose rounding error would
    tell silent cells that sit on their codeword apart from it.

    Args:
        latents: Float tensor of shape `(cells, codebook_dim)`.
        codewords: Float tensor of the same shape.

    Returns:
        Float tensor of shape `(cells,)`.
    """
    return tf.reduce_sum(tf.math.squared_difference(latents, codewords), axis=-1)


def counts_and_sums(latents, codes, codebook_size):
    """How often each code occurs, and the sum of its latents: `n_i`, `sum_j z_ij`.

    Args:
        latents: Float tensor of shape `(cells, codebook_dim)`.
        codes: Int32 tensor of shape `(cells,)`.
        codebook_size: Number of codewords.

    Returns:
        Float tensors of shapes `(codebook_size,)` and `(codebook_size, codebook_dim)`.
    """
    counts = tf.math.unsorted_segment_sum(
        tf.ones_like(latents[:, 0]), codes, codebook_size
    )
    return counts, tf.math.unsorted_segment_sum(latents, codes, codebook_size)
