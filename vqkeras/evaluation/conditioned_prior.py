"""A learned prior that sees more of visible cells than their codes."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from vqkeras.model.code_prior import CodePrior
from vqkeras.model.prior_shape import SHAPE


class ConditionedPrior:
    """A copy of a prior with further inputs, which goes on learning.

    The weights that the further inputs meet begin at 0: whatever they hold, at first it
    says what the prior says.

    Args:
        prior: Of a preset; it stays as it is.
        channels: Further values of each cell.
        steps: Of the training: the learning rate rises for a tenth of them, then falls
            to 0.
        learning_rate: The highest.
        weight_decay: Of AdamW.

    Attributes:
        network: The copy.
    """

    def __init__(
        self,
        prior: CodePrior,
        channels: int,
        *,
        steps: int,
        learning_rate: float,
        weight_decay: float,
    ) -> None:
        self.network = _widened(prior, channels)
        # From 0: Adam's first steps are large, and would undo some of what is learned.
        rising = max(1, steps // 10)
        rate = keras.optimizers.schedules.CosineDecay(
            *(0.0, steps - rising), warmup_target=learning_rate, warmup_steps=rising
        )
        self._optimizer = keras.optimizers.AdamW(rate, weight_decay=weight_decay)
        self._optimizer.build(self.network.trainable_weights)

    def hidden_logits(self, codemap: Any, hidden: Any, known: Any) -> Any:
        """Logits of the hidden cells of a batch, one after the other.

        Args:
            codemap: int32 codes, `(batch, map_frames, map_bins)`.
            hidden: bool, the same shape. Neither the codes nor the further inputs of
                hidden cells are seen.
            known: The further inputs, float32, `(batch, map_frames, map_bins,
                channels)`.

        Returns:
            `(hidden cells, codebook_size)`.
        """
        network = self.network
        visible = tf.cast(~tf.convert_to_tensor(hidden), tf.float32)[..., tf.newaxis]
        quantized = tf.gather(network.codebook, codemap) * visible
        seen = tf.concat([visible, known * visible], axis=-1)
        features = tf.boolean_mask(network.features(quantized, seen), hidden)
        # There are many codes and few such cells.
        return network.head(features[tf.newaxis, tf.newaxis])[0, 0]

    @tf.function(reduce_retracing=True)
    def hidden_bits(self, codemap: Any, hidden: Any, known: Any) -> Any:
        """Bits that the hidden cells of a batch take, one after the other.

        Args:
            codemap: As for `hidden_logits`; so are the others.
        """
        logits = self.hidden_logits(codemap, hidden, known)
        codes = tf.boolean_mask(codemap, hidden)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(codes, logits)
        return losses / tf.math.log(2.0)

    @tf.function(reduce_retracing=True)
    def learn(self, codemap: Any, hidden: Any, known: Any) -> None:
        """Take one step.

        Args:
            codemap: As for `hidden_logits`; so are the others.
        """
        weights = self.network.trainable_weights
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(self.hidden_bits(codemap, hidden, known))
        gradients = tape.gradient(loss, weights)
        self._optimizer.apply_gradients(zip(gradients, weights, strict=True))


def _widened(prior: CodePrior, channels: int) -> CodePrior:
    """A copy whose first convolution has more inputs, with weights of 0."""
    size, dim = prior.codebook_size, prior.codebook_dim
    bins = prior.rows.offset.shape[2]
    wide = CodePrior(size, dim, **{name: getattr(prior, name) for name in SHAPE})
    wide.build([(None, None, bins, dim), (None, None, bins, 1 + channels)])
    for old, new in zip(prior.weights, wide.weights, strict=True):
        values = np.zeros(new.shape, np.float32)
        values[tuple(map(slice, old.shape))] = np.asarray(old)
        new.assign(values)
    return wide
