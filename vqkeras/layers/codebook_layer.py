"""Base of the vector quantizers: weights, lookup, losses, initialisation."""

import keras
import tensorflow as tf

from vqkeras.layers.codebook_restarts import (
    draw_codebook,
    draw_far_latents,
    is_crowded,
    restarts_of,
)
from vqkeras.layers.nearest_codeword import nearest_codeword, squared_distances
from vqkeras.layers.replicas import gather_over_replicas
from vqkeras.layers.straight_through import straight_through


class CodebookLayer(keras.layers.Layer):
    """Base of `VectorQuantizer` and `VectorQuantizerEMA`; use one of those.

    A subclass says whether gradients move its codebook (`codebook_cost`) and implements
    `learn(latents, codes)`, called once per training batch with `(cells, dim)` latents
    without gradient.

    Under a `tf.distribute` strategy every replica holds the same codebook: statistics
    are summed and latents gathered over replicas, and draws are seeded by a counter.
    """

    codebook_cost = 0.0
    codebooks = 1

    def __init__(
        self,
        codebook_size,
        *,
        decay=0.95,
        initialise_from_batch=True,
        restart_threshold=0.0,
        seed=0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if codebook_size < 2:
            raise ValueError(
                f"`codebook_size` must be 2 or more. Received: {codebook_size}."
            )
        if not 0.0 <= decay < 1.0:
            raise ValueError(f"`decay` must lie in [0, 1). Received: {decay}.")
        if not 0.0 <= restart_threshold < 1.0:
            raise ValueError(
                "`restart_threshold` must lie in [0, 1), a share of the mean use. "
                f"Received: {restart_threshold}."
            )
        self.codebook_size = codebook_size
        self.decay = decay
        self.initialise_from_batch = initialise_from_batch
        self.restart_threshold = restart_threshold
        self.seed = seed

    def build(self, input_shape):
        codebook_dim = input_shape[-1]
        if codebook_dim is None:
            raise ValueError(
                "The last axis of the latents must be known, it is `codebook_dim`. "
                f"Received: input_shape={tuple(input_shape)}."
            )
        self.codebook_dim = codebook_dim
        scale = 1.0 / self.codebook_size
        self.codebook = self.add_weight(
            shape=(self.codebook_size, codebook_dim),
            initializer=keras.initializers.RandomUniform(-scale, scale, self.seed),
            trainable=self.codebook_cost > 0.0,
            aggregation="mean" if self.codebook_cost else "only_first_replica",
            name="codebook",
        )
        self.counts = self.add_state("counts", (self.codebook_size,))
        self.num_batches = self.add_state("num_batches", (), dtype="int32")
        self.initialised = self.add_state("initialised", (), dtype="bool")

    def add_state(self, name, shape, dtype="float32"):
        """Add a weight, zero at first, that no gradient moves."""
        return self.add_weight(
            shape=shape,
            initializer="zeros",
            dtype=dtype,
            trainable=False,
            aggregation="only_first_replica",
            name=name,
        )

    def call(self, latents, training=None):
        cells = tf.reshape(tf.stop_gradient(latents), (-1, self.codebook_dim))
        if training and self.initialise_from_batch:
            self._initialise(cells)
        codes = nearest_codeword(cells, self.codebook)
        codewords = tf.reshape(self.codewords_of(codes), tf.shape(latents))
        outputs = {
            "quantized": straight_through(latents, codewords),
            "codemap": tf.reshape(codes, tf.shape(latents)[:-1]),
            # The second and third term of eq. 2, before the straight-through copy.
            "codebook_loss": _mean_square(tf.stop_gradient(latents), codewords),
            "commitment_loss": _mean_square(latents, tf.stop_gradient(codewords)),
        }
        if training:
            self.learn(cells, codes)
            self.num_batches.assign_add(1)
        return outputs

    def codes_of(self, latents):
        """Nearest code of each latent vector: int32, shape `latents.shape[:-1]`."""
        latents = tf.convert_to_tensor(latents, tf.float32)
        cells = tf.reshape(latents, (-1, self.codebook_dim))
        codes = nearest_codeword(cells, self.codebook)
        return tf.reshape(codes, tf.shape(latents)[:-1])

    def codewords_of(self, codemap):
        """Codeword of each code: shape `codemap.shape + (codebook_dim,)`."""
        return tf.gather(tf.convert_to_tensor(self.codebook), codemap)

    def learn(self, latents, codes):
        """Move the codebook by one batch; subclasses implement it."""
        raise NotImplementedError

    def draw_restarts(self, latents, codes, counts):
        """Choose codewords to restart, and their new places, by `restarts_of`."""
        codebook = tf.convert_to_tensor(self.codebook)
        distances = gather_over_replicas(
            squared_distances(latents, tf.gather(codebook, codes))
        )
        drawn, found = draw_far_latents(
            gather_over_replicas(latents),
            distances,
            self.codebook_size,
            self._batch_seed(),
        )
        is_rare = counts < self.restart_threshold * tf.reduce_mean(counts)
        crowded = is_crowded(codebook, counts, tf.reduce_mean(distances))
        return restarts_of(is_rare | crowded, drawn, found)

    def _initialise(self, latents):
        latents = gather_over_replicas(latents)
        is_first = ~tf.convert_to_tensor(self.initialised) & (tf.shape(latents)[0] > 0)
        codebook = tf.cond(
            is_first,
            lambda: draw_codebook(latents, self.codebook_size, self._batch_seed()),
            lambda: tf.convert_to_tensor(self.codebook),
        )
        self.codebook.assign(codebook)
        self.initialised.assign(tf.convert_to_tensor(self.initialised) | is_first)

    def _batch_seed(self):
        return tf.stack([self.seed, tf.convert_to_tensor(self.num_batches)])

    def get_config(self):
        return {
            **super().get_config(),
            "codebook_size": self.codebook_size,
            "decay": self.decay,
            "initialise_from_batch": self.initialise_from_batch,
            "restart_threshold": self.restart_threshold,
            "seed": self.seed,
        }


def _mean_square(first, second):
    """Mean over all values, and 0 for an empty batch."""
    squares = tf.math.squared_difference(first, second)
    size = tf.cast(tf.size(squares), squares.dtype)
    return tf.math.divide_no_nan(tf.reduce_sum(squares), size)
