"""The codeword to expect in a hidden cell: a mean that is as loud as what it is of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Between the mean of decibels (0) and the mean of powers (1), and how many dB below the
# loudest hidden cells around it a cell lies where the mean of decibels does. Chosen on
# 466 holes in validation sounds, by their distance, level and how they are told.
LOUDER, WITHIN_DB = 0.7, 15.0
# Cells that are counted together: their table of chances stays in a processor's cache.
_CELLS = 64


@dataclass(frozen=True, eq=False)
class ExpectedCells:
    """What is expected of some hidden cells, in two ways.

    Attributes:
        rows: Frame of each cell, int array of shape `(cells,)`, rising.
        means: Mean of all codewords, each as often as it is likely, float64 of shape
            `(cells, codebook_dim)`: that of decibels.
        louder: The same where each codeword counts as its power to `LOUDER`, too.
        levels_db: How loud each cell is on average, float64 of shape `(cells,)`.
    """

    rows: NDArray[np.intp]
    means: NDArray[np.float64]
    louder: NDArray[np.float64]
    levels_db: NDArray[np.float64]


def expected_cells(
    rows: NDArray[np.intp],
    logits: NDArray[np.float32],
    codebook: NDArray[np.float32],
    levels_db: NDArray[np.float64],
) -> Iterator[ExpectedCells]:
    """Means of codewords, for some cells at a time.

    Args:
        rows: Frame of each cell, int array of shape `(cells,)`, rising.
        logits: Float32 array of shape `(cells, codebook_size)`.
        codebook: Float32 array of shape `(codebook_size, codebook_dim)`.
        levels_db: How loud each codeword is, in dB, shape `(codebook_size,)`.

    Example: two codes as likely as each other, 20 dB apart.

    >>> codebook, levels = np.float32([[0], [1]]), np.array([-30.0, -10.0])
    >>> (one,) = expected_cells(np.array([0]), np.float32([[2, 2]]), codebook, levels)
    >>> one.means.tolist(), one.louder.round(2).tolist(), one.levels_db.tolist()
    ([[0.5]], [[0.96]], [-20.0])
    """
    # In float64, which rounds to the same float32 in any order of adding.
    codewords = codebook.astype(np.float64)
    powers = LOUDER * np.log(10.0) / 10.0 * levels_db
    for first in range(0, len(logits), _CELLS):
        part = slice(first, first + _CELLS)
        likely, loud = _chances(logits[part]), _chances(logits[part] + powers)
        yield ExpectedCells(
            rows[part], likely @ codewords, loud @ codewords, likely @ levels_db
        )


def best_guesses(
    parts: Iterable[ExpectedCells], num_rows: int, reach: int
) -> Iterator[NDArray[np.float32]]:
    """One vector for each cell: what is loud is as loud as it is on average.

    Codewords stand for decibels, and the mean of decibels is quieter than what is heard
    on average. The ear hears that in hits and in held notes; but what lies between, the
    mean of powers would fill with sound that might have been there. So the cells that
    are expected to be loudest get the louder mean, those 15 dB and more below them the
    mean of decibels, with a straight line in between.

    Args:
        parts: Cells in raster order. Only those within `reach` are held.
        num_rows: Frames of the codemap.
        reach: How many frames before and after a cell the loudest is looked for in.

    Yields:
        Float32 array of shape `(cells, codebook_dim)` for each part, in order.
    """
    loudest = np.full(num_rows, -np.inf)
    waiting: list[ExpectedCells] = []
    for part in parts:
        np.maximum.at(loudest, part.rows, part.levels_db)
        waiting.append(part)
        # Rows before the first of this part are complete.
        while waiting[0].rows[-1] + reach < part.rows[0]:
            yield _as_loud(waiting.pop(0), loudest, reach)
    for part in waiting:
        yield _as_loud(part, loudest, reach)


def _as_loud(
    part: ExpectedCells, loudest: NDArray[np.float64], reach: int
) -> NDArray[np.float32]:
    rows, places = np.unique(part.rows, return_inverse=True)
    around_db = np.array(
        [loudest[max(0, row - reach) : row + reach + 1].max() for row in rows]
    )
    below_db = around_db[places] - part.levels_db
    share = np.clip(1.0 - below_db / WITHIN_DB, 0.0, 1.0)[:, np.newaxis]
    mixed = (1.0 - share) * part.means + share * part.louder
    return np.asarray(mixed, np.float32)


def _chances(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Probabilities of the codes, `(cells, codebook_size)`."""
    logs = logits - logits.max(axis=1, keepdims=True).astype(np.float64)
    chances: NDArray[np.float64] = np.exp(logs, out=logs)
    chances /= chances.sum(axis=1, keepdims=True)
    return chances
