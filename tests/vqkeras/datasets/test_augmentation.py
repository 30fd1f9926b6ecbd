import numpy as np
import pytest
import tensorflow as tf

from vqkeras.datasets.augmentation import augmented, with_gain, with_mix

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


@pytest.mark.parametrize("options", [{}, {"gain_db": (-9.0, 0.0)}, {"mix_share": 0.5}])
def test_a_stream_can_be_entered_anywhere(options):
    examples = np.random.default_rng(1).uniform(size=(6, 8, 4, 5, 1)).astype("f4")
    options = {"gain_db": None, "mix_share": 0.0, **options}

    def stream(first_batch):
        source = tf.data.Dataset.from_tensor_slices(examples[first_batch:])
        changed = augmented(
            source, floor_db=FLOOR_DB, seed=7, first_batch=first_batch, **options
        )
        return np.stack(list(changed.as_numpy_iterator()))

    whole = stream(0)
    assert whole.shape == examples.shape
    np.testing.assert_array_equal(stream(4), whole[4:])
    is_changed = options["gain_db"] is not None or options["mix_share"] > 0
    assert (whole != examples).any() == is_changed
