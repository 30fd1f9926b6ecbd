"""What a file is that nothing here reads, told by its first bytes."""

from __future__ import annotations

# Place, bytes and name. Source: https://en.wikipedia.org/wiki/List_of_file_signatures,
# 2026; of video and phones' sound what people most often try.
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (4, b"ftypM4A", "M4A (AAC or ALAC in MP4)"),
    (4, b"ftypqt", "QuickTime video"),
    (4, b"ftyp3g", "3GP"),
    (4, b"ftyp", "MP4"),
    (0, b"\x1a\x45\xdf\xa3", "WebM or Matroska"),
    (0, bytes.fromhex("3026b2758e66cf11"), "WMA or ASF"),
    (0, b"#!AMR", "AMR"),
    (0, b"ADIF", "AAC"),
    (0, b"MAC ", "Monkey's Audio"),
    (0, b"wvpk", "WavPack"),
    (0, b"MPCK", "Musepack"),
    (0, b"DSD ", "DSF (DSD)"),
    (0, b"FRM8", "DSDIFF (DSD)"),
    (0, b"\x0b\x77", "AC-3"),
    (0, b"TTA1", "True Audio"),
    (0, b"FLV", "Flash video"),
)
_NOT_SOUND: tuple[tuple[int, bytes, str], ...] = (
    (0, b"MThd", "a MIDI file: notes, not sound. Render it with a synthesiser"),
    (8, b"AVI ", "an AVI video. Take its sound out with: ffmpeg -i IN OUT.wav"),
    (0, b"PK\3\4", "a zip archive. Unpack it first"),
    (0, b"\x1f\x8b", "a gzip archive. Unpack it first"),
    (0, b"%PDF", "a PDF document, not sound"),
    (0, b"\x89PNG", "a picture, not sound"),
    (0, b"\xff\xd8\xff", "a picture, not sound"),
    (0, b"GIF8", "a picture, not sound"),
    (0, b"<!DOCTYPE", "a web page, not sound. Download the sound itself"),
    (0, b"<html", "a web page, not sound. Download the sound itself"),
    (0, b"version https://git-lfs", "a placeholder of Git LFS. Run: git lfs pull"),
    (0, b"\x00\x05\x16\x07", "a Mac's notes on a file (._ in its name), not sound"),
)


def foreign_format(start: bytes) -> str | None:
    """What a file is and what to do with it; `None` if its start says nothing.

    Args:
        start: Its first 32 bytes or more.

    Example:

    >>> foreign_format(b"\\0\\0\\0\\x20ftypM4A \\0\\0\\0\\0")
    'M4A (AAC or ALAC in MP4). Convert it with: ffmpeg -i IN OUT.wav'
    """
    for place, signature, name in _SIGNATURES:
        if start[place : place + len(signature)] == signature:
            return f"{name}. Convert it with: ffmpeg -i IN OUT.wav"
    for place, signature, name in _NOT_SOUND:
        if start[place : place + len(signature)] == signature:
            return name
    # ADTS: twelve ones, then layer 00, which no MPEG audio layer has.
    if len(start) > 2 and start[0] == 0xFF and start[1] & 0xF6 == 0xF0:
        return "AAC. Convert it with: ffmpeg -i IN OUT.wav"
    return None
