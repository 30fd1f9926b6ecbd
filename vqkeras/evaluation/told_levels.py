"""Can it be told: regions in which a sound's levels are those that some codes leave.

As `vqkeras.evaluation.told_run` judges true codes, for what is no model: all that is
asked is a function from spectrograms to spectrograms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.edit.inpainter import Change
from edge_runtime.spectrogram.features import spectrogram_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.evaluation.heard_statistics import GROUPS, HeardRegion, heard_region
from vqkeras.evaluation.held_out import HeldOutHole
from vqkeras.evaluation.lossless_model import levels_inpainter
from vqkeras.evaluation.told import Interval, told_apart

# From spectrograms `(examples, frames, bins, channels)` to what is left of them.
Reconstruct = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def told_levels(
    reconstruct: Reconstruct,
    holes: Sequence[HeldOutHole],
    settings: SpectrogramSettings,
    *,
    seed: int = 0,
) -> Interval:
    """Put into each region what is left of it, with a new phase, and let trees tell.

    Args:
        reconstruct: What is judged. Its levels sound smooth, without texture.
        holes: Regions of sounds, at least of five origins.
        settings: How sound becomes a spectrogram.
        seed: Of folds, trees and bootstrap. Defaults to `0`.

    Returns:
        Area under the curve: 0.5 cannot tell, 1 always can.
    """
    inpainter, rate = levels_inpainter(settings), settings.sample_rate
    originals, made = [], []
    for hole in holes:
        spectrogram = spectrogram_of(hole.audio, settings)
        left = _given(reconstruct(spectrogram[np.newaxis])[0])
        sound = AudioFile(hole.audio[:, np.newaxis], rate, "FLOAT")
        edit = inpainter.transform(sound, hole.region, left)
        audio = edit.audio_file.to_float()[:, 0]
        originals.append(_row(heard_region(hole.audio, hole.region, rate)))
        made.append(_row(heard_region(audio, hole.region, rate)))
    origins = [hole.origin for hole in holes]
    told = told_apart(np.stack(originals), np.stack(made), origins, seed=seed)
    return told.area(seed=seed)


def _given(levels: NDArray[np.float32]) -> Change:
    """A change to these levels, whatever was there."""
    return lambda codes, cells: levels


def _row(heard: HeardRegion) -> NDArray[np.float32]:
    """All statistics of a region, end to end."""
    return np.concatenate([heard.statistics[group] for group in GROUPS])
