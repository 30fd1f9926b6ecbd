"""What comes in by MIDI, said to a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from edge_runtime.live.complaints import Complaints
from edge_runtime.live.midi_map import MidiMap

_LEARNED = "learned: "


class MidiPlayer:
    """Says what MIDI messages mean, and tells what was learned.

    Args:
        says: Words by control, as for `MidiMap`.
        tell: Takes lines for the person who plays.

    Attributes:
        say: Takes words, returns the answer; set before messages come.
    """

    def __init__(self, says: Mapping[str, str], tell: Callable[[str], None]) -> None:
        self._map = MidiMap(says)
        self._tell = tell
        self._complain = Complaints(tell)
        self.say: Callable[[str], str] = lambda words: ""

    def learn(self, words: str) -> str:
        """As `MidiMap.learn`."""
        return self._map.learn(words)

    def take(self, message: Sequence[int]) -> None:
        """Do what a message says. Any bytes are allowed."""
        words = self._map.words(message)
        if words is None:
            return
        if words.startswith(_LEARNED):
            learned = words.removeprefix(_LEARNED)
            self._tell(f"{learned}; next time: --midi-map '{learned}'")
            return
        answer = self.say(words)
        if answer.startswith("error"):
            self._complain(answer)
