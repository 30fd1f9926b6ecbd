"""Does what words say, whoever says them: keys, datagrams, MIDI, OSC."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from edge_runtime.errors import UsageError
from edge_runtime.live.control import parameters_after, parse_band
from edge_runtime.live.parameters import LiveParameters

_LONGEST_WORDS = 200


class Controls:
    """Passes words on to the effects that run, and answers in words.

    May be called from any thread.

    Args:
        effects: What has `parameters`; all of them get the same.
        actions: Words with a meaning of their own, such as `record`.
        learn: Takes what a MIDI control is to say, and answers. Defaults to `None`:
            there is no MIDI.

    Attributes:
        quits: Whether `quit` was said.
    """

    def __init__(
        self,
        effects: Sequence[Any],
        actions: Mapping[str, Callable[[], None]],
        learn: Callable[[str], str] | None = None,
    ) -> None:
        self._effects = effects
        self._actions = actions
        self._learn = learn
        self._lock = threading.Lock()
        self._last = ""
        self.quits = False

    def say(self, words: str) -> str:
        """Do what the words say; return a line about how things stand.

        Words that cannot be followed change nothing, and the answer says why.
        """
        words = words.strip()[:_LONGEST_WORDS]
        try:
            with self._lock:
                return self._answer(words)
        except UsageError as error:
            return f"error: {error}"
        # Whatever a datagram holds, the sound goes on.
        except Exception as error:
            return f"error: {words[:40]!r} does not work: {error!r}"[:200]

    def _answer(self, words: str) -> str:
        if words == "quit":
            self.quits = True
            return "end"
        if words in self._actions:
            self._actions[words]()
            self._last = words
            return words
        name, _, rest = words.partition(" ")
        if name == "learn":
            return self._learned(rest.strip() or self._last)
        parameters = parameters_after(self._effects[0].parameters, words)
        for effect in self._effects:
            effect.parameters = parameters
        self._last = words if name in ("preset", "prior", "band") else name
        return _described(parameters)

    def _learned(self, words: str) -> str:
        if self._learn is None:
            raise UsageError("There is no MIDI to learn from. Start with --midi.")
        return self._learn(words)


def _described(parameters: LiveParameters) -> str:
    band = "all"
    if (parameters.low_hz, parameters.high_hz) != parse_band(band):
        band = f"{parameters.low_hz:g}:{parameters.high_hz:g}"
    switches = [name for name in ("freeze", "bypass") if getattr(parameters, name)]
    return " ".join(
        [
            f"density {parameters.density:g}",
            f"band {band}",
            f"wet {parameters.wet:g}",
            f"texture {parameters.texture:g}",
            f"prior {parameters.prior}",
            f"temperature {parameters.temperature:g}",
            f"seed {parameters.seed}",
            *switches,
        ]
    )
