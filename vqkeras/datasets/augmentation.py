"""Sounds made of the sounds there are: another level, two notes at once."""

from __future__ import annotations

import math

import tensorflow as tf

# Share of a batch whose level is changed.
GAIN_SHARE = 0.5


def augmented(
    batches: tf.data.Dataset,
    *,
    gain_db: tuple[float, float] | None,
    mix_share: float,
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
        mix_share: Share of the examples to which the next of the batch is added, as
            power: phases are as good as random.
        floor_db: Level of the value 0, in dB.
        seed: Of all draws.
        first_batch: Number of the stream's first batch.

    Returns:
        Batches of the same shape. What is at the floor stays there, unless a sound is
        added to it.
    """
    if gain_db is None and not mix_share:
        return batches

    def change(number: tf.Tensor, batch: tf.Tensor) -> tf.Tensor:
        if gain_db is not None:
            batch = with_gain(batch, gain_db, floor_db, [seed, number])
        if mix_share:
            # Another seed than the gain's, or the same examples would be chosen.
            batch = with_mix(batch, mix_share, floor_db, [seed + 1, number])
        return batch

    numbered = batches.enumerate(start=first_batch)
    return numbered.map(change).prefetch(2)


def with_gain(
    batch: tf.Tensor, gain_db: tuple[float, float], floor_db: float, seed: object
) -> tf.Tensor:
    """Change the level of half of the examples, each by its own gain."""
    chosen, amount = _draw(batch, seed)
    low, high = (gain / -floor_db for gain in gain_db)
    shift = tf.where(chosen < GAIN_SHARE, low + (high - low) * amount, 0.0)
    return tf.where(batch > 0.0, tf.clip_by_value(batch + shift, 0.0, 1.0), 0.0)


def with_mix(
    batch: tf.Tensor, share: float, floor_db: float, seed: object
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


def _draw(batch: tf.Tensor, seed: object) -> tuple[tf.Tensor, tf.Tensor]:
    """Two numbers in [0, 1) for each example, of shape `(batch, 1, 1, 1)`."""
    seed = tf.stack([tf.cast(part, tf.int64) for part in seed])
    drawn = tf.random.stateless_uniform((2, tf.shape(batch)[0], 1, 1, 1), seed)
    return drawn[0], drawn[1]
