"""The ID3 tags of an MP3 file, taken from one and put around another.

libsndfile keeps five of its texts and drops the rest: pictures, lyrics, beats a minute.
Source: ID3 tag version 2.4.0, main structure, section 3 (2000); for the old tag at the
end of a file, https://id3.org/ID3v1.
"""

from __future__ import annotations

import os
import shutil
from typing import BinaryIO

from edge_runtime.audio.attachments import MOST_BYTES

_HEADER = 10
_HAS_FOOTER = 0x10
_OLD, _OLD_SIZE = b"TAG", 128


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
    """The tags as a file has them, the old one last; none that is there in part.

    Args:
        stream: Any file.
    """
    stream.seek(0)
    start = stream.read(_HEADER)
    size = id3_size(start)
    found = []
    if 0 < size <= MOST_BYTES:
        tag = start + stream.read(size - _HEADER)
        if len(tag) == size:
            found.append(tag)
    length = stream.seek(0, os.SEEK_END)
    stream.seek(max(size, length - _OLD_SIZE))
    old = stream.read(_OLD_SIZE)
    if old.startswith(_OLD) and len(old) == _OLD_SIZE:
        found.append(old)
    return tuple(found)


def with_id3(stream: BinaryIO, blocks: tuple[bytes, ...], into: BinaryIO) -> None:
    """Copy an MP3 file with other tags.

    Args:
        stream: MP3 file without an old tag.
        blocks: What `id3_blocks` returned for another one.
        into: Where the copy goes.
    """
    stream.seek(0)
    start = id3_size(stream.read(_HEADER))
    stream.seek(start)
    into.write(b"".join(block for block in blocks if not block.startswith(_OLD)))
    shutil.copyfileobj(stream, into, 1 << 20)
    into.write(b"".join(block for block in blocks if block.startswith(_OLD)))
