"""Sounds that clients have sent, so that each is sent once and then named."""

from __future__ import annotations

import secrets
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.page.answer import Refusal
from edge_runtime.page.limits import Limits

# Of edits on edits that are kept as what they changed; then the sound is kept anew.
_LONGEST_CHAIN = 64


@dataclass(frozen=True, eq=False)
class _Kept:
    """A sound that was sent, and what edits have changed of it, one after the other."""

    root: AudioFile
    patches: tuple[tuple[int, NDArray[Any]], ...] = ()

    @property
    def arrays(self) -> list[NDArray[Any]]:
        """All that it holds; it may share them with others."""
        return [self.root.samples, *(part for _, part in self.patches)]

    def whole(self) -> AudioFile:
        """The sound itself."""
        if not self.patches:
            return self.root
        samples = self.root.samples.copy()
        for first, part in self.patches:
            samples[first : first + len(part)] = part
        return replace(self.root, samples=samples, mapped=None)

    def changed(self, first: int, part: NDArray[Any]) -> _Kept | None:
        """The same with other samples; `None` where that would save nothing."""
        patches = (*self.patches, (first, part))
        size = sum(part.nbytes for _, part in patches)
        is_long = len(patches) > _LONGEST_CHAIN or size > self.root.samples.nbytes
        return None if is_long else _Kept(self.root, patches)


class KeptSounds:
    """Sounds in memory, by names that nobody can guess.

    Only who was told a name can use its sound, so clients share nothing. What was not
    used for longest goes first; a client whose sound has gone sends it again. Of an
    edited sound only what has changed is kept, so that memory does not grow by the
    whole sound with every edit.

    Args:
        limits: Bounds on their bytes and number, and on how long one stays without
            being used.
        clock: Seconds that only grow. Defaults to `time.monotonic`.

    Attributes:
        held: Bytes of all samples.

    Example:

    >>> import numpy as np
    >>> kept = KeptSounds(Limits())
    >>> name = kept.keep(AudioFile(np.zeros((8, 1), np.int16), 8000, "PCM_16"))
    >>> kept.get(name).duration, kept.held
    (0.001, 16)
    """

    def __init__(
        self, limits: Limits, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._sounds: OrderedDict[str, tuple[float, _Kept]] = OrderedDict()
        self._uses: Counter[int] = Counter()  # of arrays, by their identity
        self._lock = Lock()
        self.held = 0

    def keep(self, sound: AudioFile) -> str:
        """Keep a sound; returns its name."""
        with self._lock:
            return self._add(_Kept(sound))

    def keep_changed(self, base: str, first: int, changed: AudioFile) -> str:
        """Keep a sound with some samples replaced.

        Args:
            base: Name of the sound.
            first: Number of the first sample to replace.
            changed: New samples, as many as are replaced.

        Returns:
            The name of the new sound; the one it was made from still stands.

        Raises:
            Refusal: 410 as `get`; 422 if the samples do not fit into the sound.
        """
        with self._lock:
            kept = self._find(base)
        root, part = kept.root, changed.samples
        same = (root.sample_rate, root.subtype, root.samples.shape[1:])
        fits = (changed.sample_rate, changed.subtype, part.shape[1:]) == same
        if not fits or not 0 <= first <= len(root.samples) - len(part):
            raise Refusal(422, "The samples do not fit into the sound they belong to.")
        new = kept.changed(first, part)
        if new is None:
            new = _Kept(_Kept(kept.whole(), ((first, part),)).whole())
        with self._lock:
            return self._add(new)

    def get(self, name: str) -> AudioFile:
        """The sound of a name.

        Raises:
            Refusal: 410 if there is none, or none any more.
        """
        with self._lock:
            kept = self._find(name)
        return kept.whole()

    def _find(self, name: str) -> _Kept:
        self._forget()
        if name not in self._sounds:
            raise Refusal(410, "This sound is not kept any more. Send it again.")
        kept = self._sounds.pop(name)[1]
        self._sounds[name] = self._clock(), kept
        return kept

    def _add(self, kept: _Kept) -> str:
        name = secrets.token_urlsafe(16)
        self._sounds[name] = self._clock(), kept
        for array in kept.arrays:
            self._uses[id(array)] += 1
            if self._uses[id(array)] == 1:
                self.held += array.nbytes
        self._forget()
        return name

    def _forget(self) -> None:
        """Drop what is too old, and the oldest of what is too much."""
        limits = self._limits
        oldest = self._clock() - limits.kept_s
        while self._sounds:
            used, kept = next(iter(self._sounds.values()))
            is_much = (
                self.held > limits.kept_bytes or len(self._sounds) > limits.kept_sounds
            )
            if used >= oldest and not is_much:
                return
            self._sounds.popitem(last=False)
            for array in kept.arrays:
                self._uses[id(array)] -= 1
                if not self._uses[id(array)]:
                    del self._uses[id(array)]
                    self.held -= array.nbytes
