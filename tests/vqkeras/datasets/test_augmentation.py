import numpy as np
import pytest
import tensorflow as tf

from vqkeras.datasets.augmentation import (
    augmented,
    with_gain,
    with_masks,
    with_mix,
    with_pitch,
)

FLOOR_DB = -80.0


def scaled(db):
    return 1.0 - np.asarray(db, np.float32) / np.float32(FLOOR_DB)


def batch_of(levels_db):
    """One example of 4 x 5 values at each level."""
    levels = scaled(levels_db)[:, None, None, None]
    return np.broadcast_to(levels, (len(levels_db), 4, 5, 1)).astype(np.float32)


def test_a_gain_moves_half_of_the_examples_as_a_whole():
    batch = batch_of([-40.0] * 400)
    changed = np.asarray(with_gain(batch, (-20.0, 8.0), FLOOR_DB, [0, 3]))
    shift_db = 80.0 * (changed - batch)
    np.testing.assert_array_equal(np.ptp(shift_db, axis=(1, 2, 3)), 0.0)
    shift_db = shift_db[:, 0, 0, 0]
    assert 150 < (shift_db != 0.0).sum() < 250
    assert -20.0 <= shift_db.min() < -18.0 and 6.0 < shift_db.max() <= 8.0


def test_the_floor_stays_and_the_ends_hold():
    batch = batch_of([-80.0, -79.0, -1.0] * 50)
    changed = np.asarray(with_gain(batch, (-40.0, 40.0), FLOOR_DB, [0, 0]))
    np.testing.assert_array_equal(changed[::3], 0.0)
    assert changed.min() >= 0.0 and changed.max() <= 1.0


def test_a_mix_adds_power():
    """Against the sum of the powers themselves."""
    rng = np.random.default_rng(0)
    batch = scaled(rng.uniform(-78.0, -5.0, (64, 4, 5, 1)))
    mixed = np.asarray(with_mix(batch, 0.999999, FLOOR_DB, [0, 0]))
    power = 10.0 ** (FLOOR_DB / 10.0 * (1.0 - batch.astype(np.float64)))
    expected = scaled(10.0 * np.log10(power + np.roll(power, 1, axis=0)))
    np.testing.assert_allclose(mixed, expected, atol=1e-5)


def test_silence_adds_nothing_and_full_scale_is_the_end():
    mixed = np.asarray(with_mix(batch_of([-80.0, -30.0]), 0.999999, FLOOR_DB, [0, 0]))
    np.testing.assert_allclose(mixed, batch_of([-30.0, -30.0]))
    silent = with_mix(batch_of([-80.0] * 2), 0.999999, FLOOR_DB, [0, 0])
    np.testing.assert_array_equal(silent, 0.0)
    loud = with_mix(batch_of([0.0] * 2), 0.999999, FLOOR_DB, [0, 0])
    np.testing.assert_array_equal(loud, 1.0)


def test_a_share_of_the_examples_is_mixed():
    batch = batch_of([-40.0] * 400)
    mixed = np.asarray(with_mix(batch, 0.3, FLOOR_DB, [0, 1]))[:, 0, 0, 0]
    gained_db = 80.0 * (mixed - batch[:, 0, 0, 0])
    assert 80 < (gained_db > 0).sum() < 160
    np.testing.assert_allclose(gained_db[gained_db > 0], 10 * np.log10(2), atol=1e-3)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"gain_db": (-9.0, 0.0)},
        {"pitch_semitones": 3.0},
        {"mix_share": 0.5},
        {"mask_share": 0.5},
    ],
)
def test_a_stream_can_be_entered_anywhere(options):
    examples = np.random.default_rng(1).uniform(size=(6, 8, 4, 5, 1)).astype("f4")
    is_changed = bool(options)
    none = {
        "gain_db": None,
        "pitch_semitones": 0.0,
        "mix_share": 0.0,
        "mask_share": 0.0,
    }
    options = none | options

    def stream(first_batch):
        source = tf.data.Dataset.from_tensor_slices(examples[first_batch:])
        changed = augmented(
            source, floor_db=FLOOR_DB, seed=7, first_batch=first_batch, **options
        )
        return np.stack(list(changed.as_numpy_iterator()))

    whole = stream(0)
    assert whole.shape == examples.shape
    np.testing.assert_array_equal(stream(4), whole[4:])
    assert (whole != examples).any() == is_changed


def test_a_pitch_moves_partials_and_nothing_else():
    """A partial at bin 20 lands at 20 times the ratio, in half of the examples."""
    batch = np.zeros((200, 3, 64, 1), np.float32)
    batch[:, :, 19:22] = np.array([0.4, 0.8, 0.4])[:, None]
    moved = np.asarray(with_pitch(batch, 6.0, [0, 4]))
    assert moved.shape == batch.shape
    centre = (moved * np.arange(64)[:, None]).sum((1, 2, 3)) / moved.sum((1, 2, 3))
    semitones = 12.0 * np.log2(centre / 20.0)
    assert 70 < (np.abs(semitones) > 1e-3).sum() < 130
    assert -6.1 < semitones.min() < -5.0 and 5.0 < semitones.max() < 6.1
    np.testing.assert_array_equal(moved[:, 0], moved[:, 1])
    still = np.abs(semitones) <= 1e-3
    np.testing.assert_allclose(moved[still], batch[still], atol=1e-6)


def test_nothing_sounds_above_what_was_there():
    batch = np.full((100, 2, 32, 1), 0.5, np.float32)
    moved = np.asarray(with_pitch(batch, 12.0, [0, 0]))
    assert ((moved == 0.0) | (moved <= 0.5)).all()
    lowered = moved[:, 0, -1, 0] == 0.0
    assert 10 < lowered.sum() < 45  # a quarter goes down


def test_masks_silence_a_span_and_a_band_of_a_share():
    batch = np.full((300, 40, 50, 1), 0.5, np.float32)
    masked = np.asarray(with_masks(batch, 0.3, [0, 7]))[..., 0]
    frames = (masked == 0.0).all(axis=2)
    bins = (masked == 0.0).all(axis=1)
    touched = frames.any(axis=1) | bins.any(axis=1)
    assert 60 < touched.sum() < 120
    assert frames.sum(axis=1).max() <= 10 and bins.sum(axis=1).max() <= 13
    for example, span, band in zip(masked, frames, bins, strict=True):
        np.testing.assert_array_equal(example == 0.0, span[:, None] | band)
        for axis in (span, band):
            assert np.abs(np.diff(np.pad(axis, 1).astype(int))).sum() in (
                0,
                2,
            )  # one run
    np.testing.assert_array_equal(masked[~touched], 0.5)
