"""How likely each code is to come next, in integers: every machine has the same.

What a sound repeats costs less: each code that was seen counts, most of all after the
code that it followed. Source: Cleary and Witten, "Data compression using adaptive
coding and partial string matching", 1984; here with one code of context.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

# The marginal is in parts of 2^20, what all codes so far say in parts of 2^18.
_MARGINAL, _GENERAL = 1 << 20, 1 << 18
# The marginal counts as so many codes of the sound, those as so many after one code. On
# sounds of both kinds, 256 and 32 cost up to 2% more bytes.
_MARGINAL_WEIGHT, _GENERAL_WEIGHT = 1024, 16
# What has followed a code so often counts half from there on.
_MOST_FOLLOWERS = 1024
# How often what all codes say is counted anew; codes that share a row of followers.
_EVERY, _ROWS = 64, 1024


class Span(NamedTuple):
    """A code, and its part of all: from `start`, `share` of `total`."""

    code: int
    start: int
    share: int


class Chances(Protocol):
    """What the range coder asks."""

    @property
    def total(self) -> int:
        """What the shares of all codes add up to, at most 2^29."""
        ...

    def of_code(self, code: int) -> Span:
        """Where a code lies."""
        ...

    def at(self, place: int) -> Span:
        """Which code lies at a place from 0 up to below `total`."""
        ...

    def saw(self, code: int) -> None:
        """Say which code it was, so that the next ones are told by it."""
        ...


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
    free, total = _MARGINAL - len(given), sum(given)
    shares = [1 + count * free // total for count in given]
    shares[shares.index(max(shares))] += _MARGINAL - sum(shares)
    return shares


class FixedChances:
    """The marginal, whatever was seen: of files of the first format.

    Args:
        shares: As of `shares_of`.
    """

    total = _MARGINAL

    def __init__(self, shares: Sequence[int]) -> None:
        self._starts = [0, *accumulate(shares)]

    def of_code(self, code: int) -> Span:
        """Where a code lies."""
        start = self._starts[code]
        return Span(code, start, self._starts[code + 1] - start)

    def at(self, place: int) -> Span:
        """Which code lies at a place."""
        return self.of_code(bisect_right(self._starts, place) - 1)

    def saw(self, code: int) -> None:
        """Nothing is learned from a code."""


class LearningChances:
    """The marginal at first; then also what came so far, and what followed what.

    Args:
        shares: As of `shares_of`.
    """

    def __init__(self, shares: Sequence[int]) -> None:
        self._seen = np.array(shares, np.int64) * _MARGINAL_WEIGHT
        self._count = 0
        self._followers: dict[int, NDArray[np.int16]] = {}
        self._row = self._followers_of(-1)
        self._general = self._what_all_say()
        self._lay_out()

    def of_code(self, code: int) -> Span:
        """Where a code lies."""
        share = int(self._shares[code])
        return Span(code, int(self._ends[code]) - share, share)

    def at(self, place: int) -> Span:
        """Which code lies at a place."""
        return self.of_code(int(np.searchsorted(self._ends, place, side="right")))

    def saw(self, code: int) -> None:
        """Count a code, for those to come."""
        self._row[code] += 1
        if self._row.sum() >= _MOST_FOLLOWERS:
            self._row >>= 1
        self._seen[code] += _MARGINAL
        self._count += 1
        if self._count % _EVERY == 0:
            self._general = self._what_all_say()
        self._row = self._followers_of(code)
        self._lay_out()

    def _followers_of(self, code: int) -> NDArray[np.int16]:
        """How often each code has followed this one, a row to count on in."""
        row = self._followers.get(code % _ROWS)
        if row is None:
            row = np.zeros(len(self._seen), np.int16)
            self._followers[code % _ROWS] = row
        return row

    def _what_all_say(self) -> NDArray[np.int64]:
        """Marginal and codes so far, in parts of 2^18: each 1 at least, weighted."""
        free = _GENERAL - len(self._seen)
        shares = 1 + self._seen * free // self._seen.sum()
        shares[shares.argmax()] += _GENERAL - shares.sum()
        weighted: NDArray[np.int64] = shares * _GENERAL_WEIGHT
        return weighted

    def _lay_out(self) -> None:
        self._shares = self._row.astype(np.int64) * _GENERAL + self._general
        self._ends = np.cumsum(self._shares)
        self.total = int(self._ends[-1])
