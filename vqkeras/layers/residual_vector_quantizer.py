"""Residual vector quantization: each codebook codes what those before it left (7.2)."""

import keras
import tensorflow as tf

from vqkeras.layers.straight_through import straight_through
from vqkeras.layers.vector_quantizer_ema import VectorQuantizerEMA


@keras.saving.register_keras_serializable(package="vqkeras")
class ResidualVectorQuantizer(keras.layers.Layer):
    """Replace each latent vector by a sum of codewords, one of each codebook.

    The first codebook gives the nearest codeword, the second the nearest to what is
    left, and so on: `n` codes tell `codebook_size ** n` vectors apart, and no lookup
    compares more than `codebook_size`. Every stage is a `VectorQuantizerEMA`: it takes
    its codewords from the first batch, follows what reaches it by moving averages and
    restarts those that are not used, under several replicas too.

    Zeghidour et al., "SoundStream", 2021, https://arxiv.org/abs/2107.03312, of which
    this has the codebooks and not the dropout of stages; the commitment is that of Lee
    et al., "RQ-VAE", 2022, https://arxiv.org/abs/2203.01941: the latents are drawn to
    the sum so far at each stage. That of one codebook is `VectorQuantizerEMA`.

    Args:
        codebook_size: Number of codewords of each codebook, 2 or more.
        codebooks: Number of codebooks, 2 or more.
        decay: As for `VectorQuantizerEMA`. Defaults to `0.95`.
        initialise_from_batch: As for `VectorQuantizerEMA`. Defaults to `True`.
        restart_threshold: As for `VectorQuantizerEMA`. Defaults to `0`.
        seed: Int, of the first codebook's draws; those after it count on. Defaults to
            `0`.

    Call arguments:
        latents: Float tensor of shape `(batch, map_frames, map_bins, codebook_dim)`
            (or any other leading axes).
        training: Whether the codebooks move.

    Returns:
        Dict of `quantized` (shape of `latents`, the sum, gradient straight through
        once), `codemap` (int32, the last axis is `codebooks`) and the scalars
        `codebook_loss` and `commitment_loss`: sums over the stages of what
        `VectorQuantizerEMA` gives.

    Raises:
        ValueError: If an argument is out of range or the last axis is unknown.

    Example:

    >>> quantizer = ResidualVectorQuantizer(16, 2)
    >>> outputs = quantizer(tf.random.stateless_normal((1, 4, 8, 3), [0, 1]))
    >>> outputs["codemap"].shape
    TensorShape([1, 4, 8, 2])
    """

    codebook_cost = VectorQuantizerEMA.codebook_cost

    def __init__(
        self,
        codebook_size,
        codebooks,
        *,
        decay=0.95,
        initialise_from_batch=True,
        restart_threshold=0.0,
        seed=0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if codebooks < 2:
            raise ValueError(f"`codebooks` must be 2 or more. Received: {codebooks}.")
        self.codebook_size = codebook_size
        self.codebooks = codebooks
        self.decay = decay
        self.initialise_from_batch = initialise_from_batch
        self.restart_threshold = restart_threshold
        self.seed = seed
        self.stages = [
            VectorQuantizerEMA(
                codebook_size,
                decay=decay,
                initialise_from_batch=initialise_from_batch,
                restart_threshold=restart_threshold,
                seed=seed + number,
                name=f"stage_{number}",
            )
            for number in range(codebooks)
        ]

    def build(self, input_shape):
        for stage in self.stages:
            stage.build(input_shape)

    def call(self, latents, training=None):
        rest, quantized = latents, tf.zeros_like(latents)
        outputs = []
        for stage in self.stages:
            output = stage(rest, training=training)
            # No gradient of a stage's copy: what is left moves with the latents.
            codewords = tf.stop_gradient(output["quantized"])
            rest, quantized = rest - codewords, quantized + codewords
            outputs.append(output)
        return {
            "quantized": straight_through(latents, quantized),
            "codemap": tf.stack([each["codemap"] for each in outputs], axis=-1),
            **{
                name: tf.add_n([each[name] for each in outputs])
                for name in ("codebook_loss", "commitment_loss")
            },
        }

    def codes_of(self, latents):
        """Codes of each latent vector: int32, `latents.shape[:-1] + (codebooks,)`."""
        rest = tf.convert_to_tensor(latents, tf.float32)
        codes = []
        for stage in self.stages:
            codes.append(stage.codes_of(rest))
            rest = rest - stage.codewords_of(codes[-1])
        return tf.stack(codes, axis=-1)

    def codewords_of(self, codemap):
        """Sum of codewords of each cell: `codemap.shape[:-1] + (codebook_dim,)`."""
        codes = tf.unstack(tf.convert_to_tensor(codemap), self.codebooks, axis=-1)
        pairs = zip(self.stages, codes, strict=True)
        return tf.add_n([stage.codewords_of(each) for stage, each in pairs])

    def get_config(self):
        return {
            **super().get_config(),
            "codebook_size": self.codebook_size,
            "codebooks": self.codebooks,
            "decay": self.decay,
            "initialise_from_batch": self.initialise_from_batch,
            "restart_threshold": self.restart_threshold,
            "seed": self.seed,
        }
