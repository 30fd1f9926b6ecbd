"""Words and keys that change a running effect; from terminal and network alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from edge_runtime.errors import UsageError
from edge_runtime.live.parameters import LiveParameters

# Key on the keyboard, what it says, and what it does.
KEYS = {
    "+": ("density +0.1", "more cells"),
    "-": ("density -0.1", "fewer cells"),
    ">": ("wet +0.1", "more effect"),
    "<": ("wet -0.1", "more input"),
    "f": ("freeze", "hold this moment"),
    "b": ("bypass", "effect off and on"),
    "n": ("seed +1", "other cells"),
    "r": ("record", "begin or end a loop"),
    "v": ("regenerate", "another version of the loop"),
    "o": ("restore", "the loop as recorded"),
    "q": ("quit", "end"),
}
_LARGEST = 1e12
_LONGEST_WORDS = 200
_SWITCHES = {"on": True, "off": False}


def parameters_after(parameters: LiveParameters, words: str) -> LiveParameters:
    """Parameters after what was said.

    `density 0.3`, `wet 0.5`, `seed 7` set a number, with a sign before it they change
    it; `band 200:2000` or `band all`; `prior marginal`; `freeze` and `bypass` switch
    over, with `on` or `off` behind them to that.

    Args:
        parameters: As they are.
        words: One of the above.

    Raises:
        UsageError: If it is none of them, or out of range.

    Example:

    >>> parameters_after(LiveParameters(density=0.5), "density +0.25").density
    0.75
    >>> parameters_after(LiveParameters(), "freeze on").freeze
    True
    """
    name, *values = words.split()[:3] or [""]
    value = values[0] if len(values) == 1 else None
    if name in ("freeze", "bypass") and not values:
        return _with(parameters, name, not getattr(parameters, name))
    if name in ("freeze", "bypass") and value in _SWITCHES:
        return _with(parameters, name, _SWITCHES[value])
    if name in ("density", "wet") and value is not None:
        number = _number(value, getattr(parameters, name), words)
        if value[0] in "+-":
            number = round(min(max(number, 0.0), 1.0), 6)
        return _with(parameters, name, number)
    if name == "seed" and value is not None:
        seed = int(_number(value, parameters.seed, words))
        return _with(parameters, "seed", seed)
    if name == "prior" and value is not None:
        return _with(parameters, "prior", value)
    if name == "band" and value is not None:
        low, high = parse_band(value)
        return replace(parameters, low_hz=low, high_hz=high)
    raise UsageError(
        f"Cannot understand {words[:60]!r}. Say: density 0.3, wet 0.5, band 200:2000, "
        "band all, prior marginal, seed 7, freeze, bypass on."
    )


def _with(parameters: LiveParameters, name: str, value: Any) -> LiveParameters:
    return replace(parameters, **{name: value})


def parse_band(text: str) -> tuple[float, float]:
    """Edges of a band in Hz, from `"200:2000"` or `"all"`.

    Raises:
        UsageError: If it is neither.
    """
    if text == "all":
        return 0.0, math.inf
    try:
        low, high = (float(part) for part in text.split(":"))
    except ValueError as error:
        raise UsageError(
            "A band is two numbers in Hz with a colon between them, e.g. 200:2000, "
            f"or all. Received: {text!r}."
        ) from error
    return low, high


def _number(text: str, before: float, words: str) -> float:
    """A number; one with a sign is added to what was there."""
    try:
        number = float(text)
    except ValueError as error:
        raise UsageError(f"{words[:40]!r} needs a number.") from error
    if text[0] in "+-":
        number += before
    # Far above anything that can be set, and far below what numbers can hold.
    if not abs(number) <= _LARGEST:
        raise UsageError(f"{words!r} needs a finite number of reasonable size.")
    return number


class Controls:
    """Passes words on to the effects that run, and answers in words.

    Args:
        effects: What has `parameters`; all of them get the same.
        actions: Words with a meaning of their own, such as `record`.
    """

    def __init__(
        self, effects: Sequence[Any], actions: dict[str, Callable[[], None]]
    ) -> None:
        self._effects = effects
        self._actions = actions
        self.quits = False

    def say(self, words: str) -> str:
        """Do what the words say; return a line about how things stand.

        Words that cannot be followed change nothing, and the answer says why.
        """
        words = words.strip()[:_LONGEST_WORDS]
        try:
            if words == "quit":
                self.quits = True
                return "end"
            if words in self._actions:
                self._actions[words]()
                return words
            parameters = parameters_after(self._effects[0].parameters, words)
            for effect in self._effects:
                effect.parameters = parameters
        except UsageError as error:
            return f"error: {error}"
        # Whatever a datagram holds, the sound goes on.
        except Exception as error:
            return f"error: {words[:40]!r} does not work: {error!r}"[:200]
        return _described(parameters)


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
            f"prior {parameters.prior}",
            f"seed {parameters.seed}",
            *switches,
        ]
    )
