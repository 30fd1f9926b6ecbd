"""Vector quantizer whose codebook is a moving average of its latents (eq. 5)."""

import keras
import tensorflow as tf

from vqkeras.layers.codebook_layer import CodebookLayer
from vqkeras.layers.nearest_codeword import counts_and_sums
from vqkeras.layers.replicas import sum_over_replicas


@keras.saving.register_keras_serializable(package="vqkeras")
class VectorQuantizerEMA(CodebookLayer):
    """Replace each latent vector by its nearest codeword; move codewords by eq. 5.

    Each codeword is the exponential moving average of the latents it stood for. No
    gradient moves the codebook, so `codebook_loss` is reported but has no part in the
    loss (`codebook_cost` is 0). Once per training batch:

        counts = decay * counts + (1 - decay) * n_i
        sums = decay * sums + (1 - decay) * sum_j z_ij
        codebook = (sums + epsilon * codebook) / (counts + epsilon)

    `epsilon` is the smoothing: a code that is no longer used stays where it is, instead
    of dividing zero by zero. (Adding a constant to the counts alone, as is common,
    pulls it to the origin.) Counts and sums start at zero, so their ratio is unbiased
    from the first batch on.

    Latents must not depend on `training`: with batch normalisation in front, the
    codebook follows latents normalised by the batch, and validation looks up others, so
    that its error jumps from epoch to epoch.

    Args:
        codebook_size: Number of codewords, 2 or more.
        decay: Float in [0, 1), gamma of eq. 5. Defaults to `0.95`.
        epsilon: Positive float, in uses per batch. Defaults to `1e-5`.
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
        training: Whether the codebook moves.

    Returns:
        Dict of `quantized` (shape of `latents`, gradient straight through), `codemap`
        (int32, without the last axis) and the scalars `codebook_loss` and
        `commitment_loss`: mean square over all values, unweighted, taken before the
        straight-through copy and before the codebook moves.

    Raises:
        ValueError: If an argument is out of range or the last axis is unknown.

    Example:

    >>> quantizer = VectorQuantizerEMA(2, decay=0.0)
    >>> _ = quantizer(tf.constant([[0.0], [1.0], [8.0]]), training=True)
    >>> sorted(quantizer.codebook.numpy().ravel().round(3).tolist())
    [0.5, 8.0]
    """

    def __init__(self, codebook_size, *, epsilon=1e-5, **kwargs):
        super().__init__(codebook_size, **kwargs)
        if epsilon <= 0.0:
            raise ValueError(f"`epsilon` must be positive. Received: {epsilon}.")
        self.epsilon = epsilon

    def build(self, input_shape):
        super().build(input_shape)
        self.sums = self.add_state("sums", self.codebook.shape)

    def learn(self, latents, codes):
        batch_counts, batch_sums = sum_over_replicas(
            list(counts_and_sums(latents, codes, self.codebook_size))
        )
        counts = self.decay * self.counts + (1.0 - self.decay) * batch_counts
        sums = self.decay * self.sums + (1.0 - self.decay) * batch_sums
        codebook = tf.convert_to_tensor(self.codebook)
        if self.restart_threshold:
            restarts, places = self.draw_restarts(latents, codes, counts)
            mean_count = tf.reduce_mean(counts)
            counts = tf.where(restarts, mean_count, counts)
            sums = tf.where(restarts[:, None], mean_count * places, sums)
            codebook = tf.where(restarts[:, None], places, codebook)
        weights = counts[:, None] + self.epsilon
        self.counts.assign(counts)
        self.sums.assign(sums)
        self.codebook.assign((sums + self.epsilon * codebook) / weights)

    def get_config(self):
        return {**super().get_config(), "epsilon": self.epsilon}
