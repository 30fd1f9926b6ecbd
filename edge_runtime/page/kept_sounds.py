"""Sounds that clients have sent, so that each is sent once and then named."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.page.answer import Refusal
from edge_runtime.page.limits import Limits


class KeptSounds:
    """Sounds in memory, by names that nobody can guess.

    Only who was told a name can use its sound, so clients share nothing. What was not
    used for longest goes first; a client whose sound has gone sends it again.

    Args:
        limits: Bounds on their bytes and on how long one stays without being used.
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
        self._sounds: OrderedDict[str, tuple[float, AudioFile]] = OrderedDict()
        self._lock = Lock()
        self.held = 0

    def keep(self, sound: AudioFile) -> str:
        """Keep a sound; returns its name."""
        name = secrets.token_urlsafe(16)
        with self._lock:
            self._sounds[name] = self._clock(), sound
            self.held += sound.samples.nbytes
            self._forget()
        return name

    def get(self, name: str) -> AudioFile:
        """The sound of a name.

        Raises:
            Refusal: 410 if there is none, or none any more.
        """
        with self._lock:
            self._forget()
            if name not in self._sounds:
                raise Refusal(410, "This sound is not kept any more. Send it again.")
            sound = self._sounds.pop(name)[1]
            self._sounds[name] = self._clock(), sound
        return sound

    def _forget(self) -> None:
        """Drop what is too old, and the oldest of what is too much."""
        oldest = self._clock() - self._limits.kept_s
        while self._sounds:
            used, sound = next(iter(self._sounds.values()))
            if used >= oldest and self.held <= self._limits.kept_bytes:
                return
            self._sounds.popitem(last=False)
            self.held -= sound.samples.nbytes
