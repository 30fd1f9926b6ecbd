"""Audio files: exact round trips, exact edits, and one clear line per bad file."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from edge_runtime.audio.audio_file import (
    AudioFile,
    check_audio_output,
    read_audio,
    write_audio,
)
from edge_runtime.errors import (
    AudioError,
    MissingDependencyError,
    UsageError,
    UserError,
)

SUBTYPES = ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")
# Type, lowest and highest stored number, and what full scale is in float.
INTEGERS = {
    "PCM_U8": (np.uint8, 0, 255, 128),
    "PCM_16": (np.int16, -(1 << 15), (1 << 15) - 1, 1 << 15),
    "PCM_24": (np.int32, -(1 << 23), (1 << 23) - 1, 1 << 23),
    "PCM_32": (np.int32, -(1 << 31), (1 << 31) - 1, 1 << 31),
}


def random_file(subtype, samples=500, channels=2, rate=22050):
    rng = np.random.default_rng(0)
    if subtype in INTEGERS:
        dtype, low, high, _ = INTEGERS[subtype]
        values = rng.integers(low, high, (samples, channels), dtype, endpoint=True)
    else:
        dtype = np.float32 if subtype == "FLOAT" else np.float64
        values = rng.uniform(-1, 1, (samples, channels)).astype(dtype)
    return AudioFile(values, rate, subtype)


def assert_same(one, other):
    assert (one.subtype, one.sample_rate) == (other.subtype, other.sample_rate)
    assert one.samples.dtype == other.samples.dtype
    np.testing.assert_array_equal(one.samples, other.samples)


@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize("subtype", SUBTYPES)
def test_wav_round_trip_is_exact(tmp_path, subtype, channels):
    path = tmp_path / "sound.wav"
    audio_file = random_file(subtype, channels=channels)
    write_audio(path, audio_file)
    assert_same(read_audio(path), audio_file)


@pytest.mark.parametrize("subtype", SUBTYPES)
def test_float_equals_soundfile(tmp_path, subtype):
    path = tmp_path / "sound.wav"
    audio_file = random_file(subtype)
    write_audio(path, audio_file)
    expected, rate = soundfile.read(path, dtype="float32", always_2d=True)
    audio = read_audio(path).to_float()
    assert audio.dtype == np.float32
    assert rate == 22050
    np.testing.assert_array_equal(audio, expected)


@pytest.mark.parametrize("subtype", SUBTYPES)
def test_only_touched_samples_change(subtype):
    audio_file = random_file(subtype)
    touched = np.zeros(500, bool)
    touched[100:200] = True
    edited = np.full((500, 2), 0.25, np.float32)
    # What is not touched is not even looked at.
    edited[:100] = np.nan
    result = audio_file.with_float(edited, touched)
    assert result.samples.dtype == audio_file.samples.dtype
    np.testing.assert_array_equal(
        result.samples[~touched], audio_file.samples[~touched]
    )
    np.testing.assert_allclose(result.to_float()[touched], 0.25)
    assert (audio_file.samples[touched] != result.samples[touched]).any()


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "FLOAT"])
def test_what_is_edited_to_itself_stays_bit_identical(subtype):
    audio_file = random_file(subtype)
    result = audio_file.with_float(audio_file.to_float(), np.ones(500, bool))
    assert_same(result, audio_file)


@pytest.mark.parametrize("subtype", INTEGERS)
def test_edits_are_rounded_and_clipped(subtype):
    _, low, high, full = INTEGERS[subtype]
    zero = 128 if subtype == "PCM_U8" else 0
    edited = np.array([-3.0, -1.0, 0.0, 1.0, 3.0, 0.7 / full, -0.7 / full], np.float32)
    audio_file = AudioFile(
        np.full((7, 1), 9, INTEGERS[subtype][0]), sample_rate=8000, subtype=subtype
    )
    result = audio_file.with_float(edited[:, None], np.ones(7, bool))
    expected = [low, low, zero, high, high, zero + 1, zero - 1]
    assert result.samples[:, 0].tolist() == expected


def test_float_edits_are_not_clipped():
    audio_file = random_file("DOUBLE", samples=3, channels=1)
    edited = np.array([[2.5], [0.0], [-7.0]], np.float32)
    result = audio_file.with_float(edited, np.ones(3, bool))
    assert result.samples[:, 0].tolist() == [2.5, 0.0, -7.0]


def test_edits_must_fit_and_be_finite():
    audio_file = random_file("PCM_16", samples=4)
    touched = np.ones(4, bool)
    with pytest.raises(ValueError, match=r"Received: \(4, 1\), \(4,\)"):
        audio_file.with_float(np.zeros((4, 1), np.float32), touched)
    with pytest.raises(ValueError, match=r"Received: \(4, 2\), \(3,\)"):
        audio_file.with_float(np.zeros((4, 2), np.float32), touched[:3])
    with pytest.raises(ValueError, match="must be finite"):
        audio_file.with_float(np.full((4, 2), np.inf, np.float32), touched)


def test_duration_is_in_seconds():
    assert random_file("PCM_16", samples=11025).duration == 0.5


def test_content_decides_the_format_not_the_name(tmp_path):
    audio_file = random_file("PCM_16")
    write_audio(tmp_path / "sound.wav", audio_file)
    (tmp_path / "sound.wav").rename(tmp_path / "sound.flac")
    assert_same(read_audio(tmp_path / "sound.flac"), audio_file)
    write_audio(tmp_path / "other.flac", audio_file)
    (tmp_path / "other.flac").rename(tmp_path / "other.data")
    assert_same(read_audio(tmp_path / "other.data"), audio_file)


def cut(path, share):
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])


def make_bad_file(folder, kind):
    """A file that cannot be used, and a word of the reason."""
    path = folder / ("sound.flac" if "flac" in kind else "sound.wav")
    finite = random_file("FLOAT", samples=4)
    if kind == "missing":
        return path, "No such file"
    if kind == "folder":
        path.mkdir()
        return path, "Is a directory"
    if kind == "empty":
        path.touch()
        return path, "the file is empty"
    if kind.startswith("text"):
        path.write_text("this is no sound\n" * 50)
        return path, "not an audio file"
    if kind.startswith("truncated"):
        write_audio(path, random_file("PCM_16"))
        cut(path, 0.7)
        return path, "truncated"
    if kind.startswith("no samples"):
        write_audio(path, random_file("PCM_16", samples=0))
        return path, "contains no samples"
    if kind.startswith("rate"):
        rate = 4_000_000_000 if kind == "rate" else 1
        write_audio(path, AudioFile(finite.samples, rate, "FLOAT"))
        return path, f"{rate} Hz is no plausible sample rate"
    subtype = "DOUBLE" if kind == "huge" else "FLOAT"
    samples = finite.samples.astype(np.float64 if kind == "huge" else np.float32)
    values = {"nan": np.nan, "inf": -np.inf, "huge": 1e39, "too loud": -1e11}
    samples[2, 1] = values[kind]
    write_audio(path, AudioFile(samples, 8000, subtype))
    if kind == "too loud":
        return path, r"samples of 1e\+10 times full scale and more"
    return path, "NaN or infinite samples"


@pytest.mark.parametrize(
    "kind",
    [
        "missing",
        "folder",
        "empty",
        "text",
        "text flac",
        "truncated",
        "truncated flac",
        "no samples",
        "rate",
        "rate of 1",
        "nan",
        "inf",
        "huge",
        "too loud",
    ],
)
def test_bad_files_are_one_line_and_exit_code_4(tmp_path, kind):
    path, reason = make_bad_file(tmp_path, kind)
    with pytest.raises(AudioError, match=reason) as caught:
        read_audio(path)
    message = str(caught.value)
    assert caught.value.exit_code == 4
    assert str(path) in message
    assert "\n" not in message
    assert message.endswith(".") and not message.endswith("..")


def test_without_soundfile_wav_works_and_the_rest_names_the_extra(
    tmp_path, monkeypatch
):
    audio_file = random_file("PCM_16")
    write_audio(tmp_path / "sound.flac", audio_file)
    monkeypatch.setitem(sys.modules, "soundfile", None)
    write_audio(tmp_path / "sound.wav", audio_file)
    assert_same(read_audio(tmp_path / "sound.wav"), audio_file)
    install = r"soundfile. Install it with: pip install '\.\[edge\]'"
    with pytest.raises(MissingDependencyError, match=install) as caught:
        read_audio(tmp_path / "sound.flac")
    assert caught.value.exit_code == 3
    with pytest.raises(MissingDependencyError, match=install):
        write_audio(tmp_path / "new.flac", audio_file)
    assert not (tmp_path / "new.flac").exists()


def test_existing_files_are_kept_without_force(tmp_path):
    path = tmp_path / "sound.wav"
    first, second = random_file("PCM_16"), random_file("FLOAT")
    write_audio(path, first)
    with pytest.raises(UsageError, match="exists"):
        write_audio(path, second)
    assert_same(read_audio(path), first)
    write_audio(path, second, force=True)
    assert_same(read_audio(path), second)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["sound", "sound.txt", "sound.wav.bak"])
def test_name_must_say_the_format(tmp_path, name):
    with pytest.raises(UsageError, match="does not say which audio format") as caught:
        check_audio_output(tmp_path / name, force=False)
    assert caught.value.exit_code == 2


def test_folder_must_exist(tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        write_audio(tmp_path / "none" / "sound.wav", random_file("PCM_16"))


def test_format_that_cannot_hold_the_sound_leaves_nothing(tmp_path):
    with pytest.raises(AudioError, match="MP3 cannot hold 6 channels at 22050 Hz"):
        write_audio(tmp_path / "sound.mp3", random_file("PCM_16", channels=6))
    assert list(tmp_path.iterdir()) == []


def test_real_loops_equal_soundfile():
    data = os.environ.get("VQKERAS_DATA")
    if data is None:
        pytest.skip("VQKERAS_DATA is not set")
    paths = sorted(Path(data, "loops").glob("*.flac"))
    assert paths
    for path in paths:
        audio_file = read_audio(path)
        expected, rate = soundfile.read(path, dtype="float32", always_2d=True)
        assert audio_file.sample_rate == rate
        np.testing.assert_array_equal(audio_file.to_float(), expected)
