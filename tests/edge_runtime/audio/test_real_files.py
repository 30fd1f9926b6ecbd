"""Files as recorders, phones and web sites make them: they open, or say why not."""

import contextlib
import io
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile

from edge_runtime.audio import audio_file as module
from edge_runtime.audio.audio_file import AudioFile, read_audio, write_audio
from edge_runtime.audio.wav import parse_wav, wav_bytes
from edge_runtime.errors import AudioError, UserError

RATE = 16000
NOISE = np.random.default_rng(0).integers(-9000, 9000, (2000, 1), np.int16)
PLAIN = wav_bytes(AudioFile(NOISE, RATE, "PCM_16"))
SMPL = struct.pack("<15I", 0, 0, 62500, 60, 0, 0, 0, 1, 0, 0, 0, 40, 120, 0, 0)


def chunk(name, body):
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def riff(*chunks):
    body = b"WAVE" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


FMT = PLAIN[12:36]
DATA = chunk(b"data", NOISE.tobytes())


@pytest.fixture
def file(tmp_path):
    """Write bytes: `file(content, name)` is their path."""

    def write(content, name="sound.wav"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    "size", [0x7FFFF000, 0x7FFFFF00, 0x7FFFFFFF, 0x7FFFFFDB, 0x80000000, 0xFFFFFFDB, 0]
)
def test_a_stream_reaches_to_its_end_whatever_stands_for_unknown(file, size):
    head = riff(FMT) + b"data" + struct.pack("<I", size)
    samples = read_audio(file(head + NOISE.tobytes() + b"\1")).samples
    np.testing.assert_array_equal(samples, NOISE)


def test_no_samples_before_another_chunk_are_no_samples(file):
    with pytest.raises(AudioError, match="no samples"):
        read_audio(file(riff(FMT, chunk(b"data", b""), chunk(b"LIST", b"INFO"))))


@pytest.mark.parametrize("container", ["AIFF", "W64", "RF64", "CAF", "FLAC", "AU"])
def test_content_and_not_the_name_says_what_it_is(tmp_path, container):
    path = tmp_path / "sound.wav"
    soundfile.write(path, NOISE, RATE, format=container, subtype="PCM_16")
    read = read_audio(path)
    assert read.subtype == "PCM_16"
    np.testing.assert_array_equal(read.samples, NOISE)


@pytest.mark.parametrize("encoding", ["ALAW", "ULAW", "IMA_ADPCM", "MS_ADPCM"])
def test_encodings_of_telephones_are_read(tmp_path, encoding):
    path = tmp_path / "sound.wav"
    soundfile.write(path, NOISE, RATE, subtype=encoding)
    read = read_audio(path)
    expected, _ = soundfile.read(path, dtype="int16", always_2d=True)
    assert read.subtype == "PCM_16"
    np.testing.assert_array_equal(read.samples, expected)


def test_a_big_endian_wav_is_read(tmp_path):
    path = tmp_path / "sound.wav"
    soundfile.write(path, NOISE, RATE, endian="BIG")
    assert path.read_bytes()[:4] == b"RIFX"
    np.testing.assert_array_equal(read_audio(path).samples, NOISE)


def mp3(audio):
    stream = io.BytesIO()
    with soundfile.SoundFile(stream, "w", 22050, 1, format="MP3") as encoder:
        for start in range(0, len(audio), 1000):
            encoder.write(audio[start : start + 1000])
    return stream.getvalue()


def test_an_mp3_without_a_length_is_as_long_as_it_is(file, capfd):
    content = mp3(np.concatenate([np.zeros(20000), NOISE[:, 0] / 32768]))
    whole = file(content, "whole.mp3")
    second_frame = content.find(content[:2], 4)
    bare = file(content[second_frame:], "bare.mp3")
    promised = soundfile.info(bare).frames
    read = read_audio(bare)
    assert len(read.samples) < promised
    assert abs(len(read.samples) - len(read_audio(whole).samples)) < 3000
    capfd.readouterr()  # libmpg123 warns on its own


@pytest.mark.parametrize(
    "kind", ["000000001000800000aa00389b71", "00002107d3118644c8c1ca000000"]
)  # plain, and of ambisonics
def test_what_a_wav_carries_outlives_an_edit(file, tmp_path, kind):
    extensible = struct.pack(
        "<HHIIHHHHIH", 0xFFFE, 1, RATE, 4 * RATE, 4, 32, 22, 24, 4, 1
    ) + bytes.fromhex(kind)
    chunks = [
        chunk(b"bext", bytes(602)),
        chunk(b"fmt ", extensible),
        chunk(b"LIST", b"INFO" + chunk(b"INAM", b"My loop\0")),
        chunk(b"data", (NOISE.astype("<i4") << 8).tobytes()),
        chunk(b"smpl", SMPL),
        chunk(b"cue ", struct.pack("<II4sIII", 1, 1, b"data", 0, 0, 40)),
        chunk(b"acid", bytes(23)),
        chunk(b"id3 ", b"ID3\3"),
    ]
    content = riff(*chunks)
    read = read_audio(file(content))
    edited = read.with_float(np.full((2000, 1), 0.1, np.float32), np.arange(2000) < 9)
    write_audio(tmp_path / "edited.wav", edited)
    written = (tmp_path / "edited.wav").read_bytes()
    assert len(written) == len(content)
    place = content.index(b"data") + 8
    assert written[:place] == content[:place]
    assert written[place + 36 :] == content[place + 36 :]
    # 24 bits are valid of 32.
    assert not np.any(edited.samples & 0xFF) and np.all(edited.samples[:9] > 0)


