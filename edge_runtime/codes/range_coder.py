"""A range coder: codes packed into as many bits as their probabilities ask for.

Source: Martin, "Range encoding: an algorithm for removing redundancy from a digitised
message", 1979; here with integers alone, so that every machine packs the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

from edge_runtime.codes.chances import Chances

# The range is kept within 2^40 and 2^48, and shares are parts of at most 2^29, so that
# rounding it costs at most a two-thousandth.
_TOP, _SHIFT, _FLOOR = 1 << 48, 40, 1 << 40
# Zeros at the end are not packed. So many bytes after it, what was packed is all zeros.
_BEYOND = 64


def pack(codes: Sequence[int], chances: Chances) -> bytes:
    """Pack codes.

    Args:
        codes: Codes that `chances` knows.
        chances: How likely each is to come next; as it is before the first one.

    Returns:
        About `-log2(share / total)` bits for each code, in whole bytes.

    Example:

    >>> import numpy as np
    >>> from edge_runtime.codes.chances import LearningChances, shares_of
    >>> shares = shares_of(np.array([90, 10]))
    >>> unpack(pack([0, 1, 0, 0], LearningChances(shares)), 4, LearningChances(shares))
    [0, 1, 0, 0]
    """
    low, width = 0, _TOP
    packed = bytearray()
    for code in codes:
        unit = width // chances.total
        _, start, share = chances.of_code(code)
        chances.saw(code)
        low += unit * start
        width = unit * share
        if low >= _TOP:
            _carry(packed)
            low -= _TOP
        while width <= _FLOOR:
            packed.append(low >> _SHIFT)
            low = (low << 8) & (_TOP - 1)
            width <<= 8
    # Any number from low up to low + width will do: the one with the most zeros.
    for bits in range(48, -1, -1):
        end = -(-low >> bits) << bits
        if end < low + width:
            break
    if end >= _TOP:
        _carry(packed)
        end -= _TOP
    packed += end.to_bytes(6, "big")
    return bytes(packed).rstrip(b"\0")


def unpack(packed: bytes, count: int, chances: Chances) -> list[int]:
    """Unpack what `pack` packed.

    Bytes that `pack` did not write give codes too, but others: check them before.

    Args:
        packed: From `pack`.
        count: Number of codes.
        chances: As those that it was packed with were before the first code.

    Returns:
        The codes.

    Raises:
        ValueError: If they end long before `count`.
    """
    width = _TOP
    value = int.from_bytes(packed[:6].ljust(6, b"\0"), "big")
    place = 6
    codes = []
    for _ in range(count):
        unit = width // chances.total
        code, start, share = chances.at(min(value // unit, chances.total - 1))
        chances.saw(code)
        codes.append(code)
        value -= unit * start
        width = unit * share
        while width <= _FLOOR:
            following = packed[place] if place < len(packed) else 0
            value = (value << 8 | following) & (_TOP - 1)
            place += 1
            width <<= 8
        if place > len(packed) + _BEYOND:
            if value:
                raise ValueError(f"it ends after some {len(codes)} of {count} codes")
            # Nothing is left to subtract, so each code is the one that starts at 0.
            return codes + [0] * (count - len(codes))
    return codes


def _carry(packed: bytearray) -> None:
    """Add one to the last byte, and to those before it where it overflows."""
    place = len(packed) - 1
    while packed[place] == 255:
        packed[place] = 0
        place -= 1
    packed[place] += 1
