"""Titles, pictures, markers and loops of files that are not WAV outlive an edit."""

import struct

import numpy as np
import pytest
import soundfile

from edge_runtime.audio.audio_file import read_audio, write_audio
from edge_runtime.audio.flac_blocks import with_blocks
from edge_runtime.audio.ogg_comments import ogg_comments, with_comments

RATE = 8000
NOISE = np.random.default_rng(0).integers(-9000, 9000, (2000, 1), np.int16)


def test_comments_and_pictures_of_flac_are_kept(tmp_path):
    path = tmp_path / "sound.flac"
    soundfile.write(path, NOISE, RATE)
    vendor = struct.pack("<I", 1) + b"x" + struct.pack("<I", 1)
    comment = vendor + struct.pack("<I", 7) + b"BPM=120"
    picture = struct.pack(">I", 3) + bytes(28)
    blocks = tuple(
        bytes([kind]) + len(body).to_bytes(3, "big") + body
        for kind, body in ((4, comment), (6, picture))
    )
    with path.open("rb") as plain, (tmp_path / "rich.flac").open("wb") as rich:
        with_blocks(plain, blocks, rich)
    assert soundfile.info(tmp_path / "rich.flac").frames == len(NOISE)
    write_audio(tmp_path / "again.flac", read_audio(tmp_path / "rich.flac"))
    again = (tmp_path / "again.flac").read_bytes()
    assert comment in again and picture in again
    np.testing.assert_array_equal(read_audio(tmp_path / "again.flac").samples, NOISE)


@pytest.mark.parametrize("suffixes", [(".ogg", ".flac"), (".flac", ".wav")])
def test_titles_go_from_format_to_format(tmp_path, suffixes):
    first, second = (tmp_path / f"sound{suffix}" for suffix in suffixes)
    with soundfile.SoundFile(first, "w", RATE, 1) as stream:
        stream.title, stream.artist = "Rain", "Me"
        stream.write(NOISE)
    write_audio(second, read_audio(first))
    assert soundfile.SoundFile(second).title == "Rain"
    write_audio(tmp_path / "third.ogg", read_audio(second))
    assert soundfile.SoundFile(tmp_path / "third.ogg").artist == "Me"


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".ogg", ".aiff", ".caf"])
def test_empty_tags_hinder_nothing(tmp_path, suffix):
    """As of most MP3s: the short tags at their end have room for every one of them."""
    path = tmp_path / "song.mp3"
    soundfile.write(path, NOISE, 8000)
    tag = b"TAG" + b"Ra\xefn".ljust(30, b"\0") + bytes(94) + b"\xff"
    path.write_bytes(path.read_bytes() + tag)
    written = tmp_path / f"again{suffix}"
    write_audio(written, read_audio(path))
    assert len(read_audio(written).samples) == len(read_audio(path).samples)
    assert soundfile.SoundFile(written).title.startswith("Ra") or suffix == ".caf"


def test_pictures_and_texts_of_an_mp3_are_kept(tmp_path):
    path = tmp_path / "song.mp3"
    soundfile.write(path, NOISE, RATE)
    frames = b"".join(
        name + struct.pack(">IH", len(body), 0) + body
        for name, body in (
            (b"TIT2", b"\3Rain"),
            (b"TBPM", b"\x03120"),
            (b"APIC", b"\0image/png\0\3\0" + bytes(90)),
        )
    )
    tag = b"ID3\4\0\0" + bytes([0, 0, len(frames) >> 7, len(frames) & 0x7F]) + frames
    path.write_bytes(tag + path.read_bytes())
    again = tmp_path / "again.mp3"
    write_audio(again, read_audio(path))
    assert again.read_bytes().startswith(tag + b"\xff")
    assert soundfile.SoundFile(again).title == "Rain"
    assert len(read_audio(again).samples) == len(read_audio(path).samples)


def test_an_mp3_keeps_the_title_of_its_old_tag(tmp_path):
    """A new tag before the samples that names only the encoder does not replace it."""
    path, again = tmp_path / "song.mp3", tmp_path / "again.mp3"
    soundfile.write(path, NOISE, RATE)
    encoder = b"TSSE" + struct.pack(">IH", 5, 0) + b"\3LAME"
    new = b"ID3\4\0\0" + bytes([0, 0, 0, len(encoder)]) + encoder
    old = b"TAG" + b"Rain".ljust(30, b"\0") + bytes(94) + b"\x0c"
    path.write_bytes(new + path.read_bytes() + old)
    write_audio(again, read_audio(path))
    written = again.read_bytes()
    assert written.startswith(new + b"\xff") and written.endswith(old)
    assert written.count(b"TAG") == 1
    assert soundfile.SoundFile(again).title == "Rain"
    assert len(read_audio(again).samples) == len(read_audio(path).samples)


@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT"])
def test_markers_and_loops_of_aiff_are_kept(tmp_path, subtype):
    path, again = tmp_path / "loop.aiff", tmp_path / "again.aiff"
    with soundfile.SoundFile(path, "w", RATE, 1, subtype, format="AIFF") as stream:
        stream.title = "My loop"
        stream.write(NOISE)
    mark = b"MARK" + struct.pack(">IHhI6s", 14, 1, 1, 100, b"\5start")
    inst = b"INST" + struct.pack(">I", 20) + bytes(20)
    basc = b"basc\0\0\0\3abc\0"
    content = path.read_bytes() + mark + inst + basc
    path.write_bytes(content[:4] + struct.pack(">I", len(content) - 8) + content[8:])
    write_audio(again, read_audio(path))
    written = again.read_bytes()
    assert all(each in written for each in (mark, inst, basc))
    assert struct.unpack(">I", written[4:8])[0] == len(written) - 8
    assert written.count(b"My loop") == 1
    assert soundfile.SoundFile(again).title == "My loop"
    np.testing.assert_array_equal(read_audio(again).samples, read_audio(path).samples)


@pytest.mark.parametrize("picture_bytes", [9, 254, 255, 80_000])
def test_all_comments_of_ogg_are_kept(tmp_path, picture_bytes):
    plain, path, again = (tmp_path / name for name in ("plain.ogg", "a.ogg", "b.ogg"))
    soundfile.write(plain, NOISE, RATE)
    picture = b"METADATA_BLOCK_PICTURE=" + picture_bytes * b"A"
    texts = [b"TITLE=Rain", b"BPM=120", picture]
    listed = b"".join(struct.pack("<I", len(text)) + text for text in texts)
    packet = b"\3vorbis" + struct.pack("<II", 0, len(texts)) + listed + b"\1"
    with plain.open("rb") as stream, path.open("wb") as into:
        with_comments(stream, (packet,), into)
    write_audio(again, read_audio(path))
    with again.open("rb") as stream:
        assert ogg_comments(stream) == (packet,)
    assert soundfile.SoundFile(again).title == "Rain"
    assert len(read_audio(again).samples) == len(NOISE)


def test_comments_of_opus_go_to_vorbis(tmp_path):
    path, again = tmp_path / "a.opus", tmp_path / "again.ogg"
    with soundfile.SoundFile(path, "w", RATE, 1, "OPUS", format="OGG") as stream:
        stream.title = "Rain"
        stream.write(NOISE)
    write_audio(again, read_audio(path))
    assert b"\3vorbis" in again.read_bytes()
    assert soundfile.SoundFile(again).title == "Rain"