def test_peaks_and_checksums_of_other_samples_are_not_kept():
    stored = parse_wav(riff(FMT, chunk(b"PEAK", bytes(16)), DATA, chunk(b"MD5 ", b"")))
    assert b"PEAK" not in wav_bytes(stored) and b"MD5 " not in wav_bytes(stored)


@pytest.mark.parametrize(
    ("start", "word"),
    [
        (b"\0\0\0\x20ftypM4A \0\0\0\0", "M4A .*ffmpeg -i IN OUT.wav"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "MP4.*ffmpeg"),
        (b"\x1a\x45\xdf\xa3" + bytes(30), "WebM.*ffmpeg"),
        (b"\xff\xf1\x50\x80" + bytes(30), "AAC.*ffmpeg"),
        (b"MThd\0\0\0\6", "a MIDI file"),
        (b"version https://git-lfs.github.com", "git lfs pull"),
    ],
)
def test_what_nothing_reads_is_called_by_its_name(file, start, word):
    with pytest.raises(AudioError, match=word):
        read_audio(file(start + bytes(200), "sound.m4a"))


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_names_that_are_no_text(tmp_path, suffix):
    path = tmp_path / os.fsdecode(b"caf\xe9" + suffix.encode())
    write_audio(path, AudioFile(NOISE, RATE, "PCM_16"))
    np.testing.assert_array_equal(read_audio(path).samples, NOISE)


@contextlib.contextmanager
def piped(folder, content):
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    feeder = threading.Thread(target=pipe.write_bytes, args=(content,))
    feeder.start()
    yield pipe
    feeder.join()


def test_flac_from_a_pipe(tmp_path):
    soundfile.write(tmp_path / "sound.flac", NOISE, RATE)
    with piped(tmp_path, (tmp_path / "sound.flac").read_bytes()) as pipe:
        np.testing.assert_array_equal(read_audio(pipe).samples, NOISE)


def test_what_is_no_sound_in_a_pipe_is_called_so(tmp_path):
    not_audio = pytest.raises(AudioError, match="pipe: not an audio file")
    with piped(tmp_path, bytes(3_000_000)) as pipe, not_audio:
        read_audio(pipe)


def test_what_has_no_end_is_not_taken_in():
    with pytest.raises(AudioError, match="/dev/zero: a device"):
        read_audio(Path("/dev/zero"))


def test_a_flac_stream_reaches_to_its_end(tmp_path):
    """An encoder that writes to a pipe cannot go back to say how long it became."""
    path = tmp_path / "sound.flac"
    soundfile.write(path, NOISE, RATE)
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0  # the number of samples has 36 bits
    content[22:26] = bytes(4)
    path.write_bytes(content)
    np.testing.assert_array_equal(read_audio(path).samples, NOISE)


def test_standard_input_and_output():
    program = (
        "from pathlib import Path\n"
        "from edge_runtime.audio.audio_file import read_audio, write_audio\n"
        "write_audio(Path('-'), read_audio(Path('-')))"
    )
    copied = subprocess.run(
        [sys.executable, "-c", program],
        input=PLAIN,
        capture_output=True,
        cwd=Path(__file__).parents[3],
        check=True,
    )
    assert copied.stdout == PLAIN


@pytest.mark.parametrize("suffix", [".flac", ".ogg", ".aiff", ".mp3", ".wav"])
def test_a_full_disk_leaves_the_old_file_and_says_so(tmp_path, monkeypatch, suffix):
    path = tmp_path / f"sound{suffix}"
    file = AudioFile(NOISE, RATE, "PCM_16")
    write_audio(path, file)
    before = path.read_bytes()
    opened = Path.open

    class Full(io.FileIO):
        def write(self, content):
            if self.tell() + len(content) > 1500:
                raise OSError(28, "No space left on device")
            return super().write(content)

    def open_full(self, mode="r", *arguments, **options):
        if "w" in mode:
            return Full(self, mode.replace("b", ""))
        return opened(self, mode, *arguments, **options)

    monkeypatch.setattr(Path, "open", open_full)
    with pytest.raises(UserError, match="No space left on device") as caught:
        write_audio(path, file, force=True)
    assert caught.value.exit_code == 1
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", [".flac", ".ogg", ".mp3", ".w64"])
def test_large_files_of_every_format_wait_on_the_disk(tmp_path, monkeypatch, suffix):
    path = tmp_path / f"sound{suffix}"
    audio = np.tile(NOISE[:1000], (20, 1))
    write_audio(path, AudioFile(audio, RATE, "PCM_16"))
    expected = read_audio(path).samples
    monkeypatch.setattr(module, "MAPPED_BYTES", 1000)
    read = read_audio(path)
    assert read.mapped is not None
    np.testing.assert_array_equal(read.samples, expected)


def test_a_header_that_promises_gigabytes_takes_no_memory(tmp_path):
    path = tmp_path / "sound.flac"
    soundfile.write(path, NOISE, RATE)
    content = bytearray(path.read_bytes())
    content[21] |= 0x0F  # the number of samples: 36 bits
    content[22:26] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    with pytest.raises(AudioError, match="truncated"):
        read_audio(path)


def test_a_file_that_is_cut_while_it_is_used_does_no_harm(file, monkeypatch):
    monkeypatch.setattr(module, "MAPPED_BYTES", 1000)
    path = file(PLAIN)
    read = read_audio(path)
    os.truncate(path, 50)
    np.testing.assert_array_equal(read.samples, NOISE)
