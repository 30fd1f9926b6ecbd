"""Two grids carried as one: beside every fine cell the coarse cell around it.

So a model of two codemaps looks, to all that trains, measures or runs it, like a model
of one. `edge_runtime.bundle.hierarchy` does the same in numpy.
"""

import tensorflow as tf


def join_cells(fine, coarse, cells):
    """Put beside each fine vector that of the coarse cell around it.

    Args:
        fine: Tensor of shape `(batch, map_frames, map_bins, codebook_dim)`.
        coarse: Tensor of shape `(batch, map_frames / cells[0], map_bins / cells[1],
            codebook_dim)`.
        cells: Pair, fine cells in a coarse one along time and frequency.

    Returns:
        Tensor of shape `(batch, map_frames, map_bins, 2 * codebook_dim)`.

    Example:

    >>> fine, coarse = tf.zeros((1, 4, 2, 1)), tf.ones((1, 2, 1, 1))
    >>> join_cells(fine, coarse, (2, 2)).shape
    TensorShape([1, 4, 2, 2])
    """
    return tf.concat([fine, spread(coarse, cells)], axis=-1)


def split_cells(joint, cells):
    """Undo `join_cells`: fine vectors, and of each coarse cell those of its first.

    Args:
        joint: Tensor of shape `(batch, map_frames, map_bins, 2 * codebook_dim)`.
        cells: Pair, fine cells in a coarse one along time and frequency.

    Returns:
        Pair of tensors, fine and coarse, each on its own grid.
    """
    fine, coarse = tf.split(joint, 2, axis=-1)
    return fine, coarse[:, :: cells[0], :: cells[1]]


def spread(coarse, cells):
    """Repeat each coarse cell, of vectors or codes, for the fine cells in it."""
    return tf.repeat(tf.repeat(coarse, cells[0], axis=1), cells[1], axis=2)
