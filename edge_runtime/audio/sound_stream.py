"""A sound as its reader gives it, block by block; memory for all of it is bounded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.attachments import Attachments
from edge_runtime.audio.mapped_samples import MappedSamples, no_room, spool_folder


@dataclass(frozen=True)
class SoundStream:
    """A sound that is being read.

    Attributes:
        sample_rate: In Hz.
        subtype: As of `StoredAudio`.
        attachments: What the file carries besides.
        blocks: Its samples, arrays of shape `(samples, channels)`.
    """

    sample_rate: int
    subtype: str
    attachments: Attachments
    blocks: Iterator[NDArray[Any]]


def collected(
    blocks: Iterator[NDArray[Any]], largest: int
) -> tuple[NDArray[Any], MappedSamples | None]:
    """All samples: a few in memory, many in a nameless file that is mapped.

    Nobody else can shorten that file while it is used, as could happen to the one that
    is read.

    Args:
        blocks: Arrays of shape `(samples, channels)`, one or more.
        largest: Bytes above which they go into the file.

    Returns:
        The samples, which cannot be changed if they are mapped; and the mapping.

    Raises:
        UserError: If there is no room for the file.
    """
    kept: list[NDArray[Any]] = []
    size = 0
    for block in blocks:
        kept.append(block)
        size += block.nbytes
        if size > largest:
            mapped = _mapped(kept, blocks)
            return mapped.array, mapped
    return np.concatenate(kept) if len(kept) > 1 else kept[0], None


def _mapped(first: list[NDArray[Any]], rest: Iterator[NDArray[Any]]) -> MappedSamples:
    dtype, channels = first[0].dtype, first[0].shape[1]
    count = written = 0
    try:
        file = tempfile.TemporaryFile(dir=spool_folder())  # noqa: SIM115
    except OSError as error:
        raise no_room(sum(block.nbytes for block in first), error) from error
    with file:
        for block in _each(first, rest):
            count += len(block)
            written += block.nbytes
            try:
                file.write(np.ascontiguousarray(block).data)
                file.flush()
            except OSError as error:
                raise no_room(written, error) from error
        return MappedSamples(file.fileno(), dtype, 0, (count, channels))


def _each(
    first: list[NDArray[Any]], rest: Iterator[NDArray[Any]]
) -> Iterator[NDArray[Any]]:
    while first:
        yield first.pop(0)
    yield from rest
