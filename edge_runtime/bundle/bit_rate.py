"""What a codemap costs: cells and bits of a second of sound."""

from __future__ import annotations

import math

from edge_runtime.spectrogram.settings import SpectrogramSettings


def cells_per_second(
    settings: SpectrogramSettings, time_stride: int, freq_stride: int
) -> float:
    """Cells a codemap spends on one second of sound.

    Args:
        settings: How sound becomes a spectrogram.
        time_stride: Frames per cell.
        freq_stride: Bins per cell.

    Returns:
        Cells per second.

    Example:

    >>> cells_per_second(SpectrogramSettings(), time_stride=8, freq_stride=32)
    125.0
    """
    map_bins = -(-settings.num_bins // freq_stride)
    return settings.frames_per_second / time_stride * map_bins


def bitrate_bps(codebook_size: int, cells_per_second: float) -> float:
    """Rate of a codemap whose codes are written with equal lengths.

    Args:
        codebook_size: Number of codewords.
        cells_per_second: Cells in one second of sound. For several codemaps, add the
            rates.

    Returns:
        Rate in bits per second.

    Example:

    >>> bitrate_bps(512, cells_per_second=125.0)
    1125.0
    """
    return math.log2(codebook_size) * cells_per_second
