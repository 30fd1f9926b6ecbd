"""The network of the learned prior: hidden codes from the visible ones."""

import keras
import tensorflow as tf

from vqkeras.layers.dilated_block import DilatedBlock
from vqkeras.layers.linear_attention import LinearAttention
from vqkeras.layers.replicas import sum_over_replicas
from vqkeras.layers.row_offset import RowOffset
from vqkeras.model.prior_shape import ATTENTION_HEADS, ATTENTION_REACH


@keras.saving.register_keras_serializable(package="vqkeras")
class CodePrior(keras.Model):
    """Tells the hidden codes of a codemap from the visible ones, in one pass.

    Masked-code prediction, as MaskGIT (Chang et al., 2022,
    https://arxiv.org/abs/2202.04200) and VampNet (Garcia et al., 2023,
    https://arxiv.org/abs/2307.04686) have it, by convolutions and, where asked for,
    linear attention (section 7.2): what a cell sees is bounded, so windows of a long
    sound give what the whole gives.

    Args:
        codebook_size: Number of codewords.
        codebook_dim: Length of a codeword.
        units: Channels inside.
        dilations: `[time, freq]` of each residual block.
        attention_heads: Heads of an attention after every second block. Defaults to
            `0`: convolutions alone.
        attention_reach: Cells along time, to each side, that it asks. Defaults to
            `8`.

    Attributes:
        codebook: Codewords, not trained: set them from the codec.
        scale: What brings codewords to unit deviation; not trained.

    Call arguments:
        inputs: Pair of float tensors: codewords `(batch, map_frames, map_bins,
            codebook_dim)`, 0 in hidden cells; and flags `(batch, map_frames, map_bins,
            1)`, 1 in visible cells and 0 in hidden ones. A network that was built with
            more channels of these sees more of visible cells than their codes.

    Output shape:
        `(batch, map_frames, map_bins, codebook_size)`: logits.

    Example:

    >>> prior = CodePrior(4, 2, units=3, dilations=[(1, 1)])
    >>> cells = keras.ops.zeros((1, 5, 6, 2)), keras.ops.ones((1, 5, 6, 1))
    >>> tuple(prior(cells).shape)
    (1, 5, 6, 4)
    >>> prior.reach
    2
    """

    def __init__(
        self,
        codebook_size,
        codebook_dim,
        *,
        units,
        dilations,
        attention_heads=ATTENTION_HEADS,
        attention_reach=ATTENTION_REACH,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.codebook_size = codebook_size
        self.codebook_dim = codebook_dim
        self.units = units
        self.dilations = [tuple(pair) for pair in dilations]
        self.first = keras.layers.Conv2D(units, 3, padding="same")
        self.rows = RowOffset()
        self.attention_heads = attention_heads
        self.attention_reach = attention_reach
        self.blocks = []
        for number, pair in enumerate(self.dilations, start=1):
            self.blocks.append(DilatedBlock(pair))
            if attention_heads and number % 2 == 0:
                self.blocks.append(LinearAttention(attention_heads, attention_reach))
        self.head = keras.layers.Conv2D(codebook_size, 1)
        self.means = {
            name: keras.metrics.Mean(name)
            for name in ("loss", "bits_per_code", "code_accuracy")
        }

    @property
    def reach(self) -> int:
        """How many cells along time, to each side, a cell's logits depend on."""
        asked = self.attention_reach * (len(self.blocks) - len(self.dilations))
        return 1 + sum(time for time, _ in self.dilations) + asked

    def build(self, input_shape):
        cells, flags = input_shape
        self.codebook = self.add_weight(
            shape=(self.codebook_size, self.codebook_dim),
            initializer="zeros",
            trainable=False,
            name="codebook",
        )
        self.scale = self.add_weight(
            shape=(), initializer="ones", trainable=False, name="scale"
        )
        self.first.build((*cells[:-1], self.codebook_dim + flags[-1]))
        inner = (*cells[:-1], self.units)
        for layer in (self.rows, *self.blocks, self.head):
            layer.build(inner)

    def set_codebook(self, codebook):
        """Take the codewords of a codec, array `(codebook_size, codebook_dim)`."""
        self.codebook.assign(codebook)
        self.scale.assign(1.0 / codebook.std())

    def call(self, inputs):
        return self.head(self.features(*inputs))

    def features(self, quantized, visible):
        """What the network knows of each cell, before it is spread over the codes."""
        hidden = self.first(tf.concat([quantized * self.scale, visible], axis=-1))
        hidden = self.rows(hidden)
        for block in self.blocks:
            hidden = block(hidden)
        return tf.nn.relu(hidden)

    def logits_of(self, codemap, hidden):
        """Logits of codemaps, int `(batch, map_frames, map_bins)`, where hidden."""
        visible = tf.cast(~hidden, tf.float32)[..., tf.newaxis]
        return self((tf.gather(self.codebook, codemap) * visible, visible))

    def losses_of(self, codemap, hidden):
        """Cross-entropy and right guesses over the hidden cells of a batch."""
        visible = tf.cast(~hidden, tf.float32)[..., tf.newaxis]
        quantized = tf.gather(self.codebook, codemap) * visible
        # Logits of the hidden cells alone: there are many codes and few such cells.
        features = tf.boolean_mask(self.features(quantized, visible), hidden)
        logits = self.head(features[tf.newaxis, tf.newaxis])[0, 0]
        codes = tf.boolean_mask(codemap, hidden)
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(codes, logits)
        )
        guesses = tf.argmax(logits, axis=-1, output_type=codes.dtype)
        return {
            "loss": loss,
            "bits_per_code": loss / tf.math.log(2.0),
            "code_accuracy": tf.reduce_mean(tf.cast(guesses == codes, tf.float32)),
        }

    def train_step(self, data):
        codemap, hidden = data
        with tf.GradientTape() as tape:
            losses = self.losses_of(codemap, hidden)
            # Gradients are summed over replicas, so each takes its share of the loss:
            # of the hidden cells.
            count = tf.cast(tf.math.count_nonzero(hidden), tf.float32)
            (total,) = sum_over_replicas([count])
            loss = self.optimizer.scale_loss(losses["loss"] * (count / total))
        weights = self.trainable_weights
        self.optimizer.apply_gradients(
            zip(tape.gradient(loss, weights), weights, strict=True)
        )
        return self.report(losses, hidden)

    def test_step(self, data):
        codemap, hidden = data
        return self.report(self.losses_of(codemap, hidden), hidden)

    def report(self, losses, hidden):
        count = tf.math.count_nonzero(hidden)
        # A replica may get nothing of a small batch; the mean of nothing is no number.
        has_any = tf.cast(count > 0, tf.float32)
        for name, mean in self.means.items():
            loss = tf.math.multiply_no_nan(losses[name], has_any)
            mean.update_state(loss, sample_weight=count)
        return self.get_metrics_result()

    @property
    def metrics(self):
        return list(self.means.values())

    def get_config(self):
        return {
            **super().get_config(),
            "codebook_size": self.codebook_size,
            "codebook_dim": self.codebook_dim,
            "units": self.units,
            "dilations": self.dilations,
            "attention_heads": self.attention_heads,
            "attention_reach": self.attention_reach,
        }
