"""Codewords drawn from latents: first-batch initialisation and random restarts (2.5).

Latents are drawn in proportion to their squared distance from the nearest codeword (the
rule of k-means++: Arthur and Vassilvitskii, 2007). Most cells of a spectrogram are
silence, and one codeword serves them all: drawn evenly, they would take most of the
codebook, and every restarted codeword would be silence again.
"""

import numpy as np
import tensorflow as tf

from vqkeras.layers.nearest_codeword import nearest_codeword, squared_distances

# Two codewords are crowded if their squared distance is less than this share of the
# mean squared distance of a latent from its codeword. Codewords that share the work
# evenly are at about 4 times that mean, so this catches duplicates alone.
CROWDED = 0.1


def draw_far_latents(latents, distances, count, seed):
    """Draw latents without replacement, in proportion to their distances.

    By the Gumbel top-k trick: the `count` largest of `log(distance) + Gumbel noise`.

    Args:
        latents: Float tensor of shape `(cells, codebook_dim)`.
        distances: Float tensor of shape `(cells,)`, squared distances. A latent at
            distance 0 is never drawn.
        count: Number of latents to draw.
        seed: Int tensor of shape `(2,)`. The same seed draws the same latents.

    Returns:
        Float tensor of shape `(count, codebook_dim)` and boolean tensor of shape
        `(count,)`: False in the rows, all at the end, for which no latent was left.
    """
    cells = tf.shape(latents)[0]
    uniform = tf.random.stateless_uniform(
        [cells], seed, minval=np.finfo(np.float32).tiny, dtype=tf.float32
    )
    keys = tf.math.log(distances) - tf.math.log(-tf.math.log(uniform))
    drawn_keys, places = tf.math.top_k(keys, k=tf.minimum(cells, count))
    missing = count - tf.size(places)
    drawn = tf.pad(tf.gather(latents, places), [[0, missing], [0, 0]])
    found = tf.pad(drawn_keys > -float("inf"), [[0, missing]])
    return tf.ensure_shape(drawn, [count, None]), tf.ensure_shape(found, [count])


def draw_codebook(latents, codebook_size, seed):
    """Draw a first codebook from the latents of a batch.

    The first codeword is drawn evenly, the others in rounds that double the codebook,
    in proportion to the squared distance from the codewords drawn so far. A batch with
    fewer distinct latents than codewords repeats some.

    Args:
        latents: Float tensor of shape `(cells, codebook_dim)`, at least one cell.
        codebook_size: Number of codewords.
        seed: Int tensor of shape `(2,)`.

    Returns:
        Float tensor of shape `(codebook_size, codebook_dim)`.
    """
    distances = tf.ones_like(latents[:, 0])
    codebook, _ = draw_far_latents(latents, distances, 1, seed)
    drawn = codebook
    distances = float("inf") * distances
    size = 1
    while size < codebook_size:
        nearest = tf.gather(drawn, nearest_codeword(latents, drawn))
        distances = tf.minimum(distances, squared_distances(latents, nearest))
        count = min(size, codebook_size - size)
        drawn, found = draw_far_latents(latents, distances, count, seed + [0, size])
        drawn = tf.where(found[:, None], drawn, codebook[:count])
        codebook = tf.concat([codebook, drawn], axis=0)
        size += count
    return codebook


def is_crowded(codebook, counts, mean_distance):
    """Find codewords that stand next to one that is used more.

    Moving averages split a dense cloud of latents, such as silence, among many
    codewords that say the same: they are used, so they never restart for lack of use,
    they carry no information, and the least error of int8 arithmetic swaps them.

    Args:
        codebook: Float tensor of shape `(codebook_size, codebook_dim)`.
        counts: Float tensor of shape `(codebook_size,)`, how often each is used.
        mean_distance: Scalar, mean squared distance of latents from their codewords.

    Returns:
        Boolean tensor of shape `(codebook_size,)`. Of two equally used ones, the later
        is crowded.
    """
    norms = tf.reduce_sum(codebook * codebook, axis=1)
    products = tf.matmul(codebook, codebook, transpose_b=True)
    # (codebook_size, codebook_size)
    distances = norms[:, None] + norms[None, :] - 2.0 * products
    order = tf.argsort(tf.argsort(counts, direction="DESCENDING", stable=True))
    is_after = order[:, None] > order[None, :]
    return tf.reduce_any(is_after & (distances < CROWDED * mean_distance), axis=1)


def restarts_of(is_wasted, drawn, found):
    """Choose which codewords restart, and where.

    Args:
        is_wasted: Boolean tensor of shape `(codebook_size,)`, codewords of no use.
        drawn: Float tensor of shape `(codebook_size, codebook_dim)`, latents to restart
            from, first come, first served.
        found: Boolean tensor of shape `(codebook_size,)`, which rows of `drawn` count.

    Returns:
        Boolean tensor of shape `(codebook_size,)`, which codewords restart, and float
        tensor of shape `(codebook_size, codebook_dim)`, their new places (undefined
        where False).
    """
    rank = tf.maximum(tf.cumsum(tf.cast(is_wasted, tf.int32)) - 1, 0)
    return is_wasted & tf.gather(found, rank), tf.gather(drawn, rank)
