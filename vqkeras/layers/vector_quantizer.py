"""Vector quantizer whose codebook is moved by gradients (eq. 2)."""

import keras
import tensorflow as tf

from vqkeras.layers.codebook_layer import CodebookLayer
from vqkeras.layers.nearest_codeword import counts_and_sums
from vqkeras.layers.replicas import sum_over_replicas


@keras.saving.register_keras_serializable(package="vqkeras")
class VectorQuantizer(CodebookLayer):
    """Replace each latent vector by its nearest codeword; train by `codebook_loss`.

    The codebook is a trainable weight: the middle term of eq. 2 must be part of the
    loss. van den Oord et al., 2017, https://arxiv.org/abs/1711.00937.

    Args:
        codebook_size: Number of codewords, 2 or more.
        decay: Float in [0, 1). Memory of the running count of each code's use, which
            restarts look at. Defaults to `0.95`.
        initialise_from_batch: Whether the first training batch gives the codewords,
            drawn in proportion to squared distance (section 2.5). Defaults to `True`.
        restart_threshold: Float in [0, 1). A code used less than this share of the
            mean use, or standing next to one used more, is moved to a latent of the
            current batch, drawn in proportion to squared distance from the nearest
            codeword. `0` means that no code is ever moved. Defaults to `0`.
        seed: Int, of the first codebook and all draws. Defaults to `0`.

    Call arguments:
        latents: Float tensor of shape `(batch, map_frames, map_bins, codebook_dim)`
            (or any other leading axes).
        training: Whether the codebook may be initialised and restarted.

    Returns:
        Dict of `quantized` (shape of `latents`, gradient straight through), `codemap`
        (int32, without the last axis) and the scalars `codebook_loss` and
        `commitment_loss`: mean square over all values, unweighted, taken before the
        straight-through copy.

    Raises:
        ValueError: If an argument is out of range or the last axis is unknown.

    Example:

    >>> quantizer = VectorQuantizer(16)
    >>> outputs = quantizer(tf.random.stateless_normal((1, 4, 8, 3), [0, 1]))
    >>> outputs["codemap"].shape
    TensorShape([1, 4, 8])
    """

    codebook_cost = 1.0

    def learn(self, latents, codes):
        if not self.restart_threshold:
            return
        (batch_counts,) = sum_over_replicas(
            [counts_and_sums(latents, codes, self.codebook_size)[0]]
        )
        counts = self.decay * self.counts + (1.0 - self.decay) * batch_counts
        restarts, places = self.draw_restarts(latents, codes, counts)
        self.counts.assign(tf.where(restarts, tf.reduce_mean(counts), counts))
        self.codebook.assign(tf.where(restarts[:, None], places, self.codebook))
