"""Masks of the frames, bins and cells that a region stands for, and the box of a mask.

Frame `t` is centred on sample `t * hop_length`, bin `k` on place `k` of the scale of
the representation: for linear frequency on `k * sample_rate / n_fft`. Each owns half a
step on both sides of its centre; the outermost ones own what is left up to the edges of
the sound. Whatever a region touches it takes whole: partial overlaps snap outwards.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.frequency_scale import (
    hz_from_place,
    owners,
    place_from_hz,
)
from edge_runtime.spectrogram.region import ROUNDING, Region
from edge_runtime.spectrogram.settings import SpectrogramSettings


def cell_mask(
    region: Region,
    settings: SpectrogramSettings,
    map_frames: int,
    map_bins: int,
    time_stride: int,
    freq_stride: int,
) -> NDArray[np.bool_]:
    """Cells of the codemap that the region touches, however little.

    Args:
        region: Box in s and Hz.
        settings: Spectrogram settings of the model.
        map_frames: Cells along time.
        map_bins: Cells along frequency.
        time_stride: Frames per cell.
        freq_stride: Bins per cell.

    Returns:
        Bool array of shape `(map_frames, map_bins)`, `True` = to be regenerated.

    Raises:
        ValueError: If the region lies wholly outside the codemap.
    """
    rows, columns = _spans(
        region, settings, map_frames * time_stride, map_bins * freq_stride
    )
    mask = np.zeros((map_frames, map_bins), np.bool_)
    mask[
        rows.start // time_stride : (rows.stop - 1) // time_stride + 1,
        columns.start // freq_stride : (columns.stop - 1) // freq_stride + 1,
    ] = True
    return mask


def box_of(
    cell_mask: NDArray[np.bool_],
    settings: SpectrogramSettings,
    time_stride: int,
    freq_stride: int,
    *,
    duration: float,
) -> Region:
    """Box around the hidden cells: what a region has snapped to.

    Args:
        cell_mask: Bool array of shape `(map_frames, map_bins)`, `True` = hidden.
        settings: Spectrogram settings of the model.
        time_stride: Frames per cell.
        freq_stride: Bins per cell.
        duration: Length of the sound, in s; the last cell may reach beyond it.

    Returns:
        The smallest box that holds all hidden cells, cut at the edges of the sound.

    Raises:
        ValueError: If no cell is hidden.
    """
    if not cell_mask.any():
        raise ValueError("cell_mask hides no cell, so there is no box around it.")
    hop_s = settings.hop_length / settings.sample_rate
    rows = np.flatnonzero(cell_mask.any(axis=1))
    columns = np.flatnonzero(cell_mask.any(axis=0))
    end_s = ((rows[-1] + 1) * time_stride - 0.5) * hop_s
    edges_hz = cell_edges_hz(settings, cell_mask.shape[1], freq_stride)
    if rows[-1] == len(cell_mask) - 1:
        end_s = duration
    return Region(
        start_s=float(max(0.0, (rows[0] * time_stride - 0.5) * hop_s)),
        end_s=float(min(duration, end_s)),
        low_hz=edges_hz[columns[0]],
        high_hz=edges_hz[columns[-1] + 1],
    )


def cell_edges_hz(
    settings: SpectrogramSettings, map_bins: int, freq_stride: int
) -> list[float]:
    """Where the cells of a column begin and end.

    Args:
        settings: Spectrogram settings of the model.
        map_bins: Cells along frequency.
        freq_stride: Bins per cell.

    Returns:
        `map_bins + 1` frequencies in Hz, from 0 to half the sample rate.

    Example:

    >>> cell_edges_hz(SpectrogramSettings(n_fft=64, hop_length=16), 2, 16)
    [0.0, 3875.0, 8000.0]
    """
    inner = [
        hz_from_place(cell * freq_stride - 0.5, settings) for cell in range(1, map_bins)
    ]
    return [0.0, *inner, settings.sample_rate / 2]


def expand_mask(
    cell_mask: NDArray[np.bool_], time_stride: int, freq_stride: int, frames: int
) -> NDArray[np.bool_]:
    """Frames and bins that the hidden cells stand for.

    Args:
        cell_mask: Bool array of shape `(map_frames, map_bins)`.
        time_stride: Frames per cell.
        freq_stride: Bins per cell.
        frames: Frames of the spectrogram; the padding of the last cell is cut off.

    Returns:
        Bool array of shape `(frames, map_bins * freq_stride)`.

    Raises:
        ValueError: If the cells hold fewer than `frames` frames.

    Example:

    >>> expand_mask(np.array([[False, True]]), 2, 2, frames=1)
    array([[False, False,  True,  True]])
    """
    if not 0 < frames <= len(cell_mask) * time_stride:
        raise ValueError(
            f"{len(cell_mask)} cells of {time_stride} frames cannot give "
            f"{frames} frames."
        )
    bins = np.repeat(cell_mask, freq_stride, axis=1)
    return np.repeat(bins, time_stride, axis=0)[:frames]


def transform_mask(
    cell_mask: NDArray[np.bool_],
    settings: SpectrogramSettings,
    time_stride: int,
    freq_stride: int,
    frames: int,
) -> NDArray[np.bool_]:
    """Frames and bins of the transform that the hidden cells stand for.

    Args:
        cell_mask: Bool array of shape `(map_frames, map_bins)`.
        settings: Spectrogram settings of the model.
        time_stride: Frames per cell.
        freq_stride: Bins per cell.
        frames: Frames of the spectrogram; the padding of the last cell is cut off.

    Returns:
        Bool array of shape `(frames, n_fft // 2 + 1)`; the Nyquist bin goes with the
        one below it.

    Raises:
        ValueError: If the cells hold fewer than `frames` frames.
    """
    bins = expand_mask(cell_mask, time_stride, freq_stride, frames)
    return bins[:, owners(settings)]


def _spans(
    region: Region, settings: SpectrogramSettings, frames: int, bins: int
) -> tuple[slice, slice]:
    """Frames and bins the region touches, of those there are."""
    hop_s = settings.hop_length / settings.sample_rate
    start, low, high = (
        place_from_hz(hz, settings) for hz in (0.0, region.low_hz, region.high_hz)
    )
    return (
        _span(region.start_s / hop_s, region.end_s / hop_s, frames, "frames"),
        _span(low, high, bins, "bins", start=start),
    )


def _span(
    low: float, high: float, count: int, what: str, *, start: float = 0.0
) -> slice:
    """Whole steps `[i - 0.5, i + 0.5)` that `(low, high)` touches, edges stretched.

    `start` is where the first edge is stretched to.
    """
    if not (high > low and high > start and low < count):
        raise ValueError(
            f"The region spans {what} {low:g} to {high:g}; there are {count} of them."
        )
    first = min(max(math.floor(low + 0.5 + ROUNDING), 0), count - 1)
    last = min(max(math.ceil(high + 0.5 - ROUNDING) - 1, first), count - 1)
    return slice(first, last + 1)
