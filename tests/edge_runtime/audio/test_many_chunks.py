"""Files of many thousand empty chunks are read, or refused, in little time."""

import io
import struct
import time

import numpy as np
import pytest
import soundfile

from edge_runtime.audio.aiff_chunks import aiff_chunks
from edge_runtime.audio.attachments import MOST_CHUNKS
from edge_runtime.audio.flac_blocks import flac_blocks
from edge_runtime.audio.wav import StoredAudio, parse_wav, wav_bytes
from edge_runtime.errors import AudioError

EMPTY = 50_000
SOUND = StoredAudio(np.zeros((10, 1), np.int16), 8000, "PCM_16")


@pytest.fixture(autouse=True)
def little_time():
    """With a sum over all chunks for each of them, it was more than half a minute."""
    start = time.process_time()
    yield
    assert time.process_time() - start < 3.0


def wav_with(count, place):
    content = wav_bytes(SOUND)
    return content[:place] + count * (b"abcd" + bytes(4)) + content[place:]


BEHIND = len(wav_bytes(SOUND))


@pytest.mark.parametrize("place", [36, BEHIND])
def test_a_wav_file_of_many_chunks_is_refused_in_a_line(place):
    kept = parse_wav(wav_with(MOST_CHUNKS - 1, place)).attachments
    assert len(kept.before + kept.after) == MOST_CHUNKS  # with `fmt `
    with pytest.raises(AudioError, match="more than 4,096 chunks. Leave them out: "):
        parse_wav(wav_with(EMPTY, place))


def test_of_many_chunks_of_aiff_the_first_ones_are_kept():
    file = io.BytesIO()
    soundfile.write(file, SOUND.samples, 8000, format="AIFF")
    content = file.getvalue() + EMPTY * b"abcd\0\0\0\0"
    content = content[:4] + struct.pack(">I", len(content) - 8) + content[8:]
    kept = aiff_chunks(io.BytesIO(content))
    assert MOST_CHUNKS - 4 < len(kept) < MOST_CHUNKS


def test_of_many_blocks_of_flac_the_first_ones_are_kept():
    file = io.BytesIO(b"fLaC" + EMPTY * b"\2\0\0\0" + b"\x82\0\0\0")
    assert flac_blocks(file) == MOST_CHUNKS * (b"\2\0\0\0",)
