"""Formats other than WAV keep every sample they can hold."""

import numpy as np
import pytest
import soundfile

from edge_runtime.audio.audio_file import AudioFile as StoredAudio
from edge_runtime.audio.audio_file import read_audio, write_audio
from edge_runtime.errors import AudioError

# Type, lowest and highest stored number.
INTEGERS = {
    "PCM_U8": (np.uint8, 0, 255),
    "PCM_16": (np.int16, -(1 << 15), (1 << 15) - 1),
    "PCM_24": (np.int32, -(1 << 23), (1 << 23) - 1),
    "PCM_32": (np.int32, -(1 << 31), (1 << 31) - 1),
}


def random_audio(subtype, channels=2):
    rng = np.random.default_rng(0)
    if subtype in INTEGERS:
        dtype, low, high = INTEGERS[subtype]
        values = rng.integers(low, high, (500, channels), dtype, endpoint=True)
        values[:2] = [[low], [high]]
    else:
        dtype = np.float32 if subtype == "FLOAT" else np.float64
        values = rng.uniform(-1, 0.99, (500, channels)).astype(dtype)
    return StoredAudio(values, 22050, subtype)


def tone(samples):
    return 0.5 * np.sin(np.arange(samples, dtype=np.float32) * 0.1)[:, np.newaxis]


def assert_same(one, other):
    assert (one.subtype, one.sample_rate) == (other.subtype, other.sample_rate)
    assert one.samples.dtype == other.samples.dtype
    np.testing.assert_array_equal(one.samples, other.samples)


@pytest.mark.parametrize("suffix", [".flac", ".aiff", ".aif", ".caf", ".w64"])
@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24"])
def test_lossless_formats_are_exact(tmp_path, subtype, suffix):
    path = tmp_path / f"sound{suffix}"
    audio = random_audio(subtype)
    write_audio(path, audio)
    assert_same(read_audio(path), audio)


@pytest.mark.parametrize("suffix", [".aiff", ".caf", ".w64"])
@pytest.mark.parametrize("subtype", ["PCM_32", "FLOAT", "DOUBLE"])
def test_wide_formats_are_exact(tmp_path, subtype, suffix):
    path = tmp_path / f"sound{suffix}"
    audio = random_audio(subtype)
    write_audio(path, audio)
    assert_same(read_audio(path), audio)


@pytest.mark.parametrize(
    ("subtype", "full_scale"), [("PCM_32", 1 << 31), ("FLOAT", 1), ("DOUBLE", 1)]
)
def test_flac_holds_at_most_24_bits(tmp_path, subtype, full_scale):
    path = tmp_path / "sound.flac"
    audio = random_audio(subtype)
    write_audio(path, audio)
    again = read_audio(path)
    assert again.subtype == "PCM_24"
    expected = audio.samples.astype(np.float64) / full_scale
    np.testing.assert_allclose(again.samples / (1 << 23), expected, atol=2.0**-23)


@pytest.mark.parametrize("suffix", [".ogg", ".mp3"])
def test_lossy_formats_come_as_float(tmp_path, suffix):
    path = tmp_path / f"sound{suffix}"
    write_audio(path, StoredAudio(tone(16000), 16000, "FLOAT"))
    again = read_audio(path)
    assert (again.subtype, again.samples.dtype) == ("FLOAT", np.float32)
    error = (again.samples - tone(16000))[4000:12000]
    assert np.sqrt(np.mean(error**2)) < 0.02


def test_formats_that_are_only_read(tmp_path):
    path = tmp_path / "sound.au"
    audio = random_audio("PCM_16")
    soundfile.write(path, audio.samples, 22050, subtype="PCM_16", format="AU")
    assert_same(read_audio(path), audio)


def test_long_ogg_does_not_crash_its_library(tmp_path):
    samples = np.zeros((3_000_000, 1), np.int16)
    path = tmp_path / "long.ogg"
    write_audio(path, StoredAudio(samples, 48000, "PCM_16"))
    assert soundfile.info(path).frames == len(samples)


@pytest.mark.parametrize("suffix", [".flac", ".ogg", ".mp3"])
def test_text_is_refused(tmp_path, suffix):
    path = tmp_path / f"sound{suffix}"
    path.write_text("this is no sound\n" * 50)
    with pytest.raises(AudioError, match="not an audio file"):
        read_audio(path)


def test_truncated_mp3_is_noticed(tmp_path, capfd):
    path = tmp_path / "sound.mp3"
    write_audio(path, StoredAudio(tone(40000), 16000, "FLOAT"))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 6 // 10])
    with pytest.raises(AudioError, match="truncated: it promises 40000 samples"):
        read_audio(path)
    capfd.readouterr()  # libmpg123 warns on its own.


def test_format_that_cannot_hold_the_sound(tmp_path):
    with pytest.raises(AudioError, match="MP3 cannot hold 6 channels at 22050 Hz"):
        write_audio(tmp_path / "sound.mp3", random_audio("PCM_16", channels=6))
