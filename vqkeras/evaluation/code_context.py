"""How hard codes are to predict: what each costs to one who knows another code."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# The chances of a code beside a known one are counted; those of codes in general weigh
# as much as so many counts, or a pair never seen would cost without end.
_GENERAL = 50.0


class CodeContext:
    """Codes counted beside a known one, in training; then what new ones cost.

    Args:
        codewords: How many different codes there are.

    Example:

    >>> context = CodeContext(4)
    >>> known = np.tile([0, 1], 2000)
    >>> context.add(known, 3 - known)
    >>> bits = context.bits(np.array([0, 1]), np.array([3, 3]))
    >>> bool(bits[0] < 0.1 < 5.0 < bits[1])
    True
    """

    def __init__(self, codewords: int) -> None:
        self._pairs = np.zeros((codewords, codewords), np.int64)

    def add(self, known: NDArray[np.integer], codes: NDArray[np.integer]) -> None:
        """Count codes of the training.

        Args:
            known: The code that is known beside each, of any shape.
            codes: The codes, of the same shape.
        """
        size = len(self._pairs)
        places = known.astype(np.int64).ravel() * size + codes.ravel()
        self._pairs += np.bincount(places, minlength=size**2).reshape(size, size)

    def bits(
        self, known: NDArray[np.integer], codes: NDArray[np.integer]
    ) -> NDArray[np.float64]:
        """Information of each code, in bits.

        Args:
            known: The code that is known beside each, of any shape.
            codes: The codes, of the same shape.

        Returns:
            Array of that shape.
        """
        counts = self._pairs.sum(axis=0) + 1.0
        general = _GENERAL * counts / counts.sum()
        seen = self._pairs[known, codes] + general[codes]
        return -np.log2(seen / (self._pairs.sum(axis=1)[known] + _GENERAL))
