"""Metadata blocks of FLAC files, taken from one and put into another.

libsndfile keeps nine tags and drops the rest: pictures, markers, comments of other
names. Source: RFC 9639, "Free Lossless Audio Codec (FLAC)", section 8 (2024).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from edge_runtime.audio.attachments import MOST_CHUNKS, Room

_STREAMINFO = 0
# Application, comments, markers, picture; seek tables and padding belong to one stream.
_KEPT = (2, 4, 5, 6)


def flac_blocks(stream: BinaryIO) -> tuple[bytes, ...]:
    """Blocks of a FLAC file that another one may carry, with their headers.

    Args:
        stream: Any file; what is not FLAC has none.

    Returns:
        The blocks; those of a damaged file as far as they are whole, of one with more
        than 4,096 those among the first.
    """
    room = Room()
    return tuple(
        block
        for kind, block in islice(_blocks(stream), MOST_CHUNKS)
        if kind in _KEPT and room.takes(len(block))
    )


def with_blocks(stream: BinaryIO, blocks: tuple[bytes, ...], into: BinaryIO) -> None:
    """Copy a FLAC file with other metadata.

    Args:
        stream: FLAC file.
        blocks: What `flac_blocks` returned for another one.
        into: Where the copy goes.
    """
    streaminfo = next(block for kind, block in _blocks(stream) if kind == _STREAMINFO)
    kept = [streaminfo, *blocks]
    into.write(b"fLaC")
    for number, block in enumerate(kept):
        is_last = number == len(kept) - 1
        into.write(bytes([block[0] & 0x7F | is_last << 7]) + block[1:])
    for _ in _blocks(stream):
        pass  # to the first frame
    shutil.copyfileobj(stream, into, 1 << 20)


def _blocks(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Kind and bytes of each block; afterwards the stream is at the first frame."""
    stream.seek(0)
    if stream.read(4) != b"fLaC":
        return
    is_last = False
    while not is_last:
        head = stream.read(4)
        if len(head) < 4:
            return
        is_last = bool(head[0] & 0x80)
        size = int.from_bytes(head[1:], "big")
        body = stream.read(size)
        if len(body) < size:
            return
        yield head[0] & 0x7F, head + body
