"""A sound and what edits replace of it: copied only when somebody needs all of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile


class EditedSound:
    """A sound some samples of which are replaced, and which itself stays as it is.

    Args:
        original: The sound.

    Example:

    >>> import numpy as np
    >>> edited = EditedSound(AudioFile(np.zeros((4, 1), np.int16), 8000, "PCM_16"))
    >>> edited.put(1, np.array([[5], [6]], np.int16))
    >>> edited.part(0, 3).samples[:, 0].tolist()
    [0, 5, 6]
    >>> edited.whole.samples[:, 0].tolist()
    [0, 5, 6, 0]
    """

    def __init__(self, original: AudioFile) -> None:
        self._original = original
        self._copy: AudioFile | None = None
        self._waiting: list[tuple[int, NDArray[Any]]] = []

    @property
    def sample_rate(self) -> int:
        """In Hz."""
        return self._original.sample_rate

    @property
    def whole(self) -> AudioFile:
        """All of it, as it is now; the original itself while nothing is replaced.

        Raises:
            UserError: If a large file has no room for a copy on the disk.
        """
        if self._waiting:
            self._copy = self._copy or self._original.copied()
            for first, part in self._waiting:
                self._copy.put(first, part)
            self._waiting.clear()
            self._copy.forget()
        return self._copy or self._original

    def put(self, first: int, part: NDArray[Any]) -> None:
        """Replace some samples, in the file's own numbers.

        Args:
            first: Number of the first sample to replace.
            part: New samples, shape `(length, channels)`.
        """
        self._waiting.append((first, part))

    def part(self, first: int, end: int) -> AudioFile:
        """Samples `first` to `end`, excluded: a copy that holds nothing else."""
        samples = (self._copy or self._original).samples[first:end].copy()
        for start, part in self._waiting:
            begin, stop = max(first, start), min(end, start + len(part))
            if begin < stop:
                samples[begin - first : stop - first] = part[
                    begin - start : stop - start
                ]
        return replace(self._original, samples=samples, mapped=None)
