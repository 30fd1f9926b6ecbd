"""Some of an edit, and the change alone."""

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.edit.mix import change_alone, mixed

TYPES = {
    "PCM_U8": (np.uint8, 0, 255),
    "PCM_16": (np.int16, -(2**15), 2**15 - 1),
    "PCM_24": (np.int32, -(2**23), 2**23 - 1),
    "PCM_32": (np.int32, -(2**31), 2**31 - 1),
}


@pytest.mark.parametrize("subtype", TYPES)
def test_a_mix_lies_between_its_sounds_and_the_change_adds_up(subtype):
    dtype, low, high = TYPES[subtype]
    rng = np.random.default_rng(1)
    before, after = (
        AudioFile(
            rng.integers(low, high, (500, 2), endpoint=True, dtype=dtype), 8000, s
        )
        for s in (subtype, subtype)
    )
    assert mixed(before, after, 1.0) is after
    np.testing.assert_array_equal(mixed(before, after, 0.0).samples, before.samples)
    half = mixed(before, after, 0.5).samples.astype(np.int64)
    exact = (before.samples.astype(np.int64) + after.samples) / 2
    np.testing.assert_array_equal(half, np.floor(exact + 0.5))
    assert half.min() >= low and half.max() <= high
    change = change_alone(before, after)
    summed = before.samples + change.samples.astype(np.float64) * before.full_scale
    np.testing.assert_array_equal(summed, after.samples)


def test_floats_are_mixed_in_doubles():
    rng = np.random.default_rng(2)
    before, after = (
        AudioFile(rng.normal(size=(500, 1)).astype(np.float32), 8000, "FLOAT")
        for _ in range(2)
    )
    old, new = before.samples.astype(np.float64), after.samples.astype(np.float64)
    expected = (old + (new - old) * 0.3).astype(np.float32)
    np.testing.assert_array_equal(mixed(before, after, 0.3).samples, expected)
    change = change_alone(before, after)
    assert change.subtype == "DOUBLE"
    summed = (old + change.samples).astype(np.float32)
    np.testing.assert_array_equal(summed, after.samples)
