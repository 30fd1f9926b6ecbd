"""Notes made by numpy alone, on NSynth's recipe: 3 s held, 1 s of release.

They stand in for NSynth where nothing can be downloaded. An instrument is a family
(`vqkeras.datasets.timbres`) and a handful of numbers drawn from its seed; a note of it
is the same whenever it is rendered.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vqkeras.datasets.timbres import TIMBRES, Note

HELD_SECONDS = 3.0
RELEASE_SECONDS = 1.0
_RELEASE_DB_PER_SECOND = 120.0  # how fast a sound that is let go dies away, at least


@dataclass(frozen=True)
class Instrument:
    """One instrument of the synthesiser.

    Attributes:
        family: Key of `TIMBRES`, one of NSynth's family names.
        number: Which instrument of that family.
        seed: Another seed is another set of instruments.

    Example:

    >>> Instrument("organ", 3).name
    'organ_synthetic_003'
    """

    family: str
    number: int
    seed: int = 0

    @property
    def name(self) -> str:
        """Name in NSynth's form: family, source, number."""
        return f"{self.family}_synthetic_{self.number:03d}"

    def render(
        self, pitch: int, velocity: int, *, sample_rate: int = 16000
    ) -> NDArray[np.float32]:
        """Render one note.

        Args:
            pitch: MIDI pitch; 69 is 440 Hz.
            velocity: MIDI velocity in [1, 127]: louder and brighter.
            sample_rate: In Hz. Defaults to `16000`.

        Returns:
            float32 array of shape `(4 * sample_rate,)`, within [-1, 1].

        Raises:
            ValueError: If the family is unknown or a number is out of range.
        """
        if self.family not in TIMBRES:
            raise ValueError(
                f"Unknown family {self.family!r}. Expected one of {', '.join(TIMBRES)}."
            )
        hz = 440.0 * 2.0 ** ((pitch - 69) / 12.0)
        if not 0 <= pitch <= 127 or not 1 <= velocity <= 127 or hz > 0.45 * sample_rate:
            raise ValueError(
                "pitch must lie in [0, 127] and below 0.45 of the sample rate, "
                f"velocity in [1, 127]. Received: pitch={pitch}, velocity={velocity}, "
                f"sample_rate={sample_rate}."
            )
        key = [self.seed, list(TIMBRES).index(self.family), self.number]
        note = Note(
            hz=hz,
            strength=velocity / 127.0,
            seconds=np.arange(round((HELD_SECONDS + RELEASE_SECONDS) * sample_rate))
            / sample_rate,
            sample_rate=sample_rate,
            # The instrument's own numbers, alike for all its notes...
            character=np.random.default_rng(key).random(8),
            # ... and the noise of this very note.
            rng=np.random.default_rng([*key, pitch, velocity]),
        )
        audio = TIMBRES[self.family](note) * _release(note)
        level = 0.9 * np.sqrt(note.strength)
        return (level * audio / np.max(np.abs(audio))).astype(np.float32)


def _release(note: Note) -> NDArray[np.float64]:
    """1 while the key is held, then an exponential fall to nothing at the end."""
    after = np.maximum(note.seconds - HELD_SECONDS, 0.0)
    speed = _RELEASE_DB_PER_SECOND * (0.5 + note.character[7])
    fade = np.clip((RELEASE_SECONDS - after) / 0.02, 0.0, 1.0)
    return 10.0 ** (-speed * after / 20.0) * fade
