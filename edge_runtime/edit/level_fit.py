"""Level of what a model generates, fitted to what surrounds it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.stft import BLOCK

# A model further off than this has failed; more gain would only make that louder.
LIMIT_DB = 12.0
# Of what an effect has made, all is known: as loud as before, however loud it is.
KEPT_LOWEST_DB = -60.0
# A bin this far above the floor sounds; DESIGN's measures use -70 dB at a floor of -80.
SOUNDING_DB = 10.0
# How far around what is regenerated the level is compared, in s and bins, and how soon
# what is further away counts less. Chosen on 80 boxes in drums, voice, notes and
# polyphony (measure_boxes.py): 0.1 s finds the level of percussion less often, 0.4 s
# that of notes.
RING_S, RING_BINS = 0.75, 4
NEAR_S = 0.2


@dataclass(frozen=True)
class Energies:
    """Energy of a sound and of what a model makes of it, where both are known.

    Attributes:
        original: Sum of squared magnitudes.
        decoded: The same of the decoded sound.
        quiet: What counts as silence: that of bins that hardly sound.
    """

    original: float = 0.0
    decoded: float = 0.0
    quiet: float = 0.0

    def __add__(self, other: Energies) -> Energies:
        """Those of two parts of a sound together."""
        return Energies(
            self.original + other.original,
            self.decoded + other.decoded,
            max(self.quiet, other.quiet),
        )


@dataclass(frozen=True)
class LevelFit:
    """The gain that fits what a model generates to what surrounds it.

    Attributes:
        gain_db: In dB, at most 12.
        reason: `"fitted"`; `"limit"`, if more would have been needed; or `"silence"`,
            if nothing sounds around it that it could be fitted to.
    """

    gain_db: float
    reason: str


def ring_around(mask: NDArray[np.bool_], frames: int, bins: int) -> NDArray[np.bool_]:
    """What lies around a mask.

    Args:
        mask: Bool array of shape `(frames, bins)`.
        frames: How far the ring reaches along time.
        bins: How far along frequency.

    Returns:
        Bool array of the same shape.

    Example:

    >>> ring_around(np.array([[True, False, False]]), 1, 1)
    array([[False,  True, False]])
    """
    ring: NDArray[np.bool_] = _widened(_widened(mask, frames).T, bins).T & ~mask
    return ring


def nearness(mask: NDArray[np.bool_], frames_per_second: float) -> NDArray[np.float64]:
    """How much each frame says about the level inside a mask.

    Args:
        mask: Bool array of shape `(frames, bins)`, not empty.
        frames_per_second: Frames in 1 s.

    Returns:
        Float64 array of shape `(frames,)`: 1 in frames of the mask, less the further
        away the next of them is.
    """
    rows, frames = np.flatnonzero(mask.any(axis=1)), np.arange(len(mask))
    after = np.searchsorted(rows, frames).clip(max=len(rows) - 1)
    before = (after - 1).clip(min=0)
    distance = np.minimum(np.abs(rows[after] - frames), np.abs(rows[before] - frames))
    near: NDArray[np.float64] = np.exp(-distance / (NEAR_S * frames_per_second))
    return near


def energies_of(
    original: NDArray[np.floating],
    decoded: NDArray[np.floating],
    where: NDArray[np.floating],
    quiet: float,
) -> Energies:
    """Energy of a sound and of what a model makes of it.

    Args:
        original: Magnitudes of shape `(channels, frames, bins)`.
        decoded: Magnitudes of the same shape.
        where: Float array of shape `(frames, bins)`: how much each bin counts.
        quiet: Magnitude below which a bin does not count.
    """
    sums = np.zeros(2)
    # Some frames at a time: what is between stays in a processor's cache.
    for first in range(0, len(where), BLOCK):
        part = slice(first, first + BLOCK)
        both = original[:, part], decoded[:, part]
        counted = where[part] * (np.maximum(*both) > quiet)
        sums += [
            np.einsum("cfb,cfb->", counted, np.square(each, dtype=np.float64))
            for each in both
        ]
    return Energies(float(sums[0]), float(sums[1]), quiet**2)


def fitted(energies: Energies, lowest_db: float = -LIMIT_DB) -> LevelFit:
    """The gain that makes the decoded sound as loud as the original.

    A mean of energies, not of decibels: what is loud decides, as it does for the ear. A
    median over frames is that of the pauses in percussive sound.

    Args:
        energies: Those around what is regenerated.
        lowest_db: Most that it is turned down, in dB. Defaults to `-12.0`.

    Example:

    >>> fitted(Energies(original=4.0, decoded=1.0, quiet=0.01)).gain_db
    6.020599913279624
    """
    if max(energies.original, energies.decoded) <= energies.quiet:
        return LevelFit(0.0, "silence")
    # A side that is silent where the other sounds counts as the quiet level.
    original = max(energies.original, energies.quiet)
    wanted = 10.0 * np.log10(original / max(energies.decoded, energies.quiet))
    gain = float(np.clip(wanted, lowest_db, LIMIT_DB))
    return LevelFit(gain, "fitted" if gain == wanted else "limit")


def _widened(mask: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """A mask and `reach` rows before and after each of its rows."""
    wide, reached = mask.copy(), 0
    while reached < reach:
        # Rows that reach so far already leave no gap between them.
        step = min(2 * reached + 1, reach - reached)
        narrow = wide.copy()
        wide[step:] |= narrow[:-step]
        wide[:-step] |= narrow[step:]
        reached += step
    return wide
