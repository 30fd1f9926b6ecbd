"""The VQ-VAE: encoder, quantizer, decoder, trained together (sections 2.3 and 2.4)."""

import keras
import tensorflow as tf

from edge_runtime.spectrogram.features import silence
from vqkeras.layers.code_metrics import CodebookUsage, Perplexity
from vqkeras.model.of_preset import OfPreset
from vqkeras.model.spectrogram_losses import (
    spectral_losses,
    spread_from_raw,
    spread_losses,
)

_OF_SPREAD = ("spread_loss", "within_one_spread", "within_two_spreads")


@keras.saving.register_keras_serializable(package="vqkeras")
class VQVAE(OfPreset, keras.Model):
    """Vector-quantized autoencoder: input to codemap and back.

    Trained with `fit` on batches of inputs alone. The loss is eq. 2 with weights:

        loss = reconstruction_loss / data_variance
               + log_spectral_cost * log_spectral_loss / sqrt(data_variance)
               + quantizer.codebook_cost * codebook_loss
               + commitment_cost * commitment_loss
               + spread_cost * spread_loss

    Dividing by the data's variance lets one commitment cost serve all data. Reported,
    in training and validation alike and each unweighted: `loss`, `reconstruction_loss`
    (mean squared error), `log_spectral_loss` (per frame the root of the mean squared
    error, averaged: of spectrograms in dB the log-spectral distance, in which a quiet
    frame counts as much as a loud one), `codebook_loss`, `commitment_loss`, and
    `perplexity` and `codebook_usage` over all codes of the epoch.

    With a `spread_cost` the decoder has twice the channels: the second half says, raw,
    how far the first is expected to be from the truth (see
    `edge_runtime.spectrogram.spread`).
    `spread_loss` is the negative logarithm of a Gaussian likelihood; the squared error
    in it is a constant to the gradient, so that the mean learns what it would without.
    Also reported: the shares of values within one and within two spreads of the mean,
    `within_one_spread` (0.68 of Gaussian errors) and `within_two_spreads` (0.95).

    Where the first channel is a level and the others say something of what sounds, as
    `magnitude_if` has it, `weighted_by_first_channel` multiplies the squared errors of
    the others by the level: where nothing sounds they do not count. `log_spectral_loss`
    is then of the first channel alone.

    Inputs of any size come back at their own size: they are padded with silence at the
    end to the next size the encoder covers, and the output is cropped.

    Args:
        encoder: Layer with `time_stride`, `freq_stride` and `covered_sizes`.
        quantizer: `VectorQuantizer`, `VectorQuantizerEMA`, `ResidualVectorQuantizer`:
            then a codemap has one axis more, of the codes of a cell; or `Unquantized`:
            then there are no codes and no figures of them.
        decoder: Layer, the mirror of `encoder`.
        commitment_cost: Weight of the commitment loss, beta of eq. 2. Defaults to
            `0.25`.
        log_spectral_cost: Weight of the log-spectral loss. Defaults to `0.0`.
        spread_cost: Weight of the spread loss; 0: the decoder gives no spread.
            Defaults to `0.0`.
        data_variance: Variance of the training data, of its first channel. Defaults to
            `1.0`.
        weighted_by_first_channel: Whether errors of the other channels count as much as
            the first one sounds. Defaults to `False`.

    Call arguments:
        inputs: Float tensor of shape `(batch, frames, bins, channels)`.
        training: Whether the codebook and running statistics move.
        details: Whether to return a dict, the quantizer's outputs, `reconstruction` and
            `spread` if there is one, in place of the reconstruction alone.

    Output shape:
        Same as the input.

    Raises:
        ValueError: If a cost is negative or `data_variance` not positive.

    Example:

    >>> from vqkeras.layers import ConvDecoder, ConvEncoder, VectorQuantizerEMA
    >>> sizes = {"channels": [4], "strides": [[2, 2]]}
    >>> model = VQVAE(
    ...     ConvEncoder(**sizes, codebook_dim=2),
    ...     VectorQuantizerEMA(8),
    ...     ConvDecoder(**sizes),
    ... )
    >>> model(keras.ops.zeros((1, 7, 9, 1))).shape
    TensorShape([1, 7, 9, 1])
    >>> model.encode_codemap(keras.ops.zeros((1, 7, 9, 1))).shape
    TensorShape([1, 4, 5])
    """

    def __init__(
        self,
        encoder,
        quantizer,
        decoder,
        *,
        commitment_cost=0.25,
        log_spectral_cost=0.0,
        spread_cost=0.0,
        data_variance=1.0,
        weighted_by_first_channel=False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if commitment_cost < 0.0:
            raise ValueError(
                f"`commitment_cost` must be 0 or more. Received: {commitment_cost}."
            )
        if log_spectral_cost < 0.0:
            raise ValueError(
                f"`log_spectral_cost` must be 0 or more. Received: {log_spectral_cost}."
            )
        if spread_cost < 0.0:
            raise ValueError(
                f"`spread_cost` must be 0 or more. Received: {spread_cost}."
            )
        if data_variance <= 0.0:
            raise ValueError(
                f"`data_variance` must be positive. Received: {data_variance}."
            )
        self.encoder = encoder
        self.quantizer = quantizer
        self.decoder = decoder
        self.commitment_cost = float(commitment_cost)
        self.log_spectral_cost = float(log_spectral_cost)
        self.spread_cost = float(spread_cost)
        self.data_variance = float(data_variance)
        self.weighted_by_first_channel = bool(weighted_by_first_channel)
        self.loss_means = {
            name: keras.metrics.Mean(name)
            for name in (
                "loss",
                "reconstruction_loss",
                "log_spectral_loss",
                "codebook_loss",
                "commitment_loss",
                *(_OF_SPREAD if spread_cost else ()),
            )
        }
        self.code_metrics = []
        if quantizer.codebook_size is not None:
            sizes = quantizer.codebook_size, quantizer.codebooks
            self.code_metrics = [Perplexity(*sizes), CodebookUsage(*sizes)]

    def build(self, input_shape):
        batch, frames, bins, channels = input_shape
        frames, bins = (
            size and covered
            for size, covered in zip(
                (frames, bins),
                self.encoder.covered_sizes(frames or 1, bins or 1),
                strict=True,
            )
        )
        shape = (batch, frames, bins, channels)
        if not self.encoder.built:
            self.encoder.build(shape)
        latents_shape = self.encoder.compute_output_shape(shape)
        for part in (self.quantizer, self.decoder):
            if not part.built:
                part.build(latents_shape)

    def call(self, inputs, training=None, details=False):
        latents = self.encoder(self._pad(inputs), training=training)
        outputs = self.quantizer(latents, training=training)
        decoded = self.decoder(outputs["quantized"], training=training)
        sizes = tf.shape(inputs)
        cropped = decoded[:, : sizes[1], : sizes[2]]
        cropped = tf.ensure_shape(cropped, [*inputs.shape[:3], None])
        reconstruction = cropped[..., : inputs.shape[-1]]
        if not details:
            return reconstruction
        outputs = {**outputs, "reconstruction": reconstruction}
        if self.spread_cost:
            outputs["spread"] = spread_from_raw(cropped[..., inputs.shape[-1] :])
        return outputs

    @property
    def has_spread(self) -> bool:
        """Whether the decoder says how far it expects to be from the truth."""
        return self.spread_cost > 0.0

    def encode_codemap(self, inputs):
        """Codemap of a batch: int32, `(batch, map_frames, map_bins)`."""
        inputs = tf.convert_to_tensor(inputs, tf.float32)
        return self.quantizer.codes_of(self.encoder(self._pad(inputs), training=False))

    def decode_codemap(self, codemap, frames=None, bins=None):
        """Decode a batch of codemaps.

        Args:
            codemap: Int array of shape `(batch, map_frames, map_bins)`.
            frames: Crop to this many frames. Defaults to all.
            bins: Crop to this many bins. Defaults to all.

        Returns:
            Float tensor of shape `(batch, frames, bins, channels)`; with a spread of
            twice the channels, the second half raw.
        """
        quantized = self.quantizer.codewords_of(codemap)
        return self.decoder(quantized, training=False)[:, :frames, :bins]

    def train_step(self, data):
        inputs, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            outputs = self(inputs, training=True, details=True)
            losses = self.losses_of(inputs, outputs)
            # Gradients are summed over replicas, so each takes its share of the loss.
            replicas = tf.distribute.get_strategy().num_replicas_in_sync
            loss = self.optimizer.scale_loss(losses["loss"] / replicas)
        weights = self.trainable_weights
        self.optimizer.apply_gradients(
            zip(tape.gradient(loss, weights), weights, strict=True)
        )
        return self.report(losses, outputs)

    def test_step(self, data):
        inputs, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        outputs = self(inputs, training=False, details=True)
        return self.report(self.losses_of(inputs, outputs), outputs)

    @property
    def metrics(self):
        return [*self.loss_means.values(), *self.code_metrics]

    def losses_of(self, inputs, outputs):
        losses = {
            **spectral_losses(
                inputs,
                outputs["reconstruction"],
                weighted_by_first_channel=self.weighted_by_first_channel,
            ),
            "codebook_loss": outputs["codebook_loss"],
            "commitment_loss": outputs["commitment_loss"],
        }
        losses["loss"] = (
            losses["reconstruction_loss"] / self.data_variance
            + self.log_spectral_cost
            * losses["log_spectral_loss"]
            / self.data_variance**0.5
            + self.quantizer.codebook_cost * losses["codebook_loss"]
            + self.commitment_cost * losses["commitment_loss"]
        )
        if self.spread_cost:
            losses |= spread_losses(
                inputs, outputs["reconstruction"], outputs["spread"]
            )
            losses["loss"] += self.spread_cost * losses["spread_loss"]
        return losses

    def report(self, losses, outputs):
        batch = tf.shape(outputs["quantized"])[0]
        # A replica may get nothing of a small batch; the mean of nothing is no number.
        has_any = tf.cast(batch > 0, tf.float32)
        for name, mean in self.loss_means.items():
            loss = tf.math.multiply_no_nan(losses[name], has_any)
            mean.update_state(loss, sample_weight=batch)
        for metric in self.code_metrics:
            metric.update_state(outputs["codemap"])
        return self.get_metrics_result()

    def _pad(self, inputs):
        sizes = tf.shape(inputs)[1:3]
        frames, bins = (
            sizes[axis] if inputs.shape[1 + axis] is None else inputs.shape[1 + axis]
            for axis in range(2)
        )
        covered_frames, covered_bins = self.encoder.covered_sizes(frames, bins)
        end = [[0, covered_frames - frames], [0, covered_bins - bins]]
        silent = silence((inputs.shape[-1],))
        return tf.pad(inputs - silent, [[0, 0], *end, [0, 0]]) + silent

    def get_config(self):
        parts = {
            name: keras.saving.serialize_keras_object(getattr(self, name))
            for name in ("encoder", "quantizer", "decoder")
        }
        return {
            **super().get_config(),
            **parts,
            "commitment_cost": self.commitment_cost,
            "log_spectral_cost": self.log_spectral_cost,
            "spread_cost": self.spread_cost,
            "data_variance": self.data_variance,
            "weighted_by_first_channel": self.weighted_by_first_channel,
        }

    @classmethod
    def from_config(cls, config):
        parts = {
            name: keras.saving.deserialize_keras_object(config[name])
            for name in ("encoder", "quantizer", "decoder")
        }
        return cls(**{**config, **parts})
