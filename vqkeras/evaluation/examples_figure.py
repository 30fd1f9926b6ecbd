"""The picture of an example: spectrograms of all its versions, and their envelopes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from edge_runtime.spectrogram.features import magnitude_db_of, spectrogram_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.drawing import COLOURS, new_figure, outline, show_spectrogram

if TYPE_CHECKING:
    from vqkeras.evaluation.example_sounds import Example

# One value of an envelope, in s; below the floor nothing is drawn.
STEP_S, _FLOOR_DB = 0.01, -70.0
# Up to where a spectrogram is shown, in kHz: above is little to see.
_TOP_KHZ = 12.0


def example_figure(
    example: Example,
    versions: Mapping[str, NDArray[np.float32]],
    settings: SpectrogramSettings,
) -> Figure:
    """Spectrograms above, envelopes below; the region is framed, or shaded.

    Args:
        example: What is shown.
        versions: Samples of shape `(samples,)` by name, `original` first.
        settings: Of the spectrograms.
    """
    figure = new_figure(2.5 * len(versions) + 0.8, 4.6)
    figure.suptitle(f"{example.title}; regenerated: {example.region}", fontsize=10)
    upper, lower = figure.subplots(2, len(versions), height_ratios=(2, 1), sharex=True)
    before = envelope_db(versions["original"], settings.sample_rate)
    for axis, below, (name, samples) in zip(
        upper, lower, versions.items(), strict=True
    ):
        levels = magnitude_db_of(spectrogram_of(samples, settings), settings)
        title = name.replace("_", " ")
        image = show_spectrogram(axis, levels, settings, title)
        axis.set_ylim(0.0, min(_TOP_KHZ, settings.sample_rate / 2000.0))
        axis.add_patch(outline(example.region, "white"))
        _show_envelopes(below, before, envelope_db(samples, settings.sample_rate))
        below.axvspan(example.region.start_s, example.region.end_s, color="0.9")
        below.set_xlabel("Time (s)")
    for row in (upper, lower):
        for axis in row[1:]:
            axis.tick_params(labelleft=False)
    upper[0].set_ylabel("Frequency (kHz)")
    lower[0].set_ylabel("Level (dB)")
    figure.colorbar(image, ax=upper, label="Level (dB re full scale)", pad=0.01)
    return figure


def envelope_db(samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float64]:
    """Level of each 10 ms, in dB re full scale.

    Args:
        samples: Shape `(samples,)`.
        sample_rate: In Hz.

    Example:

    >>> envelope_db(np.ones(160, np.float32), 8000).tolist()
    [0.0, 0.0]
    """
    step = max(1, round(STEP_S * sample_rate))
    count = len(samples) // step
    parts = samples[: count * step].astype(np.float64).reshape(count, step)
    power = np.square(parts).mean(axis=1)
    return 10.0 * np.log10(np.maximum(power, 1e-12))


def _show_envelopes(
    axis: Axes, before: NDArray[np.float64], after: NDArray[np.float64]
) -> None:
    """The version's envelope over the original's, in grey."""
    times = (np.arange(len(before)) + 0.5) * STEP_S
    axis.plot(times, before, color="0.55", linewidth=1.0)
    axis.plot(times, after, color=COLOURS[0], linewidth=1.0)
    axis.set_ylim(_FLOOR_DB, 0.0)
