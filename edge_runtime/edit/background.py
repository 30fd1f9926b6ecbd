"""The background of a sound that is too quiet for a model: what goes on in a pause."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.decibels import full_scale
from edge_runtime.spectrogram.settings import SpectrogramSettings
from edge_runtime.spectrogram.texture import LEVELS_DB

# Frames since a bin last sounded, from which on the background has a level of its own:
# steps that double, as what dies away changes less and less.
_SINCE = (1, 2, 4, 8, 16)
# Bins on each side that count together: one bin is silent too seldom to know its level.
_REACH = 8
# How much the level of all its silent frames says about a bin, in frames beside it.
_DOUBT = 0.5
# In dB of the floor: what is quieter is digital silence and stays so.
_QUIETEST_DB = -40.0
# Less is what rounding leaves of nothing.
_TINY = 1e-9


def background_level(
    power: NDArray[np.floating],
    near: NDArray[np.floating],
    silent: NDArray[np.bool_],
    settings: SpectrogramSettings,
) -> NDArray[np.float32]:
    """How loud each place is that a model hears as silent, by those around a mask.

    A model's silence is everything below its floor, but the room, the microphone and
    the tails of hits go on below it. Added up over many bins, their absence can be
    told; so can a steady level where a tail dies away. Hence the level is a function of
    the time since the bin last sounded: the mean of decibels of all places around the
    mask that have been silent as long. Decibels, as a mean of magnitudes is what the
    loudest moment was. A relative of minimum statistics (Martin 2001,
    https://doi.org/10.1109/89.928915).

    Args:
        power: Squared magnitudes, float array of shape
            `(channels, frames, n_fft // 2 + 1)`.
        near: Float array of shape `(frames, n_fft // 2 + 1)`: how much each place
            counts; 0 where nothing is known.
        silent: Bool array of the same shape: where the model hears silence.
        settings: How sound becomes a spectrogram.

    Returns:
        Float32 array of the same shape: root mean square magnitude of noise whose mean
        level is that of the places that count. 0 where it sounds, where nothing is
        known, and where that is 40 dB below the floor.

    Example: 6 dB below the floor of -80 dB, and a hit that does not count.

    >>> settings = SpectrogramSettings()
    >>> power = np.full((1, 9, 513), (full_scale(1024) * 5e-5) ** 2, np.float32)
    >>> power[0, 4] = 100.0
    >>> silent = power[0] < 1.0
    >>> level = background_level(power, np.ones((9, 513)), silent, settings)
    >>> (20.0 * np.log10(level[3:6, 0] / full_scale(1024) + 1e-9)).round(1).tolist()
    [-83.5, -180.0, -83.5]
    """
    floor = full_scale(settings.n_fft) ** 2 * 10.0 ** (settings.floor_db / 10.0)
    since = _since(silent)
    rows = near.any(axis=1)
    share = power[:, rows].mean(axis=0, dtype=np.float64) / floor
    level_db = 10.0 * np.log10(np.maximum(share, 10.0 ** (_QUIETEST_DB / 10.0)))
    near, reached = near[rows], since[rows]
    weights, sums = np.zeros((2, len(_SINCE), silent.shape[1]))
    for place, of_place, total in zip(range(len(_SINCE)), weights, sums, strict=True):
        counted = near * (reached == place)
        np.einsum("fb->b", counted, out=of_place)
        np.einsum("fb,fb->b", counted, level_db, out=total)
    weights, sums = _with_neighbours(weights), _with_neighbours(sums)
    known = weights.sum(axis=0)
    mean_db = sums.sum(axis=0) / np.maximum(known, _TINY)
    mean_db = (sums + _DOUBT * mean_db) / (weights + _DOUBT)
    is_heard = (known > _TINY) & (mean_db > _QUIETEST_DB + 0.1)
    rms_db = mean_db - LEVELS_DB[1][0]
    levels = np.where(is_heard, np.sqrt(floor) * 10.0 ** (rms_db / 20.0), 0.0)
    found = np.zeros(silent.shape, np.float32)
    for place, level in enumerate(levels.astype(np.float32)):
        found += (since == place) * level
    return found


def _since(silent: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Which of `_SINCE` each place has reached; the last if it never sounded before.

    -1 where it sounds.
    """
    frames = np.empty(silent.shape, np.int8)
    count = np.full(silent.shape[1], _SINCE[-1], np.int8)
    for row, is_silent in zip(frames, silent, strict=True):
        count += 1
        count *= is_silent
        np.minimum(count, _SINCE[-1], out=count)
        row[:] = count
    reached = np.full(silent.shape, -1, np.int8)
    for least in _SINCE:
        reached += frames >= least
    return reached


def _with_neighbours(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums over each bin and `_REACH` bins on both sides, `(kinds, bins)`."""
    sums = np.cumsum(np.pad(values, ((0, 0), (_REACH + 1, _REACH))), axis=1)
    width = 2 * _REACH + 1
    return sums[:, width:] - sums[:, :-width]
