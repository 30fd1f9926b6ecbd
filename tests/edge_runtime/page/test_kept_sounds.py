"""Sounds that are kept: bounded in bytes and in time, the oldest first."""

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.page.answer import Refusal
from edge_runtime.page.kept_sounds import KeptSounds
from edge_runtime.page.limits import Limits


def sound():
    """One of 200 bytes that shares none of them."""
    return AudioFile(np.zeros((100, 1), np.int16), 8000, "PCM_16")


def gone(kept, name):
    with pytest.raises(Refusal, match="Send it again") as refused:
        kept.get(name)
    return refused.value.status == 410


def test_what_was_not_used_for_longest_goes_first():
    kept = KeptSounds(Limits(kept_bytes=600))
    names = [kept.keep(sound()) for _ in range(3)]
    assert kept.get(names[0]).duration and kept.held == 600
    more = kept.keep(sound())
    assert gone(kept, names[1]) and kept.held == 600
    for name in (names[0], names[2], more):
        assert kept.get(name).duration


def test_memory_is_flat_over_many_sounds():
    kept = KeptSounds(Limits(kept_bytes=1000))
    assert len({kept.keep(sound()) for _ in range(1000)}) == 1000
    assert kept.held == 1000


def test_what_is_not_used_is_forgotten_in_time():
    now = [0.0]
    kept = KeptSounds(Limits(kept_s=10.0), lambda: now[0])
    used, unused = kept.keep(sound()), kept.keep(sound())
    now[0] = 9.0
    kept.get(used)
    now[0] = 11.0
    assert gone(kept, unused) and kept.get(used).duration and kept.held == 200


def test_of_an_edited_sound_only_the_change_is_kept():
    kept = KeptSounds(Limits(kept_sounds=80))
    names = [kept.keep(sound())]
    expected = sound().samples
    for number in range(1, 71):
        part = AudioFile(np.full((1, 1), number, np.int16), 8000, "PCM_16")
        names.append(kept.keep_changed(names[-1], number, part))
        expected[number] = number
        if number == 60:
            assert kept.held == 200 + 60 * 2
    np.testing.assert_array_equal(kept.get(names[-1]).samples, expected)
    assert not kept.get(names[0]).samples.any()
    for _ in range(80):  # what it was made from may go, and it stays what it is
        kept.get(names[60])
        kept.keep(sound())
    np.testing.assert_array_equal(kept.get(names[60]).samples[:61], expected[:61])
    assert gone(kept, names[0]) and kept.held == 79 * 200 + 200 + 60 * 2


@pytest.mark.parametrize("first", [-1, 99])
def test_a_change_must_fit(first):
    kept = KeptSounds(Limits())
    name = kept.keep(sound())
    part = AudioFile(np.zeros((2, 1), np.int16), 8000, "PCM_16")
    with pytest.raises(Refusal, match="do not fit"):
        kept.keep_changed(name, first, part)
    with pytest.raises(Refusal, match="do not fit"):
        kept.keep_changed(name, 0, AudioFile(part.samples, 8000, "PCM_32"))
