"""Level of what a model generates, fitted to what surrounds it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# A model further off than this has failed; more gain would only make that louder.
LIMIT_DB = 12.0
# A bin this far above the floor sounds; DESIGN's measures use -70 dB at a floor of -80.
SOUNDING_DB = 10.0


def border_of(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Visible cells that touch a hidden one, corners included.

    Args:
        cells: Bool array of shape `(map_frames, map_bins)`, `True` = hidden.

    Returns:
        Bool array of the same shape.

    Example:

    >>> border_of(np.array([[True, False, False]]))
    array([[False,  True, False]])
    """
    padded = np.pad(cells, 1)
    rows = padded[:-2] | padded[1:-1] | padded[2:]
    near: NDArray[np.bool_] = rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:]
    return near & ~cells


def level_ratios_db(
    original: NDArray[np.floating],
    decoded: NDArray[np.floating],
    border: NDArray[np.bool_],
    quiet: float,
) -> NDArray[np.float64]:
    """How much louder the original is than the decoded sound, frame by frame.

    Args:
        original: Magnitudes of shape `(frames, bins)`.
        decoded: Magnitudes of the same shape.
        border: Bool array of the same shape: where both are known.
        quiet: Magnitude below which a bin does not count.

    Returns:
        Ratios of energy in dB, one for each frame in which something sounds there.
    """
    counted = border & ((original > quiet) | (decoded > quiet))
    sounding = counted.any(axis=1)
    before = _energy_per_frame(original, counted)[sounding]
    after = _energy_per_frame(decoded, counted)[sounding]
    # A side that is silent where the other sounds counts as the quiet level.
    floor = quiet**2
    ratios: NDArray[np.float64] = np.maximum(before, floor) / np.maximum(after, floor)
    return 10.0 * np.log10(ratios)


def fitted_level_db(ratios_db: NDArray[np.float64]) -> float:
    """The gain that fits the decoded sound to the original.

    It is the median over frames, so that a single onset beside the hole does not
    decide.

    Args:
        ratios_db: From `level_ratios_db`.

    Returns:
        Gain for the decoded sound, in dB, in [-12, 12]; 0 where nothing sounds.
    """
    if not ratios_db.size:
        return 0.0
    return float(np.clip(np.median(ratios_db), -LIMIT_DB, LIMIT_DB))


def _energy_per_frame(
    magnitude: NDArray[np.floating], counted: NDArray[np.bool_]
) -> NDArray[np.float64]:
    energy: NDArray[np.float64] = np.square(magnitude * counted, dtype=np.float64).sum(
        axis=1
    )
    return energy
