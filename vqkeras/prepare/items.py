"""What becomes rows of a shard: an example that is planned, or a recording to cut."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import UserError
from vqkeras.datasets.audio_clip import clip_samples, mono_of, padded, read_file
from vqkeras.datasets.folder import segments_of
from vqkeras.prepare.remote import fetched, is_remote, reason_of


class Item(Protocol):
    """What becomes rows; it is sent to whoever reads it."""

    @property
    def name(self) -> str:
        """What people know it by."""

    @property
    def mark(self) -> str:
        """Text that changes when its content does."""

    def rows(
        self, sample_rate: int
    ) -> Iterator[tuple[dict[str, Any], NDArray[np.float32]]]:
        """What is known of each row, and its sound of 4 s, all read before the first.

        Raises:
            UserError: If it cannot be read.
        """


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a data set: a row.

    Attributes:
        metadata: What is known of it; its name is `note_str`.
        mark: Its fingerprint.
        read: Gives its sound.
    """

    metadata: dict[str, Any]
    mark: str
    read: Callable[[], NDArray[np.float32]]

    @property
    def name(self) -> str:
        """The name of the note or clip."""
        return str(self.metadata["note_str"])

    def rows(
        self, sample_rate: int
    ) -> Iterator[tuple[dict[str, Any], NDArray[np.float32]]]:
        """Its one row."""
        yield self.metadata, self.read()


@dataclass(frozen=True, slots=True)
class Recording:
    """A file of any length: a row for each 4 s of it.

    Attributes:
        root: Folder, or where fsspec finds one.
        name: Path below it, with `/`.
        mark: Size and time of change, or what its store tells instead.
    """

    root: str
    name: str
    mark: str

    def rows(
        self, sample_rate: int
    ) -> Iterator[tuple[dict[str, Any], NDArray[np.float32]]]:
        """Its segments, as `data.name=folder` cuts them."""
        here = contextlib.nullcontext(Path(self.root, self.name))
        with fetched(self.root, self.name) if is_remote(self.root) else here as path:
            try:
                file = read_file(path)
            except UserError as error:
                # It may be a copy, whose name says nothing.
                raise type(error)(reason_of(error, path)) from error
            audio = mono_of(file, sample_rate)
        size = clip_samples(sample_rate)
        for number, known in enumerate(segments_of(self.name, file.duration)):
            yield known, padded(audio[number * size :], size)
