"""Perplexity and codebook usage, over everything seen since the metric was reset."""

import keras
import tensorflow as tf


class CodeCounts(keras.metrics.Metric):
    """Base of `Perplexity` and `CodebookUsage`: counts of each code.

    Counts add up over batches (and replicas): the figure of an epoch is that of all its
    codes together, not the mean of the batches' figures, which is lower. With several
    codebooks the last axis of a codemap tells them apart, and each is counted by
    itself.
    """

    def __init__(self, codebook_size, codebooks=1, name=None, **kwargs):
        super().__init__(name=name, **kwargs)
        self.codebook_size = codebook_size
        self.codebooks = codebooks
        self.counts = self.add_variable(
            shape=(codebooks * codebook_size,), initializer="zeros", name="counts"
        )

    def update_state(self, codemap, sample_weight=None):
        # Codes of one codebook after those of another: numbers that none shares.
        codes = tf.reshape(codemap, [-1, self.codebooks])
        first = self.codebook_size * tf.range(self.codebooks, dtype=codes.dtype)
        codes = tf.reshape(codes + first, [-1])
        self.counts.assign_add(
            tf.math.unsorted_segment_sum(
                tf.ones_like(codes, tf.float32), codes, self.counts.shape[0]
            )
        )

    def get_config(self):
        return {
            **super().get_config(),
            "codebook_size": self.codebook_size,
            "codebooks": self.codebooks,
        }


@keras.saving.register_keras_serializable(package="vqkeras")
class Perplexity(CodeCounts):
    """Exponential of the entropy of the codes seen: the effective number of codes.

    Of several codebooks the geometric mean: that of the mean entropy.

    Args:
        codebook_size: Number of codewords.
        codebooks: Number of codebooks. Defaults to `1`.
        name: Defaults to `"perplexity"`.

    Call arguments:
        codemap: Int tensor of any shape; with several codebooks its last axis is
            `codebooks`.

    Returns:
        Float in [1, codebook_size]; 1 before any code.

    Example:

    >>> float(Perplexity(8)([[0, 1], [2, 3]]))
    4.0
    """

    def __init__(self, codebook_size, codebooks=1, name="perplexity", **kwargs):
        super().__init__(codebook_size, codebooks, name=name, **kwargs)

    def result(self):
        counts = tf.reshape(self.counts, [self.codebooks, self.codebook_size])
        shares = tf.math.divide_no_nan(counts, tf.reduce_sum(counts, 1, keepdims=True))
        entropies = -tf.reduce_sum(tf.math.xlogy(shares, shares), axis=1)
        return tf.exp(tf.reduce_mean(entropies))


@keras.saving.register_keras_serializable(package="vqkeras")
class CodebookUsage(CodeCounts):
    """Share of the codebook, or of all codebooks, that was used at least once.

    Args:
        codebook_size: Number of codewords.
        codebooks: Number of codebooks. Defaults to `1`.
        name: Defaults to `"codebook_usage"`.

    Call arguments:
        codemap: Int tensor of any shape; with several codebooks its last axis is
            `codebooks`.

    Returns:
        Float in [0, 1].

    Example:

    >>> float(CodebookUsage(8)([[0, 1], [1, 1]]))
    0.25
    """

    def __init__(self, codebook_size, codebooks=1, name="codebook_usage", **kwargs):
        super().__init__(codebook_size, codebooks, name=name, **kwargs)

    def result(self):
        is_used = tf.convert_to_tensor(self.counts) > 0.0
        return tf.reduce_mean(tf.cast(is_used, tf.float32))
