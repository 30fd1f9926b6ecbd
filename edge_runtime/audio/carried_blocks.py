"""What a container says besides its samples, carried over to a file of its kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from edge_runtime.audio.aiff_chunks import aiff_chunks, with_chunks
from edge_runtime.audio.flac_blocks import flac_blocks, with_blocks
from edge_runtime.audio.id3_tag import id3_blocks, with_id3
from edge_runtime.audio.ogg_comments import ogg_comments, with_comments

_Blocks = tuple[bytes, ...]
# By libsndfile's names of containers: what takes the blocks out, and what puts them in.
_CARRIERS: dict[
    str,
    tuple[
        Callable[[BinaryIO], _Blocks],
        Callable[[BinaryIO, _Blocks, BinaryIO], None],
    ],
] = {
    "FLAC": (flac_blocks, with_blocks),
    "AIFF": (aiff_chunks, with_chunks),
    "MP3": (id3_blocks, with_id3),
    "OGG": (ogg_comments, with_comments),
}


def blocks_of(stream: BinaryIO) -> dict[str, _Blocks]:
    """Blocks that a file has, as they stand in it, if it is of that container."""
    return {name: take(stream) for name, (take, _) in _CARRIERS.items()}


def put_blocks(
    stream: BinaryIO, container: str, blocks: _Blocks, into: BinaryIO
) -> None:
    """Copy a file of that container with the blocks of another one."""
    _CARRIERS[container][1](stream, blocks, into)
