"""Losses of a reconstruction beside its original, and of the spread it promises."""

import tensorflow as tf

from edge_runtime.spectrogram.spread import BEND, LEAST_SPREAD

# Under the root of a frame's error, whose slope has no bound at 0. Of a spectrogram
# with a floor of -80 dB it is the square of 0.08 dB.
LEAST_SQUARE = 1e-6


def spectral_losses(inputs, reconstruction, *, weighted_by_first_channel):
    """Errors of a reconstruction, over all values and frame by frame.

    Args:
        inputs: Float tensor of shape `(batch, frames, bins, channels)`.
        reconstruction: Tensor of the same shape.
        weighted_by_first_channel: As of `VQVAE`.

    Returns:
        `reconstruction_loss` and `log_spectral_loss`, scalars, as `VQVAE` says.
    """
    squares = tf.math.squared_difference(inputs, reconstruction)
    spectral_squares = squares
    if weighted_by_first_channel:
        spectral_squares = squares[..., :1]
        weighted = inputs[..., :1] * squares[..., 1:]
        squares = tf.concat([spectral_squares, weighted], axis=-1)
    return {
        "reconstruction_loss": tf.reduce_mean(squares),
        "log_spectral_loss": tf.reduce_mean(
            tf.sqrt(tf.reduce_mean(spectral_squares, axis=(2, 3)) + LEAST_SQUARE)
        ),
    }


def spread_from_raw(raw):
    """`edge_runtime.spectrogram.spread.spread_from_raw`, for tensors."""
    return LEAST_SPREAD + 0.5 * (raw + tf.sqrt(tf.square(raw) + BEND**2))


def spread_losses(inputs, reconstruction, spread):
    """How well a spread tells the size of errors; the errors themselves stay as told.

    Args:
        inputs: Float tensor of shape `(batch, frames, bins, channels)`.
        reconstruction: Tensor of the same shape; no gradient goes there.
        spread: Tensor of the same shape, positive.

    Returns:
        `spread_loss`, `within_one_spread` and `within_two_spreads`, scalars, as `VQVAE`
        says.
    """
    errors = tf.stop_gradient(tf.abs(inputs - reconstruction)) / spread
    nlls = 0.5 * tf.square(errors) + tf.math.log(spread)
    return {
        "spread_loss": tf.reduce_mean(nlls),
        "within_one_spread": tf.reduce_mean(tf.cast(errors <= 1.0, tf.float32)),
        "within_two_spreads": tf.reduce_mean(tf.cast(errors <= 2.0, tf.float32)),
    }
