"""Spectrograms: from sound to the input of a model, and regions of them."""

from edge_runtime.spectrogram.distance import lsd_db
from edge_runtime.spectrogram.features import (
    magnitude_db_of,
    magnitude_of,
    spectrogram_of,
)
from edge_runtime.spectrogram.region import Region, parse_region
from edge_runtime.spectrogram.region_masks import box_of, cell_mask, expand_mask
from edge_runtime.spectrogram.settings import SpectrogramSettings

__all__ = [
    "Region",
    "SpectrogramSettings",
    "box_of",
    "cell_mask",
    "expand_mask",
    "lsd_db",
    "magnitude_db_of",
    "magnitude_of",
    "parse_region",
    "spectrogram_of",
]
