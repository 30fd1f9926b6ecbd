"""Files that are not WAV: rate and width stay, or what becomes of them is said."""

import struct

import numpy as np
import pytest

from edge_runtime.audio.wav import INTEGERS

RNG = np.random.default_rng(4)
STEREO = RNG.normal(scale=0.3, size=(4000, 2)).clip(-1, 1)
STEREO[:2] = [[1, -1], [-1, 1]]  # as loud as may be


@pytest.fixture
def opened(page, tmp_path):
    """Write a sound, open it: `opened(name, rate, subtype)` gives WAV and the news."""
    soundfile = pytest.importorskip("soundfile")

    def run(name, rate, subtype, **options):
        path = tmp_path / name
        soundfile.write(path, STEREO, rate, subtype, **options)
        page.open(name, path.read_bytes(), tmp_path)
        said = "return document.getElementById('status').textContent"
        page.until(f"{said}.includes('over the picture')")
        return page.wav(), page.find("status").text, soundfile.read(path)[0]

    return run


@pytest.mark.parametrize(
    ("name", "rate", "subtype", "options"),
    [
        ("a.flac", 48000, "PCM_24", {}),
        ("b.flac", 8000, "PCM_16", {}),
        ("a.aiff", 48000, "PCM_24", {}),
        ("b.aiff", 22050, "PCM_S8", {}),
        ("c.aiff", 44100, "PCM_16", {"endian": "LITTLE"}),
        ("d.aiff", 44100, "FLOAT", {}),
    ],
)
def test_samples_rate_and_width_stay(opened, name, rate, subtype, options):
    wav, told, expected = opened(name, rate, subtype, **options)
    silence, full = INTEGERS.get(wav.subtype, (0, 1))
    assert wav.subtype == subtype.replace("S8", "U8") and wav.sample_rate == rate
    np.testing.assert_array_equal(
        (wav.samples.astype(np.float64) - silence) / full, expected
    )
    assert f"goes on as WAV ({rate / 1000:g} kHz" in told and "without its tags" in told


@pytest.mark.parametrize(
    ("name", "rate", "subtype", "format_name"),
    [
        ("a.ogg", 48000, "VORBIS", "Ogg Vorbis"),
        ("b.ogg", 22050, "VORBIS", "Ogg Vorbis"),
        ("a.mp3", 48000, "MPEG_LAYER_III", "MP3"),
    ],
)
def test_what_is_compressed_keeps_its_rate(opened, name, rate, subtype, format_name):
    wav, told, expected = opened(name, rate, subtype)
    assert wav.subtype == "FLOAT" and wav.sample_rate == rate
    assert told.startswith(f"{name}: {format_name} goes on as WAV ({rate / 1000:g} kHz")
    assert abs(len(wav.samples) - len(expected)) < 3000  # browsers pad MP3


def test_what_the_head_of_a_file_says(page):
    entry = b"mp4a" + bytes(24) + (48000).to_bytes(2, "big") + bytes(2)
    m4a = bytes(4) + b"ftypM4A " + bytes(9) + b"stsd" + bytes(12) + entry
    slow = m4a.replace((48000).to_bytes(2, "big"), (24000).to_bytes(2, "big"))
    opus = b"OggS" + bytes(24) + b"OpusHead" + bytes(11)
    tag = b"ID3\x04\0\0\0\0\1\2" + bytes(130)
    frame = b"\xff\xf3\x90\x00" + bytes(257)  # MPEG 2, 80 kbit/s
    other = bytes(4) + b"ftypM4A " + frame[:-1] + frame  # by chance, as in any file
    found = page.run(
        """
        const { formatOf } = await import("/static/keep/sound_formats.js");
        return arguments[0].map((bytes) => formatOf(new Uint8Array(bytes).buffer));
        """,
        [
            list(each)
            for each in (m4a, slow, opus, tag + 2 * frame, other, b"fLaC", b"")
        ],
    )
    assert [each and (each["name"], each["rate"]) for each in found] == [
        ("M4A", 48000),
        ("M4A", 48000),  # HE-AAC may hold twice of what it says
        ("Opus", 48000),
        ("MP3", 22050),
        None,
        None,
        None,
    ]


def aiff(kind, bits, samples, data):
    """AIFF-C of one channel at 44.1 kHz."""
    rate = bytes.fromhex("400eac44000000000000")
    head = struct.pack(">HIH", 1, samples, bits) + rate + kind + bytes(2)
    parts = (b"COMM", head), (b"SSND", bytes(8) + data)
    chunks = [name + struct.pack(">I", len(part)) + part for name, part in parts]
    return list(b"FORM" + bytes(4) + b"AIFC" + b"".join(chunks))


def test_odd_and_damaged_aiff(page):
    floats = struct.pack(">2f", 0.5, -0.25)
    found = page.run(
        """
        const { readAiff } = await import("/static/keep/aiff.js");
        const { interleaved, wavLayout } = await import("/static/keep/wav_layout.js");
        return arguments[0].map((bytes) => {
          const read = readAiff(new Uint8Array(bytes).buffer);
          return read && [
            [...interleaved(read.wav, wavLayout(read.wav))], read.rate, read.isCut];
        });
        """,
        [
            aiff(b"fl32", 16, 2, floats),  # what the file says of its bits is wrong
            aiff(b"NONE", 16, 9, b"\x40\x00\xe0\x00"),
            aiff(b"NONE", 0, 2, floats),
            aiff(b"ulaw", 8, 2, floats),
        ],
    )
    assert found[0] == [[0.5, -0.25], 44100, False]
    assert found[1] == [[0.5, -0.25], 44100, True]
    assert found[2:] == [None, None]


def test_a_rate_no_browser_decodes_at_is_another(page, tmp_path):
    """Beyond 16 bits, as 96 kHz are, M4A says 0."""
    soundfile = pytest.importorskip("soundfile")
    path = tmp_path / "slow.flac"
    soundfile.write(path, STEREO, 4000, "PCM_16")
    page.open("slow.flac", path.read_bytes(), tmp_path)
    wav = page.wav()
    assert (wav.sample_rate, wav.subtype) == (44100, "FLOAT")
