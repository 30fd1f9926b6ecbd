"""Sounds that are not spectrograms yet: what is known of each, and how to read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SECONDS = 4.0  # length of every example, that of an NSynth note


@dataclass(frozen=True)
class Sounds:
    """A list of sounds, each read when it is asked for.

    Attributes:
        metadata: What is known of each sound.
        fingerprints: For each sound a text that changes when its content does.
        readers: One for each sound, which gives it as float32 of shape `(samples,)`,
            4 s long. Other processes can call them too, unless they close over
            something.
    """

    metadata: list[dict[str, Any]]
    fingerprints: list[str]
    readers: Sequence[Callable[[], NDArray[np.float32]]]

    def __len__(self) -> int:
        return len(self.metadata)

    def read(self, index: int) -> NDArray[np.float32]:
        """Sound `index`, float32 of shape `(samples,)`."""
        return self.readers[index]()

    def chosen(self, indices: Sequence[int]) -> Sounds:
        """These sounds only, in this order."""
        return Sounds(
            metadata=[self.metadata[i] for i in indices],
            fingerprints=[self.fingerprints[i] for i in indices],
            readers=[self.readers[i] for i in indices],
        )

    def limited(self, limit: int | None) -> Sounds:
        """At most `limit` sounds, spread evenly over the list."""
        if limit is None or limit >= len(self):
            return self
        return self.chosen([i * len(self) // limit for i in range(limit)])

    def followed_by(self, others: Sounds) -> Sounds:
        """These sounds, then the others."""
        return Sounds(
            metadata=[*self.metadata, *others.metadata],
            fingerprints=[*self.fingerprints, *others.fingerprints],
            readers=[*self.readers, *others.readers],
        )


@dataclass(frozen=True)
class SoundSplits:
    """Sounds divided for learning; `validation` may be empty."""

    train: Sounds
    validation: Sounds
    test: Sounds
