"""Complex numbers of magnitude 1 from a table: sines in float64 take long."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


def directions(phase: NDArray[np.float64]) -> NDArray[np.complex128]:
    """The direction of every phase, `exp(1j * phase)`.

    The nearest direction of the table, turned by the second-order series of what is
    left: right to 6e-10, and without a step where one entry gives way to the next.

    Args:
        phase: In rad, any shape.

    Example:

    >>> directions(np.array([0.0, np.pi / 2])).round(6)
    array([1.+0.j, 0.+1.j])
    """
    circle = _circle()
    rest = phase * (len(circle) / (2.0 * np.pi))
    nearest = np.rint(rest)
    rest -= nearest
    rest *= 2.0 * np.pi / len(circle)
    places = nearest.astype(np.int64)
    places &= len(circle) - 1
    result = circle.take(places.astype(np.intp, copy=False))  # of 32 bits on some
    turn = np.empty_like(result)
    turn.imag = rest
    rest *= rest
    rest *= -0.5
    rest += 1.0
    turn.real = rest
    result *= turn
    return result


def random_directions(rng: np.random.Generator, count: int) -> NDArray[np.complex128]:
    """As many directions, each as likely as any other of the table."""
    circle = _circle()
    places = rng.random(count, dtype=np.float32) * np.float32(len(circle))
    return circle[places.astype(np.intp)]


@lru_cache(maxsize=1)
def _circle() -> NDArray[np.complex128]:
    """As many directions as a random start needs, and still in the L1 cache."""
    angle = np.arange(2048) * (2.0 * np.pi / 2048)
    circle = np.empty(len(angle), np.complex128)
    circle.real, circle.imag = np.cos(angle), np.sin(angle)
    circle.setflags(write=False)
    return circle
