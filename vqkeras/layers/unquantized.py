"""Identity in place of a quantizer: measures what the codebook costs."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="vqkeras")
class Unquantized(keras.layers.Layer):
    """Give the decoder the latents themselves.

    A network trained so is the baseline that says how much of another's error is due
    to its codebook. It has no codes: no codemap, no bit rate, nothing to export.

    Attributes:
        codebook_size: `None`.

    Call arguments:
        latents: Float tensor of shape `(batch, map_frames, map_bins, codebook_dim)`.

    Returns:
        Dict of `quantized`, the latents, and `codebook_loss` and `commitment_loss`,
        both zero.

    Example:

    >>> outputs = Unquantized()(tf.ones((1, 4, 8, 3)))
    >>> sorted(outputs), float(outputs["commitment_loss"])
    (['codebook_loss', 'commitment_loss', 'quantized'], 0.0)
    """

    codebook_size = None
    codebook_cost = 0.0

    def call(self, latents, training=None):
        zero = tf.zeros((), latents.dtype)
        return {"quantized": latents, "codebook_loss": zero, "commitment_loss": zero}
