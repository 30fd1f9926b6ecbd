"""Open Sound Control: messages of a datagram, and what they say in words.

OSC 1.0 (https://opensoundcontrol.stanford.edu/spec-1_0.html) as far as controllers send
it: numbers, words, true and false, and bundles, whose times are not waited for.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass

from edge_runtime.errors import UsageError

Argument = float | str | bool | None

# Messages of one datagram beyond these are left.
MOST_MESSAGES = 32
# Bundles within bundles.
_DEEPEST = 4
_LONGEST_WORD = 100
# Tag to size in bytes and what struct calls it; those without bytes have a value.
_NUMBERS = {"i": ">i", "f": ">f", "h": ">q", "d": ">d", "t": ">Q"}
_VALUES: dict[str, Argument] = {"T": True, "F": False, "N": None, "I": math.inf}
_SIZED = ("density", "wet", "texture", "temperature", "low", "high", "seed")
_SWITCHES = {
    "freeze": ("off", "on"),
    "bypass": ("off", "on"),
    "pedal": ("up", "down"),
}


@dataclass(frozen=True)
class OscMessage:
    """One message.

    Attributes:
        address: Such as `/density`.
        arguments: What follows it.
    """

    address: str
    arguments: tuple[Argument, ...] = ()


def osc_messages(datagram: bytes) -> list[OscMessage]:
    """Messages of a datagram, those of bundles in their order.

    Args:
        datagram: Its bytes.

    Raises:
        UsageError: If it is no OSC.

    Example:

    >>> osc_messages(b"/density\\0\\0\\0\\0,f\\0\\0" + struct.pack(">f", 0.5))
    [OscMessage(address='/density', arguments=(0.5,))]
    """
    messages: list[OscMessage] = []
    try:
        _read(datagram, messages, 0)
    except (ValueError, struct.error, IndexError) as error:
        raise UsageError(
            f"A datagram of {len(datagram)} bytes is no OSC message: {error}. "
            "Expected an address such as /density and a number."
        ) from error
    return messages


def _read(content: bytes, messages: list[OscMessage], depth: int) -> None:
    if not content.startswith(b"#bundle\0"):
        if len(messages) < MOST_MESSAGES:
            messages.append(_message(content))
        return
    if depth == _DEEPEST:
        raise ValueError("bundles lie too deep")
    place = 16  # behind the name and the time
    while place < len(content) and len(messages) < MOST_MESSAGES:
        (size,) = struct.unpack_from(">I", content, place)
        place += 4
        if size > len(content) - place:
            raise ValueError("a bundle is cut short")
        _read(content[place : place + size], messages, depth + 1)
        place += size


def _message(content: bytes) -> OscMessage:
    address, place = _text(content, 0)
    if not address.startswith("/"):
        raise ValueError("it has no address")
    if place >= len(content):  # older programs send no types where there is nothing
        return OscMessage(address)
    tags, place = _text(content, place)
    if not tags.startswith(","):
        raise ValueError("it has no types")
    arguments: list[Argument] = []
    for tag in tags[1:]:
        if tag in _VALUES:
            arguments.append(_VALUES[tag])
        elif tag in _NUMBERS:
            (number,) = struct.unpack_from(_NUMBERS[tag], content, place)
            place += struct.calcsize(_NUMBERS[tag])
            arguments.append(number)
        elif tag in "sS":
            text, place = _text(content, place)
            arguments.append(text)
        else:
            raise ValueError(f"type {tag!r} is not understood")
    return OscMessage(address, tuple(arguments))


def _text(content: bytes, place: int) -> tuple[str, int]:
    """A text that ends with a zero and is filled up to four bytes; what follows it."""
    end = content.index(b"\0", place)
    if end - place > _LONGEST_WORD:
        raise ValueError("a word is too long")
    text = content[place:end].decode("ascii")
    return text, end + 4 - (end - place) % 4


def osc_words(message: OscMessage) -> str | None:
    """What a message says, in the words that keys and datagrams use.

    `/density 0.3`, `/band 200 2000`, `/preset wild` or `/preset/wild 1`, `/freeze 1`.
    A button that is let go, such as `/record 0`, says nothing.

    Args:
        message: The message.

    Returns:
        Words for `Controls.say`, or `None`.

    Raises:
        UsageError: If there are arguments that cannot be said.

    Example:

    >>> osc_words(OscMessage("/band", (200.0, 2000.0)))
    'band 200:2000'
    >>> osc_words(OscMessage("/record", (0.0,))) is None
    True
    """
    name = message.address.strip("/").replace("/", " ")
    values = message.arguments
    if not values:
        return name
    if any(isinstance(value, str) for value in values):
        return " ".join([name, *map(str, values)])
    numbers = [float(value or 0.0) for value in values if value is not None]
    return _SAY.get(name, _pressed)(name, numbers)


def _sized(name: str, numbers: list[float]) -> str:
    # A sign would mean a change; one that is sent is a mistake.
    if len(numbers) != 1 or not 0.0 <= numbers[0] < math.inf:
        raise UsageError(f"/{name} takes one number from 0 up. Received: {numbers}.")
    return f"{name} {int(numbers[0]) if name == 'seed' else round(numbers[0], 6)}"


def _switched(name: str, numbers: list[float]) -> str:
    is_on = bool(numbers) and numbers[0] > 0.0
    return f"{name} {_SWITCHES[name][is_on]}"


def _band(name: str, numbers: list[float]) -> str:
    if len(numbers) != 2:
        raise UsageError(f"/band takes two numbers in Hz. Received: {numbers}.")
    return f"{name} {numbers[0]:g}:{numbers[1]:g}"


def _numbered(name: str, numbers: list[float]) -> str:
    return f"{name} {numbers[0] if numbers else 0.0:.0f}"


def _pressed(name: str, numbers: list[float]) -> str | None:
    return name if not numbers or numbers[0] > 0.0 else None


_SAY: dict[str, Callable[[str, list[float]], str | None]] = {
    **dict.fromkeys(_SIZED, _sized),
    **dict.fromkeys(_SWITCHES, _switched),
    "band": _band,
    "preset": _numbered,
}
