"""Two vector quantizers, one per grid, that act as one."""

import keras
import tensorflow as tf

from vqkeras.layers.joint_cells import join_cells, split_cells, spread


@keras.saving.register_keras_serializable(package="vqkeras")
class HierarchicalQuantizer(keras.layers.Layer):
    """Quantize the fine and the coarse half of joint latents, each with its codebook.

    Each coarse cell is looked up, learnt from and counted once, not once per fine cell
    in it. The joint code of a fine cell is
    `coarse_code * fine.codebook_size + fine_code`.

    Args:
        fine: Quantizer of the fine grid, such as `VectorQuantizerEMA`.
        coarse: Quantizer of the coarse grid, of the same kind.
        coarse_stride: `[time, freq]`: fine cells in a coarse one.

    Attributes:
        codebook_size: Number of joint codes.
        codebook_sizes: Output name of each codemap -> its number of codewords.

    Call arguments:
        latents: Float tensor of shape `(batch, map_frames, map_bins,
            2 * codebook_dim)`, from `HierarchicalEncoder`.
        training: Whether the codebooks move.

    Returns:
        Dict of `quantized` (shape of `latents`, gradient straight through), `codemap`
        (joint codes, int32, without the last axis), `fine_codemap` and
        `coarse_codemap` (int32, each on its own grid) and the scalars `codebook_loss`
        and `commitment_loss`: the sums of both quantizers'.

    Raises:
        ValueError: If the joint codes would not fit into int32.

    Example:

    >>> from vqkeras.layers import VectorQuantizerEMA
    >>> quantizer = HierarchicalQuantizer(
    ...     VectorQuantizerEMA(8), VectorQuantizerEMA(4), coarse_stride=[2, 2]
    ... )
    >>> quantizer(tf.zeros((1, 4, 4, 6)))["coarse_codemap"].shape
    TensorShape([1, 2, 2])
    """

    def __init__(self, fine, coarse, *, coarse_stride, **kwargs):
        super().__init__(**kwargs)
        self.fine = fine
        self.coarse = coarse
        self.coarse_stride = tuple(coarse_stride)
        self.codebook_size = fine.codebook_size * coarse.codebook_size
        if self.codebook_size > 2**31:
            raise ValueError(
                "The product of the codebook sizes must be 2147483648 or less. "
                f"Received: {fine.codebook_size} and {coarse.codebook_size}."
            )

    @property
    def codebook_cost(self):
        return self.fine.codebook_cost

    @property
    def codebook_sizes(self):
        return {
            "fine_codemap": self.fine.codebook_size,
            "coarse_codemap": self.coarse.codebook_size,
        }

    def build(self, input_shape):
        half_shape = (*input_shape[:-1], input_shape[-1] // 2)
        # A loaded model's parts come built.
        for part in (self.fine, self.coarse):
            if not part.built:
                part.build(half_shape)

    def call(self, latents, training=None):
        halves = split_cells(latents, self.coarse_stride)
        fine = self.fine(halves[0], training=training)
        coarse = self.coarse(halves[1], training=training)
        return {
            "quantized": join_cells(
                fine["quantized"], coarse["quantized"], self.coarse_stride
            ),
            "codemap": self._join(fine["codemap"], coarse["codemap"]),
            "fine_codemap": fine["codemap"],
            "coarse_codemap": coarse["codemap"],
            **{
                name: fine[name] + coarse[name]
                for name in ("codebook_loss", "commitment_loss")
            },
        }

    def codes_of(self, latents):
        """Joint codes of joint latents: int32, shape `latents.shape[:-1]`."""
        fine, coarse = split_cells(
            tf.convert_to_tensor(latents, tf.float32), self.coarse_stride
        )
        return self._join(self.fine.codes_of(fine), self.coarse.codes_of(coarse))

    def codewords_of(self, codemap):
        """Joint codewords of joint codes: `codemap.shape + (2 * codebook_dim,)`."""
        codemap = tf.convert_to_tensor(codemap)
        size = self.fine.codebook_size
        return tf.concat(
            [
                self.fine.codewords_of(codemap % size),
                self.coarse.codewords_of(codemap // size),
            ],
            axis=-1,
        )

    def _join(self, fine, coarse):
        return spread(coarse, self.coarse_stride) * self.fine.codebook_size + fine

    def get_config(self):
        parts = {
            name: keras.saving.serialize_keras_object(getattr(self, name))
            for name in ("fine", "coarse")
        }
        return {**super().get_config(), **parts, "coarse_stride": self.coarse_stride}

    @classmethod
    def from_config(cls, config):
        parts = {
            name: keras.saving.deserialize_keras_object(config[name])
            for name in ("fine", "coarse")
        }
        return cls(**{**config, **parts})
