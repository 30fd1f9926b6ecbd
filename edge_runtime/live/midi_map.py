"""What controllers, pedals and keys of MIDI say, in words; and learning it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from edge_runtime.errors import UsageError
from edge_runtime.live.presets import PRESETS

_HIGHEST = 127
# From here up a pedal is down: the MIDI specification's bound of switches.
_DOWN = 64
# What a controller from 0 to 127 sets: lowest and highest, in steps or in ratios.
_STEPS = dict.fromkeys(("density", "wet", "texture"), (0.0, 1.0))
_RATIOS = {
    "temperature": (0.1, 10.0),
    "low": (20.0, 20_000.0),
    "high": (20.0, 20_000.0),
}
# What is said on the way down and on the way up.
_HELD = {
    "freeze": ("freeze on", "freeze off"),
    "bypass": ("bypass on", "bypass off"),
    "pedal": ("pedal down", "pedal up"),
}
# Wheel, volume, brightness; the pedals sustain, sostenuto and soft.
_CONTROLLERS = {"cc1": "density", "cc7": "wet", "cc74": "temperature"}
STREAM_MAP = {**_CONTROLLERS, "cc64": "freeze", "cc67": "bypass"}
LOOP_MAP = {**_CONTROLLERS, "cc64": "pedal", "cc66": "undo", "cc67": "regenerate"}


def parse_map(text: str) -> dict[str, str]:
    """What controls say, from `"cc74=density,note60=preset wild"`.

    Raises:
        UsageError: If it is no such list.

    Example:

    >>> parse_map("cc74=density, note60=preset wild")
    {'cc74': 'density', 'note60': 'preset wild'}
    """
    says = {}
    for part in text.split(","):
        control, equals, words = (piece.strip() for piece in part.partition("="))
        number = re.fullmatch(r"(?:cc|note)(\d{1,3})", control)
        if number is None or int(number[1]) > _HIGHEST or not (equals and words):
            raise UsageError(
                f"{part[:60]!r} is no control and what it says. Expected for example: "
                "cc74=density,cc64=record,note60=preset wild."
            )
        says[control] = words
    return says


class MidiMap:
    """Turns MIDI messages into words; channels do not matter.

    A controller that says `density`, `wet`, `texture`, `temperature`, `low` or `high`
    sets it; a pedal that says `freeze`, `bypass` or `pedal` does so while it is down;
    whatever else is said when a pedal or key goes down. A change of program chooses a
    preset.

    Args:
        says: Words by control, as from `parse_map`.

    Example:

    >>> midi = MidiMap({"cc1": "density"})
    >>> midi.words([0xB0, 1, 127])
    'density 1'
    >>> midi.learn("wet")
    'move a controller, pedal or key: it will say wet'
    >>> midi.words([0xB0, 20, 3]), midi.words([0xB0, 20, 0])
    ('learned: cc20=wet', 'wet 0')
    """

    def __init__(self, says: Mapping[str, str]) -> None:
        self._says = dict(says)
        self._down: set[str] = set()
        self._learning: str | None = None

    def learn(self, words: str) -> str:
        """Give words to whatever is moved next; return what to do.

        Raises:
            UsageError: If there are no words.
        """
        if not words:
            raise UsageError("Say what is to be learned, for example: learn density.")
        self._learning = words
        return f"move a controller, pedal or key: it will say {words}"

    def words(self, message: Sequence[int]) -> str | None:
        """What a message says, or `"learned: ..."`, or `None`: nothing.

        Args:
            message: Its bytes. Any are allowed; most messages say nothing.
        """
        found = _control(message)
        if found is None:
            return None
        control, value = found
        if control == "program":
            return f"preset {value % len(PRESETS) + 1}"
        was_down, is_down = control in self._down, value >= _DOWN
        (self._down.add if is_down else self._down.discard)(control)
        if self._learning is not None:
            if control.startswith("note") and not is_down:
                return None  # a key let go is not what is moved
            self._says[control], self._learning = self._learning, None
            return f"learned: {control}={self._says[control]}"
        words = self._says.get(control)
        if words in _STEPS or words in _RATIOS:
            return f"{words} {_scaled(words, value):.4g}"
        if words is None or was_down == is_down:
            return None
        if words in _HELD:
            return _HELD[words][not is_down]
        return words if is_down else None


def _control(message: Sequence[int]) -> tuple[str, int] | None:
    """Name and value, 0 to 127, of the control that was moved."""
    if not 2 <= len(message) <= 3 or not all(0 <= b <= 255 for b in message):
        return None
    kind, number = message[0] & 0xF0, message[1]
    value = message[2] if len(message) == 3 else 0
    if max(number, value) > _HIGHEST:
        return None
    if kind == 0xC0:
        return "program", number
    if len(message) < 3:
        return None
    if kind == 0xB0:
        return f"cc{number}", value
    # However softly a key is struck, it is down; struck with 0 it is let go.
    if kind == 0x90:
        return f"note{number}", _HIGHEST if value else 0
    return (f"note{number}", 0) if kind == 0x80 else None


def _scaled(words: str, value: int) -> float:
    share = value / _HIGHEST
    if words in _STEPS:
        low, high = _STEPS[words]
        return low + share * (high - low)
    low, high = _RATIOS[words]
    return low * math.exp(share * math.log(high / low))
