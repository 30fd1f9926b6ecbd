"""A model that loses nothing: its cells are the bins themselves, and it has no codes.

What goes through it shows what an edit costs where the magnitudes are known: phase,
fades, level and guard, and no network. Or what any other magnitudes sound like.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.engines.engine import Engine
from edge_runtime.spectrogram.settings import SpectrogramSettings

# Below everything that is heard, so that nothing of a sound is cut off.
FLOOR_DB = -120.0
# The one code: a vector that no bin has, so that an edit takes all of them for new.
_NO_VALUE = -1.0


class _Bins(Engine):
    """Spectrograms are their own latents."""

    name = "lossless"

    def run(
        self,
        signature: str,
        inputs: Mapping[str, NDArray[Any]],
        results: tuple[str, ...],
    ) -> tuple[NDArray[np.float32], ...]:
        """Give back what came in, for `encode` and `decode_quantized`."""
        return tuple(np.asarray(value, np.float32) for value in inputs.values())


def lossless_inpainter(like: SpectrogramSettings) -> Inpainter:
    """What edits bins.

    `transform` it with a change that returns levels `(frames, bins, 1)`, scaled by
    `lossless_settings`.

    Args:
        like: Its rate, window and hop are taken.

    Example:

    >>> from edge_runtime.audio.audio_file import AudioFile
    >>> from edge_runtime.spectrogram.region import Region
    >>> settings = SpectrogramSettings(sample_rate=8000, n_fft=256, hop_length=64)
    >>> sound = AudioFile(np.full((8000, 1), 0.1, np.float32), 8000, "FLOAT")
    >>> silenced = lossless_inpainter(settings).transform(
    ...     sound,
    ...     Region(0.4, 0.6, 0.0, 4000.0),
    ...     lambda codes, cells: np.zeros((*codes.shape, 1)),
    ... )
    >>> silenced.codemap_after.shape
    (126, 128)
    """
    return levels_inpainter(lossless_settings(like))


def levels_inpainter(settings: SpectrogramSettings) -> Inpainter:
    """What edits the values of a spectrogram themselves, as `lossless_inpainter` bins.

    Args:
        settings: How sound becomes that spectrogram.
    """
    metadata = {
        "name": "lossless",
        "number_format": "float32",
        "spectrogram": asdict(settings),
        "codebook_size": 1,
        "codebook_dim": 1,
        "time_stride": 1,
        "freq_stride": 1,
        "licence": "none",
        "attribution": "none",
        "context": {"encoder_frames": [0, 0], "decoder_cells": [0, 0]},
    }
    arrays: dict[str, NDArray[Any]] = {
        "codebook": np.full((1, 1), _NO_VALUE, np.float32),
        "marginal": np.ones(1, np.int64),
    }
    bins = np.zeros((1, 1, settings.num_bins, 1), np.float32)
    golden = dict.fromkeys(("spectrogram", "latents", "codemap", "decoded"), bins)
    return Inpainter(Bundle(b"", metadata, arrays, golden, {}), engine=_Bins())


def lossless_settings(like: SpectrogramSettings) -> SpectrogramSettings:
    """How sound becomes bins: linear in frequency, with a low floor."""
    return SpectrogramSettings(
        sample_rate=like.sample_rate,
        n_fft=like.n_fft,
        hop_length=like.hop_length,
        floor_db=FLOOR_DB,
    )
