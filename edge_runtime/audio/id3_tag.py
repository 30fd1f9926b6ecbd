"""The ID3v2 tag of an MP3 file, taken from one and put before another.

libsndfile keeps five of its texts and drops the rest: pictures, lyrics, beats a minute.
Source: ID3 tag version 2.4.0, main structure, section 3 (2000).
"""

from __future__ import annotations

import shutil
from typing import BinaryIO

from edge_runtime.audio.attachments import MOST_BYTES

_HEADER = 10
_HAS_FOOTER = 0x10


def id3_size(start: bytes) -> int:
    """Bytes of the tag that a file with this start begins with; 0 if it has none.

    Args:
        start: Its first 10 bytes or more.

    Example:

    >>> id3_size(b"ID3\\4\\0\\0" + bytes([0, 0, 1, 2]))
    140
    """
    if start[:3] != b"ID3" or len(start) < _HEADER:
        return 0
    size = 0
    for byte in start[6:_HEADER]:  # seven bits of each
        size = size << 7 | byte & 0x7F
    return _HEADER + size + _HEADER * bool(start[5] & _HAS_FOOTER)


def id3_blocks(stream: BinaryIO) -> tuple[bytes, ...]:
    """The tag as a file has it; nothing if it has none, or only a part of one."""
    stream.seek(0)
    start = stream.read(_HEADER)
    size = id3_size(start)
    if not 0 < size <= MOST_BYTES:
        return ()
    tag = start + stream.read(size - _HEADER)
    return (tag,) if len(tag) == size else ()


def with_id3(stream: BinaryIO, blocks: tuple[bytes, ...], into: BinaryIO) -> None:
    """Copy an MP3 file with another tag.

    Args:
        stream: MP3 file.
        blocks: What `id3_blocks` returned for another one.
        into: Where the copy goes.
    """
    stream.seek(0)
    start = id3_size(stream.read(_HEADER))
    stream.seek(start)
    into.write(b"".join(blocks))
    shutil.copyfileobj(stream, into, 1 << 20)
