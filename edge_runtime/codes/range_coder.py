"""A range coder: codes packed into as many bits as their probabilities ask for.

Source: Martin, "Range encoding: an algorithm for removing redundancy from a digitised
message", 1979; here with integers alone, so that every machine packs the same bytes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

# Probabilities are parts of 2^20; the range is kept within 2^40 and 2^48, so that
# rounding it costs at most a millionth.
_TOTAL_BITS = 20
_TOTAL = 1 << _TOTAL_BITS
_TOP, _SHIFT, _FLOOR = 1 << 48, 40, 1 << 40
# Zeros at the end are not packed. So many bytes after it, what was packed is all zeros.
_BEYOND = 64


def shares_of(counts: NDArray[np.integer]) -> list[int]:
    """Probabilities in parts of 2^20 of codes that were counted.

    One is added to each count, and each share is 1 at least: any code can be packed.

    Args:
        counts: How often each code occurred, `(codebook_size,)`, up to 65,536 of them.

    Returns:
        Shares, which add up to 2^20.

    Raises:
        ValueError: If there are no counts, too many, or one is negative.

    Example:

    >>> [share / 2**20 for share in shares_of(np.array([2, 0]))]
    [0.75, 0.25]
    """
    given = [int(count) + 1 for count in counts]
    if not 0 < len(given) <= 1 << 16 or min(given) < 1:
        raise ValueError(
            "counts must be 1 to 65536 numbers from 0 up. "
            f"Received {len(given)}, the least {min(given, default=1) - 1}."
        )
    free, total = _TOTAL - len(given), sum(given)
    shares = [1 + count * free // total for count in given]
    shares[shares.index(max(shares))] += _TOTAL - sum(shares)
    return shares


def pack(codes: Sequence[int], shares: Sequence[int]) -> bytes:
    """Pack codes.

    Args:
        codes: Each a place in `shares`.
        shares: As of `shares_of`.

    Returns:
        About `-log2(share / 2^20)` bits for each code, in whole bytes.

    Example:

    >>> shares = shares_of(np.array([90, 10]))
    >>> unpack(pack([0, 1, 0, 0], shares), 4, shares)
    [0, 1, 0, 0]
    """
    starts = [0, *accumulate(shares)]
    low, width = 0, _TOP
    packed = bytearray()
    for code in codes:
        unit = width >> _TOTAL_BITS
        low += unit * starts[code]
        width = unit * shares[code]
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


def unpack(packed: bytes, count: int, shares: Sequence[int]) -> list[int]:
    """Unpack what `pack` packed.

    Bytes that `pack` did not write give codes too, but others: check them before.

    Args:
        packed: From `pack`.
        count: Number of codes.
        shares: Those that it was packed with.

    Returns:
        The codes.

    Raises:
        ValueError: If they end long before `count`.
    """
    starts = [0, *accumulate(shares)]
    width = _TOP
    value = int.from_bytes(packed[:6].ljust(6, b"\0"), "big")
    place = 6
    codes = []
    for _ in range(count):
        unit = width >> _TOTAL_BITS
        code = bisect_right(starts, min(value // unit, _TOTAL - 1)) - 1
        codes.append(code)
        value -= unit * starts[code]
        width = unit * shares[code]
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
