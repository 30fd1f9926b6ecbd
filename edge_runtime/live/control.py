"""Words and keys that change a running effect; from terminal and network alike."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from edge_runtime.errors import UsageError
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.live.presets import PRESETS, with_preset
from edge_runtime.priors.prior import HIGHEST_TEMPERATURE, LOWEST_TEMPERATURE

# Key on the keyboard, what it says, and what it does.
KEYS = {
    "+": ("density +0.1", "more cells"),
    "-": ("density -0.1", "fewer cells"),
    ">": ("wet +0.1", "more effect"),
    "<": ("wet -0.1", "more input"),
    "f": ("freeze", "hold this moment"),
    "b": ("bypass", "effect off and on"),
    "n": ("seed +1", "other cells"),
    "]": ("temperature +0.2", "rarer sounds"),
    "[": ("temperature -0.2", "likelier sounds"),
    **{str(n): (f"preset {name}", name) for n, name in enumerate(PRESETS, 1)},
    "r": ("record", "begin or end a loop"),
    "d": ("overdub", "play onto the loop, and no more"),
    "v": ("regenerate", "another version of the loop"),
    "u": ("undo", "the loop as it was before"),
    "o": ("restore", "the loop as recorded"),
    "l": ("learn", "MIDI: what was said last, by what is moved next"),
    "q": ("quit", "end"),
}
_LARGEST = 1e12
# Numbers with bounds that signs may not cross.
_BOUNDS = {
    "density": (0.0, 1.0),
    "wet": (0.0, 1.0),
    "texture": (0.0, 1.0),
    "temperature": (LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE),
}
# Words that set an edge of the band.
_EDGES = {"low": "low_hz", "high": "high_hz"}
_SWITCHES = {"on": True, "off": False}


def parameters_after(parameters: LiveParameters, words: str) -> LiveParameters:
    """Parameters after what was said.

    `density 0.3`, `wet 0.5`, `texture 0.5`, `temperature 2`, `seed 7` set a number,
    with a sign before it they change it; `band 200:2000`, `band all`, `low 200`, `high
    2000`; `prior marginal`; `preset wild`; `freeze` and `bypass` switch over, with `on`
    or `off` behind them to that.

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
    if name in _SETTERS and value is not None:
        return _SETTERS[name](parameters, name, value)
    raise UsageError(
        f"Cannot understand {words[:60]!r}. Say: density 0.3, wet 0.5, texture 0.5, "
        "temperature 2, band 200:2000, band all, prior marginal, preset wild, seed 7, "
        "freeze, bypass on."
    )


def _set_bounded(parameters: LiveParameters, name: str, value: str) -> LiveParameters:
    number = _number(value, getattr(parameters, name), f"{name} {value}")
    if value[0] in "+-":
        low, high = _BOUNDS[name]
        number = round(min(max(number, low), high), 6)
    return _with(parameters, name, number)


def _set_edge(parameters: LiveParameters, name: str, value: str) -> LiveParameters:
    field = _EDGES[name]
    number = _number(value, getattr(parameters, field), f"{name} {value}")
    return _with(parameters, field, number)


def _set_seed(parameters: LiveParameters, name: str, value: str) -> LiveParameters:
    seed = int(_number(value, parameters.seed, f"{name} {value}"))
    return _with(parameters, name, seed)


def _set_band(parameters: LiveParameters, name: str, value: str) -> LiveParameters:
    low, high = parse_band(value)
    return replace(parameters, low_hz=low, high_hz=high)


def _with(parameters: LiveParameters, name: str, value: Any) -> LiveParameters:
    return replace(parameters, **{name: value})


_SETTERS: dict[str, Callable[[LiveParameters, str, str], LiveParameters]] = {
    **dict.fromkeys(_BOUNDS, _set_bounded),
    **dict.fromkeys(_EDGES, _set_edge),
    "seed": _set_seed,
    "prior": _with,
    "band": _set_band,
    "preset": lambda parameters, _, value: with_preset(parameters, value),
}


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
