"""Chunks of AIFF files, taken from one and put into another.

libsndfile writes title, artist and comment and drops the rest: markers, loops, comments
with a time, what a sampler needs. Source: Apple, Audio Interchange File Format 1.3
(1989), and AIFF-C, draft (1991).
"""

from __future__ import annotations

import shutil
import struct
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from edge_runtime.audio.attachments import MOST_CHUNKS, Room

# Of one stream of samples: their format and place, the version of AIFF-C, peaks.
_NOT_KEPT = (b"COMM", b"SSND", b"FVER", b"PEAK")


def aiff_chunks(stream: BinaryIO) -> tuple[bytes, ...]:
    """Chunks of an AIFF file that another one may carry, with names and sizes.

    Args:
        stream: Any file; what is not AIFF has none.

    Returns:
        The chunks; those of a damaged file as far as they are whole, of one with more
        than 4,096 those among the first.
    """
    found: list[bytes] = []
    room = Room()
    for name, size in islice(_chunks(stream), MOST_CHUNKS):
        if name in _NOT_KEPT or not room.takes(size):
            continue
        body = stream.read(size)
        if len(body) == size:
            found.append(name + struct.pack(">I", size) + body + bytes(size % 2))
    return tuple(found)


def with_chunks(stream: BinaryIO, blocks: tuple[bytes, ...], into: BinaryIO) -> None:
    """Copy an AIFF file with more chunks.

    Args:
        stream: AIFF file.
        blocks: What `aiff_chunks` returned for another one.
        into: Where the copy goes, which can seek.
    """
    there = {name for name, _ in _chunks(stream)}
    stream.seek(0)
    shutil.copyfileobj(stream, into, 1 << 20)
    into.write(bytes(into.tell() % 2))
    into.write(b"".join(block for block in blocks if block[:4] not in there))
    size = into.tell() - 8
    into.seek(4)
    into.write(struct.pack(">I", size))


def _chunks(stream: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Name and size of each chunk, with the stream at its body."""
    stream.seek(0)
    start = stream.read(12)
    if start[:4] != b"FORM" or start[8:] not in (b"AIFF", b"AIFC"):
        return
    position = 12
    while len(head := stream.read(8)) == 8:
        name, size = struct.unpack(">4sI", head)
        yield name, size
        position += 8 + size + size % 2
        stream.seek(position)
