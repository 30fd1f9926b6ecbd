"""Sounds that are kept: bounded in bytes and in time, the oldest first."""

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.page.answer import Refusal
from edge_runtime.page.kept_sounds import KeptSounds
from edge_runtime.page.limits import Limits

SOUND = AudioFile(np.zeros((100, 1), np.int16), 8000, "PCM_16")


def gone(kept, name):
    with pytest.raises(Refusal, match="Send it again") as refused:
        kept.get(name)
    return refused.value.status == 410


def test_what_was_not_used_for_longest_goes_first():
    kept = KeptSounds(Limits(kept_bytes=600))
    names = [kept.keep(SOUND) for _ in range(3)]
    assert kept.get(names[0]) is SOUND and kept.held == 600
    more = kept.keep(SOUND)
    assert gone(kept, names[1]) and kept.held == 600
    for name in (names[0], names[2], more):
        assert kept.get(name) is SOUND


def test_memory_is_flat_over_many_sounds():
    kept = KeptSounds(Limits(kept_bytes=1000))
    assert len({kept.keep(SOUND) for _ in range(1000)}) == 1000
    assert kept.held == 1000


def test_what_is_not_used_is_forgotten_in_time():
    now = [0.0]
    kept = KeptSounds(Limits(kept_s=10.0), lambda: now[0])
    used, unused = kept.keep(SOUND), kept.keep(SOUND)
    now[0] = 9.0
    kept.get(used)
    now[0] = 11.0
    assert gone(kept, unused) and kept.get(used) is SOUND and kept.held == 200
