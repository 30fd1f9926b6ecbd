"""Batches of masked codemaps: entered anywhere, the stream is the same."""

import numpy as np

from vqkeras.priors.crops import judged_crops, masked_crops

CODES = np.arange(3 * 30 * 4, dtype=np.uint16).reshape(3, 30, 4)


def stream(first_batch=0, **changes):
    options = {"batch_size": 2, "crop_cells": 12, "seed": 0} | changes
    batches = masked_crops(CODES, first_batch=first_batch, **options)
    return [tuple(part.numpy() for part in batch) for batch in batches.take(4)]


def test_a_stream_entered_later_goes_on_as_it_would():
    whole, later = stream(), stream(first_batch=2)
    for (codes, hidden), (codes_again, hidden_again) in zip(
        whole[2:], later, strict=False
    ):
        np.testing.assert_array_equal(codes, codes_again)
        np.testing.assert_array_equal(hidden, hidden_again)
    assert any((a[0] != b[0]).any() for a, b in zip(whole, stream(seed=1), strict=True))


def test_crops_are_pieces_of_the_maps():
    for codes, hidden in stream():
        assert codes.shape == hidden.shape == (2, 12, 4)
        assert codes.dtype == np.int32 and hidden.dtype == np.bool_
        np.testing.assert_array_equal(np.diff(codes.reshape(2, -1)), 1)


def test_short_maps_are_taken_whole():
    codes, _ = stream(crop_cells=99)[0]
    assert codes.shape == (2, 30, 4)


def test_what_is_judged_is_the_same_every_time():
    def all_of():
        batches = judged_crops(CODES, batch_size=2, crop_cells=10, seed=3)
        codes, hidden = zip(*batches.as_numpy_iterator(), strict=True)
        return np.concatenate(codes), np.concatenate(hidden)

    codes, hidden = all_of()
    np.testing.assert_array_equal(codes, CODES[:, 10:20])
    np.testing.assert_array_equal(hidden, all_of()[1])
    assert hidden.any(axis=(1, 2)).all()
