"""The comments of Ogg files, taken from one and put into a Vorbis file.

libsndfile keeps nine tags and drops the rest: pictures, beats a minute, gains. Source:
RFC 3533, "The Ogg Encapsulation Format Version 0" (2003); Xiph.Org, "Vorbis I
specification", section 5 (2020); for Opus, RFC 7845, section 5.2 (2016).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

_OPUS, _VORBIS = b"OpusTags", b"\3vorbis"
# Of 64 KiB each; a picture takes a few dozen.
_MOST_PAGES = 512
# Version, flags, granule, stream, number, checksum, and how many segments follow.
_HEAD = struct.Struct("<4sBBQIIIB")
_CONTINUED = 1
_SEGMENT = 255
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True)
class _Page:
    flags: int
    granule: int
    serial: int
    number: int
    segments: bytes
    body: bytes

    def content(self) -> bytes:
        """The page as it stands in a file, with its checksum."""
        head = _HEAD.pack(
            *(b"OggS", 0, self.flags, self.granule, self.serial, self.number, 0),
            len(self.segments),
        )
        page = head + self.segments + self.body
        # Ogg's checksum is that of zip files with the bits of all bytes, and its own,
        # the other way round.
        mirrored = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
        checksum = mirrored.to_bytes(4, "big").translate(_REVERSED)
        return page[:22] + checksum + page[26:]


def ogg_comments(stream: BinaryIO) -> tuple[bytes, ...]:
    """The comments of a Vorbis or Opus file, as Vorbis says them.

    Args:
        stream: Any file; what is neither has none.

    Returns:
        The packet, alone; nothing if it is damaged.
    """
    packets, _ = _headers(stream, 2)
    if len(packets) < 2:
        return ()
    for name in (_VORBIS, _OPUS):
        if packets[1].startswith(name):
            comments = _comments(packets[1][len(name) :])
            return (_VORBIS + comments + b"\1",) if comments else ()
    return ()


def with_comments(stream: BinaryIO, blocks: tuple[bytes, ...], into: BinaryIO) -> None:
    """Copy a Vorbis file with other comments.

    Args:
        stream: Vorbis file.
        blocks: What `ogg_comments` returned for another one.
        into: Where the copy goes.
    """
    (_, _, setup), pages = _headers(stream, 3)
    first = pages[0]
    headers = list(_paged((*blocks, setup), first.serial))
    for page in (first, *headers):
        into.write(page.content())
    for number, page in enumerate(_pages(stream), start=1 + len(headers)):
        into.write(replace(page, number=number).content())


def _comments(body: bytes) -> bytes:
    """Vendor and list of comments, without what comes behind; empty if damaged."""
    try:
        place = 4 + struct.unpack_from("<I", body)[0]
        (count,) = struct.unpack_from("<I", body, place)
        place += 4
        for _ in range(count):
            place += 4 + struct.unpack_from("<I", body, place)[0]
    except struct.error:
        return b""
    return body[:place] if place <= len(body) else b""


def _pages(stream: BinaryIO) -> Iterator[_Page]:
    while len(head := stream.read(_HEAD.size)) == _HEAD.size:
        name, _, flags, granule, serial, number, _, count = _HEAD.unpack(head)
        segments = stream.read(count)
        body = stream.read(sum(segments))
        if name != b"OggS" or len(body) < sum(segments):
            return
        yield _Page(flags, granule, serial, number, segments, body)


def _headers(stream: BinaryIO, count: int) -> tuple[list[bytes], list[_Page]]:
    """The first packets, as many as are whole, and the pages that they fill."""
    stream.seek(0)
    packets: list[bytes] = []
    pages: list[_Page] = []
    part = bytearray()
    for page in _pages(stream):
        pages.append(page)
        if page.serial != pages[0].serial or len(pages) > _MOST_PAGES:
            break
        place = 0
        for size in page.segments:
            part += page.body[place : place + size]
            place += size
            if size < _SEGMENT:
                packets.append(bytes(part))
                part.clear()
        if len(packets) >= count:
            break
    return packets[:count], pages


def _paged(packets: tuple[bytes, ...], serial: int) -> Iterator[_Page]:
    """Pages of some packets in a row, from the second one of a stream on."""
    body = b"".join(packets)
    segments = b"".join(
        bytes([_SEGMENT]) * (len(packet) // _SEGMENT) + bytes([len(packet) % _SEGMENT])
        for packet in packets
    )
    place = 0
    for number, start in enumerate(range(0, len(segments), _SEGMENT), start=1):
        part = segments[start : start + _SEGMENT]
        is_inside = start > 0 and segments[start - 1] == _SEGMENT
        yield _Page(
            flags=_CONTINUED * is_inside,
            # All ones where no packet ends.
            granule=0 if min(part) < _SEGMENT else (1 << 64) - 1,
            serial=serial,
            number=number,
            segments=part,
            body=body[place : place + sum(part)],
        )
        place += sum(part)
