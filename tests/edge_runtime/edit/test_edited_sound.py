"""An edited sound: its parts equal those of the whole, and the original stays."""

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.edit.edited_sound import EditedSound


@pytest.fixture
def sound():
    return AudioFile(np.arange(20, dtype=np.int16).reshape(10, 2), 8000, "PCM_16")


def test_nothing_is_copied_before_something_changes(sound):
    assert EditedSound(sound).whole is sound


def test_parts_equal_those_of_the_whole_before_and_after_it_was_copied(sound):
    edited, before = EditedSound(sound), sound.samples.copy()
    edited.put(2, np.full((3, 2), 50, np.int16))
    edited.put(4, np.full((2, 2), 60, np.int16))
    expected = before.copy()
    expected[2:4], expected[4:6] = 50, 60
    for _ in range(2):
        for first, end in ((0, 3), (3, 5), (5, 9), (7, 7)):
            assert np.array_equal(edited.part(first, end).samples, expected[first:end])
        assert np.array_equal(edited.whole.samples, expected)
    edited.put(0, np.full((1, 2), 70, np.int16))
    expected[0] = 70
    assert np.array_equal(edited.part(0, 10).samples, expected)
    assert np.array_equal(edited.whole.samples, expected)
    assert np.array_equal(sound.samples, before)


def test_a_part_holds_nothing_but_itself(sound):
    edited = EditedSound(sound)
    edited.put(0, np.zeros((4, 2), np.int16))
    assert edited.part(1, 3).samples.base is None
