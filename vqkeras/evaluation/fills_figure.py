"""Picture of holes in unheard sounds: original, filled by each prior, several takes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.spectrogram.features import magnitude_db_of, spectrogram_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.config import DataConfig
from vqkeras.drawing import new_figure, outline, save, show_spectrogram
from vqkeras.evaluation.fillers import FILLERS, Models, fillers_of
from vqkeras.evaluation.held_out import HeldOutHole, held_out_clips, held_out_holes

# One row each; what the data lacks is left out.
SHOWN_KINDS = ("drums_loops", "speech", "melodic_loops", "polyphony")
# Takes of a prior that draws.
_TAKES = 3
# What is shown around a hole, in s; and up to where, in Hz.
_AROUND_S = 0.45
# The ways of filling that have a column, of those that the model has.
_COLUMNS = ("naive_bayes", "learned", "learned_drawn")


def draw_fills(bundle: Bundle, data: DataConfig, path: Path, *, seed: int = 0) -> None:
    """Draw one box of each of four kinds of sound, filled in every way.

    Args:
        bundle: Model of sounds.
        data: How the sounds of `"general"` were divided for its training.
        path: PNG to write, in place of an older one.
        seed: Of holes and draws. Defaults to `0`.
    """
    models, rows = Models.of(bundle), _shown_holes(bundle, data, seed)
    columns = [name for name in _COLUMNS if name in fillers_of(bundle)]
    width = 1 + sum(_TAKES if FILLERS[name].draws else 1 for name in columns)
    figure = new_figure(2.5 * width + 0.8, 2.5 * len(rows))
    axes = figure.subplots(len(rows), width, squeeze=False)
    for line, hole in zip(axes, rows, strict=True):
        sounds = [(hole.kind.replace("_", " "), hole.audio)]
        for name in columns:
            for take in range(_TAKES if FILLERS[name].draws else 1):
                edit = FILLERS[name].sound(models, hole.audio, hole.region, seed=take)
                title = name.replace("_", " ")
                if FILLERS[name].draws:
                    title = f"{title}, seed {take}"
                sounds.append((title, edit.audio_file.to_float()[:, 0]))
        for axis, (title, audio) in zip(line, sounds, strict=True):
            levels = _levels(audio, bundle.settings)
            image = show_spectrogram(axis, levels, bundle.settings, title)
            _show_box(axis, hole)
        line[0].set_ylabel("Frequency (kHz)")
    for axis in axes[-1]:
        axis.set_xlabel("Time (s)")
    figure.colorbar(image, ax=axes, label="Level (dB re full scale)", pad=0.01)
    save(figure, path)


def _shown_holes(bundle: Bundle, data: DataConfig, seed: int) -> list[HeldOutHole]:
    """The first box of each shown kind."""
    clips = held_out_clips(data, bundle)
    shown = {kind: clips[kind] for kind in SHOWN_KINDS if kind in clips}
    found: dict[str, HeldOutHole] = {}
    # Gaps and boxes take turns; of several rounds one box sounds.
    for hole in held_out_holes(shown, bundle, count=8 * len(shown), seed=seed):
        if hole.hole == "box":
            found.setdefault(hole.kind, hole)
    return [found[kind] for kind in shown if kind in found]


def _levels(
    audio: NDArray[np.float32], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    return magnitude_db_of(spectrogram_of(audio, settings), settings)


def _show_box(axis: Axes, hole: HeldOutHole) -> None:
    """A white frame around the hole, and a little of what surrounds it."""
    region = hole.region
    axis.set_xlim(region.start_s - _AROUND_S, region.end_s + _AROUND_S)
    axis.add_patch(outline(region, "white"))
