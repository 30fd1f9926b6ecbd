"""Spectrograms of notes, heard in training and unseen, above their reconstructions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from edge_runtime.spectrogram.distance import lsd_db
from edge_runtime.spectrogram.features import magnitude_db_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.split import Split
from vqkeras.drawing import new_figure, save, show_spectrogram
from vqkeras.run_codec import RunCodec, examples_of

_SHOWN = 2  # of each split


def draw_reconstructions(codec: RunCodec, path: Path) -> dict[str, float]:
    """Draw two notes of training and two unseen ones, with their reconstructions.

    Args:
        codec: Model of notes.
        path: PNG to write, in place of an older one.

    Returns:
        Log-spectral distance in dB under the heading of each note.
    """
    dataset = codec.run.dataset
    notes = [
        *shown_notes(codec, dataset.train, _SHOWN, "training"),
        *shown_notes(codec, dataset.test, _SHOWN, "unseen"),
    ]
    save(spectrograms_figure(notes, codec.run.settings), path)
    return {note.heading: note.lsd_db for note in notes}


@dataclass(frozen=True, eq=False)
class ShownNote:
    """One column of the figure.

    Attributes:
        heading: What it is, two short lines.
        original_db: Shape `(frames, bins)`, in dB re full scale.
        output_db: Same shape.
    """

    heading: str
    original_db: NDArray[np.float32]
    output_db: NDArray[np.float32]

    @property
    def lsd_db(self) -> float:
        """Log-spectral distance of the two, in dB."""
        return lsd_db(self.original_db, self.output_db)


def shown_notes(
    codec: RunCodec, split: Split, count: int, what: str
) -> list[ShownNote]:
    """Notes of different instruments, spread over a split, and their reconstructions.

    Args:
        codec: Model of notes.
        split: Where the notes come from.
        count: How many.
        what: Word for the split, for the headings.

    Returns:
        List of `ShownNote`.
    """
    settings = codec.run.settings
    instruments: dict[str, list[int]] = {}
    for index, note in enumerate(split.metadata):
        instruments.setdefault(note["instrument_str"], []).append(index)
    names = sorted(instruments)
    chosen = [names[i * len(names) // count] for i in range(count)]
    indices = [instruments[name][len(instruments[name]) // 2] for name in chosen]
    examples = examples_of(split, indices)
    outputs = codec.decode(codec.encode(examples))
    return [
        ShownNote(
            f"{what}: {split.metadata[index]['note_str']}",
            magnitude_db_of(example, settings),
            magnitude_db_of(output, settings),
        )
        for index, example, output in zip(indices, examples, outputs, strict=True)
    ]


def spectrograms_figure(
    notes: list[ShownNote], settings: SpectrogramSettings
) -> Figure:
    """Originals above, reconstructions below, one scale of dB for all.

    Args:
        notes: Columns of the figure.
        settings: How the spectrograms were computed.

    Returns:
        The figure.
    """
    figure = new_figure(3.4 * len(notes) + 0.8, 6.0)
    axes = figure.subplots(2, len(notes), sharex=True, sharey=True, squeeze=False)
    for column, note in zip(axes.T, notes, strict=True):
        show_spectrogram(column[0], note.original_db, settings, note.heading)
        image = show_spectrogram(
            column[1],
            note.output_db,
            settings,
            f"reconstruction, {note.lsd_db:.1f} dB off",
        )
        column[1].set_xlabel("Time (s)")
    for line in axes:
        line[0].set_ylabel("Frequency (kHz)")
    figure.colorbar(image, ax=axes, label="Level (dB re full scale)", pad=0.01)
    return figure
