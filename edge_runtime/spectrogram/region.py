"""A box in seconds and Hz, and the masks of frames, bins and cells it stands for.

Frame `t` is centred on sample `t * hop_length`, bin `k` on place `k` of the scale of
the representation: for linear frequency on `k * sample_rate / n_fft`. Each owns half a
step on both sides of its centre; the outermost ones own what is left up to the edges of
the sound. Whatever a region touches it takes whole: partial overlaps snap outwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import UsageError
from edge_runtime.spectrogram.frequency_scale import (
    hz_from_place,
    owners,
    place_from_hz,
)
from edge_runtime.spectrogram.settings import SpectrogramSettings

# Overlaps below a millionth of a frame or bin are rounding, not wishes.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Region:
    """A box of the sound.

    It prints rounded inwards to 1 ms and 1 Hz, so that a printed box, typed in again,
    touches the same cells.

    Attributes:
        start_s: Start, in s.
        end_s: End, in s.
        low_hz: Lower edge, in Hz.
        high_hz: Upper edge, in Hz.

    Example:

    >>> print(Region(0.504, 1.272, 0.0, 2000.0))
    0.504-1.272 s, 0-2000 Hz
    """

    start_s: float
    end_s: float
    low_hz: float
    high_hz: float

    def around(self, other: Region) -> Region:
        """The smallest box that holds both.

        Example:

        >>> print(Region(0.0, 1.0, 0.0, 100.0).around(Region(2.0, 3.0, 50.0, 200.0)))
        0.000-3.000 s, 0-200 Hz
        """
        return Region(
            min(self.start_s, other.start_s),
            max(self.end_s, other.end_s),
            min(self.low_hz, other.low_hz),
            max(self.high_hz, other.high_hz),
        )

    def __str__(self) -> str:
        start, end = _inwards(self.start_s * 1000, self.end_s * 1000)
        low, high = _inwards(self.low_hz, self.high_hz)
        return f"{start / 1000:.3f}-{end / 1000:.3f} s, {low}-{high} Hz"


def parse_region(
    time: str | None, freq: str | None, duration: float, nyquist: float
) -> Region:
    """Read `--time` and `--freq`.

    Args:
        time: `"start:end"` in s, e.g. `"0.5:1.2"`. `None` means the whole duration.
        freq: `"low:high"` in Hz, e.g. `"200:2000"`. `None` means all frequencies.
        duration: Length of the sound, in s.
        nyquist: Highest frequency, in Hz.

    Returns:
        The region, inside the sound.

    Raises:
        UsageError: If a pair is malformed, has no width, or leaves the sound.

    Example:

    >>> parse_region("0.5:1.2", None, 4.0, 8000.0)
    Region(start_s=0.5, end_s=1.2, low_hz=0.0, high_hz=8000.0)
    """
    start_s, end_s = _parse_pair("--time", time, duration, "s", "0.5:1.2", 0.001)
    low_hz, high_hz = _parse_pair("--freq", freq, nyquist, "Hz", "200:2000", 1.0)
    return Region(start_s, end_s, low_hz, high_hz)


def parse_passage(flag: str, text: str, duration: float) -> tuple[float, float]:
    """Read a pair of times.

    Args:
        flag: Option it was given with, for the message.
        text: `"start:end"` in s, e.g. `"0.5:1.2"`.
        duration: Length of the sound, in s.

    Returns:
        Start and end, in s.

    Raises:
        UsageError: If the pair is malformed, has no width, or leaves the sound.

    Example:

    >>> parse_passage("--like", "0.5:1.2", 4.0)
    (0.5, 1.2)
    """
    return _parse_pair(flag, text, duration, "s", "0.5:1.2", 0.001)


def check_heard(region: Region, settings: SpectrogramSettings) -> None:
    """Refuse a region of which a model hears nothing.

    Args:
        region: Box, inside the sound.
        settings: Spectrogram settings of the model.

    Raises:
        UsageError: If all of it lies above half the model's sample rate.
    """
    nyquist = settings.sample_rate / 2
    if region.low_hz >= nyquist:
        raise UsageError(
            f"The region begins at {region.low_hz:g} Hz, but this model hears a sound "
            f"up to {nyquist:g} Hz. Choose a lower one, or a model of a higher rate."
        )


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


def _inwards(low: float, high: float) -> tuple[int, int]:
    """Whole numbers inside an interval; the nearest ones if it holds none."""
    inner = math.ceil(low - _ROUNDING), math.floor(high + _ROUNDING)
    return inner if inner[0] < inner[1] else (round(low), round(high))


def _parse_pair(
    flag: str, text: str | None, limit: float, unit: str, example: str, slack: float
) -> tuple[float, float]:
    """Two increasing numbers in [0, limit]; `slack` forgives a rounded upper edge."""
    if text is None:
        return 0.0, float(limit)
    try:
        low, high = (float(part) for part in text.split(":"))
    except ValueError:
        low = high = math.nan
    if not (math.isfinite(low) and math.isfinite(high)):
        raise UsageError(
            f"{flag} must be two numbers in {unit} with a colon between them, "
            f"e.g. {example}. Received: {text!r}."
        )
    if low >= high:
        raise UsageError(
            f"{flag} must end above its start. Received: {text!r}, which has no width."
        )
    if low < 0 or low >= limit or high > limit + slack:
        raise UsageError(
            f"{flag} {text} leaves the sound, which spans 0:{limit:g} {unit}. "
            "Choose a region inside it."
        )
    return low, min(high, float(limit))


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
    first = min(max(math.floor(low + 0.5 + _ROUNDING), 0), count - 1)
    last = min(max(math.ceil(high + 0.5 - _ROUNDING) - 1, first), count - 1)
    return slice(first, last + 1)
