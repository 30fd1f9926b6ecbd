"""The picture of an edit by ear: spectrograms before and after, and envelopes below."""

import numpy as np
from matplotlib.figure import Figure

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.spectrogram.features import magnitude_db_of, spectrogram_of
from edge_runtime.spectrogram.region import Region
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.drawing import new_figure, outline, show_spectrogram
from vqkeras.evaluation.examples_figure import STEP_S, envelope_db

_FLOOR_DB = -80.0


def edit_figure(
    before: AudioFile,
    after: AudioFile,
    region: Region,
    *,
    settings: SpectrogramSettings,
    title: str,
) -> Figure:
    """Original and regenerated sound side by side, their envelopes over each other.

    Args:
        before: The sound; its first channel is shown.
        after: The edited one, of the same length.
        region: What was regenerated; outlined.
        settings: How to compute spectrograms, of the rate of both sounds.
        title: Headline of the figure.

    Returns:
        The figure; `figure.savefig(path)` writes it.
    """
    figure = new_figure(12.0, 6.4)
    figure.suptitle(title)
    axes = figure.subplot_mosaic(
        [["before", "after"], ["envelope", "envelope"]], height_ratios=(2, 1)
    )
    for name, sound in (("before", before), ("after", after)):
        spectrogram = spectrogram_of(sound.to_float()[:, 0], settings)
        magnitude_db = magnitude_db_of(spectrogram, settings)
        words = "Original" if name == "before" else "Regenerated inside the box"
        image = show_spectrogram(axes[name], magnitude_db, settings, words)
        axes[name].add_patch(outline(region, "cyan"))
        axes[name].set_xlabel("Time (s)")
        axes[name].set_ylabel("Frequency (kHz)")
    figure.colorbar(image, ax=[axes["before"], axes["after"]], label="Level (dB)")
    envelope = axes["envelope"]
    for sound, words in ((before, "original"), (after, "regenerated")):
        levels = envelope_db(sound.to_float()[:, 0], sound.sample_rate)
        levels = np.maximum(levels, _FLOOR_DB)
        envelope.plot(np.arange(len(levels)) * STEP_S, levels, label=words, lw=1.0)
    envelope.axvspan(region.start_s, region.end_s, color="0.9")
    envelope.set(
        xlabel="Time (s)",
        ylabel=f"Level of {1000 * STEP_S:g} ms (dB)",
        xlim=(0.0, before.duration),
    )
    envelope.legend(loc="lower right")
    return figure
