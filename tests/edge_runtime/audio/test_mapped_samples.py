"""Large WAV files: the same as small ones, read and written piece by piece."""

import numpy as np
import pytest

from edge_runtime.audio import audio_file as module
from edge_runtime.audio.audio_file import AudioFile, read_audio, write_audio
from edge_runtime.audio.wav import wav_bytes
from edge_runtime.errors import AudioError, UserError

TYPES = {
    "PCM_U8": np.uint8,
    "PCM_16": np.int16,
    "PCM_24": np.int32,
    "PCM_32": np.int32,
    "FLOAT": np.float32,
    "DOUBLE": np.float64,
}


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch):
    monkeypatch.setattr(module, "MAPPED_BYTES", 200)
    monkeypatch.setattr(module, "_PIECE", 1000)


@pytest.fixture
def sound(tmp_path):
    """Make a sound and its file: `sound(subtype)`."""

    def make(subtype="PCM_16", samples=5001, channels=3):
        rng = np.random.default_rng(4)
        values = rng.integers(0, 100, (samples, channels)).astype(TYPES[subtype])
        file = AudioFile(values, 8000, subtype)
        path = tmp_path / f"{subtype}.wav"
        path.write_bytes(wav_bytes(file))
        return file, path

    return make


@pytest.mark.parametrize("subtype", TYPES)
def test_same_samples_and_same_file(sound, subtype, tmp_path):
    expected, path = sound(subtype)
    read = read_audio(path)
    assert read.mapped is not None
    assert (read.sample_rate, read.subtype) == (8000, subtype)
    assert read.samples.dtype == expected.samples.dtype
    np.testing.assert_array_equal(read.samples, expected.samples)
    np.testing.assert_array_equal(read.to_float(), expected.to_float())
    write_audio(tmp_path / "again.wav", read)
    assert (tmp_path / "again.wav").read_bytes() == path.read_bytes()


def changed_copy(file, first, part):
    copy = file.copied()
    copy.put(first, part)
    return copy


def test_parts_are_changed_in_copies(sound, tmp_path):
    before, path = sound()
    content = path.read_bytes()
    read = read_audio(path)
    first = changed_copy(read, 4000, np.full((10, 3), 7, np.int16))
    second = changed_copy(first, 20, np.full((5, 3), 8, np.int16))
    expected = before.samples.copy()
    np.testing.assert_array_equal(read.samples, expected)
    expected[4000:4010] = 7
    np.testing.assert_array_equal(first.samples, expected)
    expected[20:25] = 8
    for file in (read, first, second):
        file.forget()  # what was changed is not forgotten
    np.testing.assert_array_equal(second.samples, expected)
    write_audio(tmp_path / "second.wav", second)
    np.testing.assert_array_equal(read_audio(tmp_path / "second.wav").samples, expected)
    assert path.read_bytes() == content


def test_without_room_for_a_copy_a_message_says_so(sound, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    monkeypatch.setenv("TMPDIR", "anything")
    _, path = sound()
    with pytest.raises(
        UserError, match="30006 bytes of sound in .*missing: No such file.*TMPDIR"
    ):
        read_audio(path).copied()


def test_samples_of_the_file_itself_cannot_be_changed(sound):
    _, path = sound()
    with pytest.raises(ValueError, match="read-only"):
        read_audio(path).put(0, np.zeros((1, 3), np.int16))


def test_may_be_written_over_itself(sound):
    _, path = sound()
    changed = changed_copy(read_audio(path), 0, np.full((5001, 3), 9, np.int16))
    write_audio(path, changed, force=True)
    assert np.all(read_audio(path).samples == 9)


def test_floats_replace_all_of_it(sound):
    _, path = sound("FLOAT")
    read = read_audio(path)
    edited = read.with_float(np.ones((5001, 3), np.float32), np.ones(5001, bool))
    again = changed_copy(edited, 3, np.zeros((1, 3), np.float32))
    assert again.samples.sum() == 3 * 5000


def test_bad_files(sound, tmp_path):
    file, path = sound("FLOAT")
    file.samples[4500, 1] = np.nan
    path.write_bytes(wav_bytes(file))
    with pytest.raises(AudioError, match="NaN"):
        read_audio(path)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(AudioError, match="Cannot read .*truncated"):
        read_audio(path)
    header = wav_bytes(AudioFile(np.zeros((0, 1), np.int16), 8000, "PCM_16"))
    path.write_bytes(header + b"LIST" + bytes(400))
    with pytest.raises(AudioError, match="no samples"):
        read_audio(path)
