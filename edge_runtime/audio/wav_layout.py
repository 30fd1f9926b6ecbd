"""Where the samples of a WAV file lie, and which chunks stand around them.

Source: Microsoft and IBM, Multimedia Programming Interface 1.0 (1991); Microsoft,
Multiple channel audio data and WAVE files (2007); for RF64, EBU Tech 3306 (2009).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from edge_runtime.audio.attachments import (
    MOST_CHUNKS,
    Attachments,
    Chunk,
    Room,
    is_kept,
)
from edge_runtime.errors import AudioError

PCM, FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
# The last 14 bytes of KSDATAFORMAT_SUBTYPE identifiers, and of those of ambisonics.
_SUBTYPE_SUFFIXES = (
    bytes.fromhex("000000001000800000aa00389b71"),
    bytes.fromhex("00002107d3118644c8c1ca000000"),
)
# Format tag and bytes per sample of each subtype.
_SUBTYPES = {
    (PCM, 1): "PCM_U8",
    (PCM, 2): "PCM_16",
    (PCM, 3): "PCM_24",
    (PCM, 4): "PCM_32",
    (FLOAT, 4): "FLOAT",
    (FLOAT, 8): "DOUBLE",
}
LAYOUTS = {subtype: layout for layout, subtype in _SUBTYPES.items()}
_LONG = (b"RF64", b"BW64")
# Who cannot seek back leaves the largest size a counter holds, rounded down or less
# the headers: sox 0x7FFFF000, arecord 0x7FFFFF00, others 0x7FFFFFFF and 0xFFFFFFFF.
_TOPS = (0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_BELOW_TOP = 1 << 16
_MOST_FORMAT = 1 << 16


class UnknownEncoding(AudioError):
    """A WAV file in an encoding that only other readers know."""


@dataclass(frozen=True)
class WavFormat:
    """The `fmt ` chunk."""

    subtype: str
    channels: int
    sample_rate: int

    @property
    def block(self) -> int:
        """Bytes of one sample of all channels."""
        return LAYOUTS[self.subtype][1] * self.channels


@dataclass(frozen=True)
class WavLayout:
    """Where the samples of a WAV file lie, and what is around them.

    Attributes:
        form: The `fmt ` chunk.
        start: First byte of the samples.
        size: Number of their bytes.
        attachments: The other chunks.
    """

    form: WavFormat
    start: int
    size: int
    attachments: Attachments


def is_wav(start: bytes) -> bool:
    """Whether a file that starts with these 12 bytes is a WAV file, long or not."""
    return start[:4] in (b"RIFF", *_LONG) and start[8:12] == b"WAVE"


def wav_layout(stream: BinaryIO) -> WavLayout:
    """Find the samples of a WAV file.

    Args:
        stream: The file, which can seek.

    Raises:
        UnknownEncoding: If it is whole, but neither PCM nor float.
        AudioError: If it is not WAV, is truncated, contradicts itself or has more than
            4,096 chunks before its samples, or as many behind.
    """
    length = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    start = stream.read(12)
    if not is_wav(start):
        raise AudioError(
            f"not a WAV file: it starts with {start!r}, not with RIFF and WAVE"
        )
    long_size = None
    before: list[Chunk] = []
    room = Room()
    position = 12
    for _ in range(MOST_CHUNKS + 1):
        if position + 8 > length:
            raise AudioError("truncated: it ends before its samples begin")
        name, size = _head(stream, position)
        left = length - position - 8
        if name == b"data":
            form = dict(before).get(b"fmt ")
            if form is None:
                raise AudioError("its data chunk comes before its fmt chunk")
            if start[:4] in _LONG and size == 0xFFFFFFFF and long_size is not None:
                size = long_size
            return _layout(stream, position + 8, size, length, before, room)
        if size > left or (name == b"fmt " and size > _MOST_FORMAT):
            raise AudioError("truncated: it ends before its samples begin")
        if name == b"ds64" and size >= 24:
            long_size = int(struct.unpack("<8xQ8x", stream.read(24))[0])
        elif is_kept(name) and room.takes(size):
            before.append((name, stream.read(size)))
        position += 8 + size + size % 2
    raise _too_many_chunks()


def _head(stream: BinaryIO, position: int) -> tuple[bytes, int]:
    stream.seek(position)
    head = stream.read(8)
    if len(head) < 8:
        raise AudioError("truncated: it was cut while it was read")
    name, size = struct.unpack("<4sI", head)
    return name, size


def _layout(
    stream: BinaryIO,
    start: int,
    size: int,
    length: int,
    before: list[Chunk],
    room: Room,
) -> WavLayout:
    """The layout around samples that begin at `start` and should have `size` bytes."""
    form = _parse_format(dict(before)[b"fmt "])
    left = length - start
    block = form.block
    if _is_unknown(size, left) or (size == 0 and not _is_chain(stream, start, length)):
        size = left - left % block
    if size > left:
        raise AudioError(
            f"truncated: it promises {size} bytes of samples and has {left}"
        )
    if size % block:
        raise AudioError(
            f"truncated: {size} bytes of samples do not divide into {block} bytes each"
        )
    attachments = Attachments(before=tuple(before))
    after: list[Chunk] = []
    for name, place, count in _chunks(stream, start + size + size % 2, length):
        _refuse_more_samples(name, place - 8, count)
        if is_kept(name) and name != b"fmt " and room.takes(count):
            stream.seek(place)
            after.append((name, stream.read(count)))
    return WavLayout(form, start, size, replace(attachments, after=tuple(after)))


def _refuse_more_samples(name: bytes, position: int, count: int) -> None:
    """Raise if a chunk has samples that would be lost."""
    if name == b"data" and count:
        raise AudioError(
            "its samples lie in several data chunks. Join them: ffmpeg -i IN OUT.wav"
        )
    if name in (b"RIFF", *_LONG):
        raise AudioError(
            f"a second sound follows the first one, at byte {position}. "
            "Split the file there"
        )


def _chunks(
    stream: BinaryIO, position: int, length: int
) -> Iterator[tuple[bytes, int, int]]:
    """Name, place and size of the whole chunks from a position on."""
    for _ in range(MOST_CHUNKS + 1):
        if position + 8 > length:
            return
        name, size = _head(stream, position)
        if size > length - position - 8 or not _is_name(name):
            return
        yield name, position + 8, size
        position += 8 + size + size % 2
    raise _too_many_chunks()


def _is_chain(stream: BinaryIO, start: int, length: int) -> bool:
    """Whether a chunk follows, or nothing: then the header means no samples."""
    return length - start < 8 or any(_chunks(stream, start, length))


def _is_name(name: bytes) -> bool:
    return all(32 <= byte < 127 for byte in name)


def _is_unknown(size: int, left: int) -> bool:
    """Whether a size stands for a length that nobody knew."""
    is_marker = any(0 <= top - size < _BELOW_TOP for top in _TOPS)
    return is_marker and size > left


def _too_many_chunks() -> AudioError:
    return AudioError(
        f"it has more than {MOST_CHUNKS:,} chunks. Leave them out: ffmpeg -i IN OUT.wav"
    )


def _parse_format(body: bytes) -> WavFormat:
    if len(body) < 16:
        raise AudioError(f"its fmt chunk has {len(body)} bytes, expected 16 or more")
    tag, channels, sample_rate, _, block, bits = struct.unpack_from("<HHIIHH", body)
    if tag == _EXTENSIBLE:
        if len(body) < 40 or body[26:40] not in _SUBTYPE_SUFFIXES:
            raise UnknownEncoding("its extensible header names no known encoding")
        (tag,) = struct.unpack_from("<H", body, 24)
    if channels == 0 or sample_rate == 0 or block == 0:
        raise _contradiction(channels, sample_rate, block)
    width = block // channels
    subtype = _SUBTYPES.get((tag, width))
    if tag in (PCM, FLOAT) and block % channels:
        raise _contradiction(channels, sample_rate, block)
    if subtype is None or bits > 8 * width or block % channels:
        raise UnknownEncoding(
            f"unsupported encoding (tag {tag}, {bits} bits in {width} bytes). "
            "Expected PCM of 8, 16, 24 or 32 bits or float of 32 or 64 bits"
        )
    return WavFormat(subtype, channels, sample_rate)


def _contradiction(channels: int, sample_rate: int, block: int) -> AudioError:
    return AudioError(
        f"its header contradicts itself: {channels} channels, {sample_rate} Hz, "
        f"{block} bytes for one sample of all channels"
    )


def fits(body: bytes, form: WavFormat) -> bool:
    """Whether a `fmt ` chunk's body still describes samples of this format."""
    try:
        return _parse_format(body) == form
    except AudioError:
        return False


def valid_bits(body: bytes) -> int | None:
    """Bits of each sample that an extensible `fmt ` chunk calls valid, if it does."""
    if len(body) < 40 or body[:2] != struct.pack("<H", _EXTENSIBLE):
        return None
    (bits,) = struct.unpack_from("<H", body, 18)
    return int(bits) or None
