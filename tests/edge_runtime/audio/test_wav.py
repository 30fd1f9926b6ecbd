"""WAV bytes: every sample type, odd layouts, and files that lie about themselves."""

import io
import struct
import wave

import numpy as np
import pytest
import soundfile

from edge_runtime.audio.audio_file import read_audio, write_audio
from edge_runtime.audio.wav import (
    StoredAudio,
    encoded,
    parse_wav,
    wav_bytes,
    wav_frame,
)
from edge_runtime.audio.wav_layout import is_wav
from edge_runtime.errors import AudioError

SUBTYPES = {
    "PCM_U8": np.uint8,
    "PCM_16": np.int16,
    "PCM_24": np.int32,
    "PCM_32": np.int32,
    "FLOAT": np.float32,
    "DOUBLE": np.float64,
}
GUID_END = bytes.fromhex("000000001000800000aa00389b71")


def random_audio(subtype, samples=101, channels=2):
    rng = np.random.default_rng(0)
    dtype = SUBTYPES[subtype]
    if subtype in ("FLOAT", "DOUBLE"):
        values = rng.normal(size=(samples, channels)).astype(dtype)
        return StoredAudio(values, 44100, subtype)
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    if subtype == "PCM_24":
        low, high = -(1 << 23), (1 << 23) - 1
    values = rng.integers(low, high, (samples, channels), dtype, endpoint=True)
    values[:2] = [[low], [high]]
    return StoredAudio(values, 44100, subtype)


def chunk(name, body):
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def riff(*chunks):
    return chunk(b"RIFF", b"WAVE" + b"".join(chunks))


def fmt(tag=1, channels=1, rate=8000, bits=16, block=None, extension=b""):
    block = channels * bits // 8 if block is None else block
    header = struct.pack("<HHIIHH", tag, channels, rate, rate * block, block, bits)
    return chunk(b"fmt ", header + extension)


def extensible(code, bits, guid_end=GUID_END, container=None):
    extension = struct.pack("<HHIH", 22, bits, 0, code) + guid_end
    return fmt(0xFFFE, bits=container or bits, extension=extension)


def assert_same(parsed, expected):
    assert parsed.subtype == expected.subtype
    assert parsed.sample_rate == expected.sample_rate
    assert parsed.samples.dtype == expected.samples.dtype
    np.testing.assert_array_equal(parsed.samples, expected.samples)


@pytest.mark.parametrize("channels", [1, 2, 5])
@pytest.mark.parametrize("subtype", SUBTYPES)
def test_round_trip_is_exact(subtype, channels):
    audio = random_audio(subtype, channels=channels)
    assert_same(parse_wav(wav_bytes(audio)), audio)


@pytest.mark.parametrize("subtype", SUBTYPES)
def test_soundfile_reads_what_we_write(subtype):
    audio = random_audio(subtype)
    with soundfile.SoundFile(io.BytesIO(wav_bytes(audio))) as stream:
        assert (stream.format, stream.subtype) == ("WAV", subtype)
        assert (stream.samplerate, stream.frames) == (44100, 101)
        values = stream.read(dtype="float64")
    scale = {"PCM_U8": 1 << 7, "PCM_16": 1 << 15, "PCM_24": 1 << 23, "PCM_32": 1 << 31}
    expected = audio.samples.astype(np.float64) - 128 * (subtype == "PCM_U8")
    np.testing.assert_array_equal(values, expected / scale.get(subtype, 1))


@pytest.mark.parametrize("container", ["WAV", "WAVEX"])
@pytest.mark.parametrize("subtype", SUBTYPES)
def test_we_read_what_soundfile_writes(subtype, container):
    audio = random_audio(subtype)
    values, shift = audio.samples, 0
    if subtype == "PCM_U8":
        values = (audio.samples.astype(np.int16) - 128) << 8
    elif subtype == "PCM_24":
        shift = 8
    file = io.BytesIO()
    soundfile.write(
        file, values << shift if shift else values, 44100, subtype, format=container
    )
    assert_same(parse_wav(file.getvalue()), audio)


@pytest.mark.parametrize(
    ("subtype", "width"), [("PCM_U8", 1), ("PCM_16", 2), ("PCM_24", 3), ("PCM_32", 4)]
)
def test_standard_library_agrees_on_integers(subtype, width):
    audio = random_audio(subtype)
    with wave.open(io.BytesIO(wav_bytes(audio))) as stream:
        assert stream.getparams()[:4] == (2, width, 44100, 101)
        content = stream.readframes(101)
    assert content == wav_bytes(audio)[44 : 44 + len(content)]


def test_float_files_count_their_samples():
    content = wav_bytes(random_audio("FLOAT"))
    position = content.index(b"fact")
    assert struct.unpack_from("<II", content, position + 4) == (4, 101)


def test_odd_chunks_are_padded():
    # Three bytes of data, then a chunk that only aligned readers find.
    data = chunk(b"data", b"\x01\x02\x03")
    assert len(data) == 12
    audio = parse_wav(riff(fmt(bits=8), data, chunk(b"LIST", b"after")))
    assert audio.samples.tolist() == [[1], [2], [3]]
    content = wav_bytes(audio)
    assert len(content) % 2 == 0
    assert struct.unpack_from("<I", content, 4)[0] == len(content) - 8
    assert_same(parse_wav(content), audio)


def test_other_chunks_are_skipped():
    data = chunk(b"data", struct.pack("<3h", 1, -2, 3))
    extra = [chunk(b"LIST", b"INFOodd"), chunk(b"fact", bytes(4)), chunk(b"cue ", b"")]
    audio = parse_wav(riff(extra[0], fmt(), *extra[1:], data))
    assert audio.samples.tolist() == [[1], [-2], [3]]


