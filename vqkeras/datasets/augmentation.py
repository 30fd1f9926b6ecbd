"""Data augmentation of sounds: level, pitch, two at once, parts left out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

# Share of a batch whose level is changed, and whose pitch is.
GAIN_SHARE = 0.5
PITCH_SHARE = 0.5
# Widest mask, as a share of the frames and of the bins.
MASKED = 0.25


def augmented(
    batches: tf.data.Dataset,
    *,
    gain_db: tuple[float, float] | None,
    pitch_semitones: float,
    mix_share: float,
    mask_share: float,
    floor_db: float,
    seed: int,
    first_batch: int,
) -> tf.data.Dataset:
    """Change the examples of an endless stream of spectrograms in decibels.

    Batch `k` is changed as the seed and `k` say, so that a stream entered anywhere is
    the same stream.

    Args:
        batches: Batches of shape `(batch, frames, bins, 1)`, in [0, 1]: 0 is
            `floor_db`, 1 is full scale.
        gain_db: Least and greatest change of level, in dB, of half of the examples.
            `None`: levels stay.
        pitch_semitones: Greatest change of pitch, up or down, of half of the examples;
            0: pitches stay.
        mix_share: Share of the examples to which the next of the batch is added, as
            power: phases are as good as random.
        mask_share: Share of the examples of which a span of frames and a band of bins
            fall silent (Park et al., 2019, https://arxiv.org/abs/1904.08779), in what
            is to be learned too.
        floor_db: Level of the value 0, in dB.
        seed: Of all draws.
        first_batch: Number of the stream's first batch.

    Returns:
        Batches of the same shape. What is at the floor stays there, unless a sound is
        added to it.
    """
    if gain_db is None and not (pitch_semitones or mix_share or mask_share):
        return batches

    def change(number: tf.Tensor, batch: tf.Tensor) -> tf.Tensor:
        if gain_db is not None:
            batch = with_gain(batch, gain_db, floor_db, [seed, number])
        # Each another seed, or the same examples would be chosen.
        if pitch_semitones:
            batch = with_pitch(batch, pitch_semitones, [seed + 2, number])
        if mix_share:
            batch = with_mix(batch, mix_share, floor_db, [seed + 1, number])
        if mask_share:
            batch = with_masks(batch, mask_share, [seed + 3, number])
        return batch

    numbered = batches.enumerate(start=first_batch)
    return numbered.map(change).prefetch(2)


def with_gain(
    batch: tf.Tensor, gain_db: tuple[float, float], floor_db: float, seed: Sequence[Any]
) -> tf.Tensor:
    """Change the level of half of the examples, each by its own gain."""
    chosen, amount = _draw(batch, seed)
    low, high = (gain / -floor_db for gain in gain_db)
    shift = tf.where(chosen < GAIN_SHARE, low + (high - low) * amount, 0.0)
    return tf.where(batch > 0.0, tf.clip_by_value(batch + shift, 0.0, 1.0), 0.0)


def with_pitch(batch: tf.Tensor, semitones: float, seed: Sequence[Any]) -> tf.Tensor:
    """Move the partials of half of the examples, each by its own interval.

    Bins are read at other places, between two neighbours in proportion: what another
    sample rate would do to frequencies, at the old speed. Nothing sounds above what was
    there.
    """
    chosen, amount = _draw(batch, seed)
    octaves = tf.where(chosen < PITCH_SHARE, (2.0 * amount - 1.0) * semitones / 12, 0.0)
    bins = tf.shape(batch)[2]
    places = tf.range(bins, dtype=tf.float32) / 2.0 ** octaves[:, 0, 0]
    below = tf.cast(places, tf.int32)
    silent = tf.pad(batch, [[0, 0], [0, 0], [0, 1], [0, 0]])
    by_bin = tf.transpose(silent, (0, 2, 1, 3))
    low, high = (
        tf.gather(by_bin, tf.minimum(below + step, bins), batch_dims=1)
        for step in (0, 1)
    )
    share = (places - tf.cast(below, tf.float32))[:, :, tf.newaxis, tf.newaxis]
    return tf.transpose(low + share * (high - low), (0, 2, 1, 3))


def with_masks(batch: tf.Tensor, share: float, seed: Sequence[Any]) -> tf.Tensor:
    """Silence a span of frames and a band of bins in a share of the examples."""
    chosen, _ = _draw(batch, seed)
    kept = chosen >= share
    for axis in (1, 2):
        size = tf.shape(batch)[axis]
        start, width = _draw(batch, [*seed[:-1], 2 * seed[-1] + axis])
        places = tf.range(size, dtype=tf.float32) / tf.cast(size, tf.float32)
        places = tf.reshape(places, (1, -1, 1, 1) if axis == 1 else (1, 1, -1, 1))
        width = MASKED * width
        start = (1.0 - width) * start
        outside = (places < start) | (places >= start + width)
        batch = tf.where(kept | outside, batch, 0.0)
    return batch


def with_mix(
    batch: tf.Tensor, share: float, floor_db: float, seed: Sequence[Any]
) -> tf.Tensor:
    """Add to a share of the examples the power of the next one."""
    chosen, _ = _draw(batch, seed)
    other = tf.where(chosen < share, tf.roll(batch, 1, axis=0), 0.0)
    nepers = -floor_db / 10.0 * math.log(10.0)  # of power, from 0 to 1
    louder, quieter = tf.maximum(batch, other), tf.minimum(batch, other)
    more = tf.math.log1p(tf.exp(nepers * (quieter - louder))) / nepers
    # The floor is silence: it adds nothing.
    mixed = louder + tf.where(quieter > 0.0, more, 0.0)
    return tf.minimum(mixed, 1.0)


def _draw(batch: tf.Tensor, seed: Sequence[Any]) -> tuple[tf.Tensor, tf.Tensor]:
    """Two numbers in [0, 1) for each example, of shape `(batch, 1, 1, 1)`."""
    seed = tf.stack([tf.cast(part, tf.int64) for part in seed])
    drawn = tf.random.stateless_uniform((2, tf.shape(batch)[0], 1, 1, 1), seed)
    return drawn[0], drawn[1]