def test_24_bits_keep_their_sign():
    content = bytes.fromhex("000000 010000 ffffff 000080 ffff7f")
    audio = parse_wav(riff(fmt(bits=24), chunk(b"data", content)))
    assert audio.samples[:, 0].tolist() == [0, 1, -1, -(1 << 23), (1 << 23) - 1]


def test_extensible_header_names_the_real_encoding():
    data = chunk(b"data", struct.pack("<2f", 0.5, -2.0))
    audio = parse_wav(riff(extensible(3, 32), data))
    assert (audio.subtype, audio.samples.tolist()) == ("FLOAT", [[0.5], [-2.0]])
    # 20 valid bits in a container of 24 are the upper bits.
    data = chunk(b"data", bytes.fromhex("f0ff7f"))
    audio = parse_wav(riff(extensible(1, 20, container=24), data))
    assert (audio.subtype, audio.samples.tolist()) == ("PCM_24", [[0x7FFFF0]])


def test_stream_of_unknown_length_reaches_to_the_end():
    body = struct.pack("<3h", 1, 2, 3) + b"\x04"  # The last sample was cut.
    content = riff(fmt()) + b"data" + struct.pack("<I", 0xFFFFFFFF) + body
    assert parse_wav(content).samples.tolist() == [[1], [2], [3]]


def test_no_samples_are_no_error_here():
    assert parse_wav(riff(fmt(channels=2), chunk(b"data", b""))).samples.shape == (0, 2)


@pytest.mark.parametrize("subtype", ["PCM_16", "DOUBLE"])
def test_every_cut_is_detected(subtype):
    content = wav_bytes(random_audio(subtype, samples=8))
    for length in range(len(content)):
        with pytest.raises(AudioError, match="truncated|not a WAV file"):
            parse_wav(content[:length])


DATA = chunk(b"data", bytes(8))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"hello, this is text", "starts with b'hello, this ', not with RIFF and WAVE"),
        (riff(DATA), "data chunk comes before its fmt chunk"),
        (riff(fmt()), "ends before its samples begin"),
        (riff(chunk(b"fmt ", bytes(14)), DATA), "fmt chunk has 14 bytes, expected 16"),
        (riff(fmt(channels=0, block=2), DATA), "contradicts itself: 0 channels"),
        (riff(fmt(rate=0), DATA), "contradicts itself: 1 channels, 0 Hz"),
        (riff(fmt(), DATA, chunk(b"LIST", b"INFO"), DATA), "several data chunks"),
        (2 * riff(fmt(), DATA), "a second sound follows the first one, at byte"),
        (riff(fmt(block=0), DATA), "0 bytes for one sample"),
        (riff(fmt(channels=2, block=3), DATA), "3 bytes for one sample"),
        (riff(fmt(bits=24, block=2), DATA), r"tag 1, 24 bits in 2 bytes\). Expected"),
        (riff(fmt(tag=7, bits=8), DATA), "unsupported encoding .tag 7, 8 bits"),
        (riff(fmt(tag=3, bits=16), DATA), "unsupported encoding .tag 3, 16 bits"),
        (riff(extensible(1, 16, bytes(14)), DATA), "names no known encoding"),
        (riff(fmt(0xFFFE), DATA), "names no known encoding"),
        (riff(fmt(), chunk(b"data", bytes(3))), "3 bytes of samples do not divide"),
        (riff(fmt(), DATA[:-2]), "promises 8 bytes of samples and has 6"),
    ],
)
def test_files_that_cannot_be_read(content, message):
    with pytest.raises(AudioError, match=message) as caught:
        parse_wav(content)
    assert "\n" not in str(caught.value)


def test_damaged_headers_never_raise_anything_else():
    rng = np.random.default_rng(0)
    intact = np.frombuffer(wav_bytes(random_audio("PCM_24", samples=6)), np.uint8)
    refused = 0
    for _ in range(2000):
        damaged = intact.copy()
        places = rng.integers(0, 44, rng.integers(1, 4))
        damaged[places] = rng.integers(0, 256, len(places))
        try:
            parsed = parse_wav(damaged.tobytes())
        except AudioError:
            refused += 1
        else:
            assert parsed.samples.ndim == 2
            assert parsed.sample_rate > 0
    assert 0 < refused < 2000


def test_more_than_riff_can_count_is_rf64():
    # A broadcast array has the shape without the memory.
    samples = np.broadcast_to(np.int16(0), (1 << 31, 2))
    head, tail = wav_frame(StoredAudio(samples, 48000, "PCM_16"))
    assert head[:16] == b"RF64\xff\xff\xff\xffWAVEds64" and not tail
    total, size, frames = struct.unpack("<QQQ", head[20:44])
    assert (total, size, frames) == (len(head) + (8 << 30) - 8, 8 << 30, 1 << 31)


@pytest.mark.parametrize("subtype", SUBTYPES)
def test_rf64_is_exact_and_keeps_its_chunks(tmp_path, subtype):
    audio = random_audio(subtype)
    head, tail = wav_frame(audio, is_long=True)
    content = head + encoded(audio.samples, subtype) + tail + chunk(b"smpl", b"loop")
    assert content[:4] == b"RF64"
    path = tmp_path / "sound.rf64"
    path.write_bytes(content)
    write_audio(path, read_audio(path), force=True)
    written = path.read_bytes()
    assert written[:4] == b"RF64" and written.endswith(chunk(b"smpl", b"loop"))
    assert_same(parse_wav(written), audio)
    assert soundfile.info(path).frames == len(audio.samples)


@pytest.mark.parametrize(
    "start", [b"", b"RIFF", b"RIFF\0\0\0\0AVI ", b"RIFX\0\0\0\0WAVE"]
)
def test_other_files_are_not_wav(start):
    assert not is_wav(start)
