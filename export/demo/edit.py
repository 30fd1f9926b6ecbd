"""What the demo does to one note: through the codec and back, and a hole inpainted."""

import dataclasses
import statistics
import time
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile, write_audio
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.edit.reconstruction import reconstruct
from edge_runtime.edit.result import Edit
from edge_runtime.engines.load import load_engine
from edge_runtime.priors.choice import make_prior
from edge_runtime.spectrogram.features import magnitude_db_of, spectrogram_of
from edge_runtime.spectrogram.frequency_scale import over_linear_frequency
from edge_runtime.spectrogram.region import Region, parse_region
from edge_runtime.spectrogram.region_masks import transform_mask
from edge_runtime.spectrogram.settings import SpectrogramSettings
from export.demo.plots import before_after_figure
from vqkeras.datasets.split import Split

# What is hidden: in the middle of the note, while it is held.
HIDDEN_TIME = "0.8:1.6"
# MIDI pitches whose partials lie far enough apart, and not too far.
PITCHES = (57, 74)
# The edit is timed as the median of this many, after one that loads caches.
TIMED_EDITS = 5


@dataclasses.dataclass(frozen=True)
class EditedNote:
    """An edit and where its files are.

    Attributes:
        note: Name of the note.
        files: What was written, in the order it should be looked at.
        duration_s: Length of the note, in s.
        edit_s: Median time of one edit, in s.
        box: The box the region snapped to.
    """

    note: str
    files: tuple[Path, ...]
    duration_s: float
    edit_s: float
    box: Region


def edit_note(bundle: Bundle, split: Split, folder: Path) -> EditedNote:
    """Reconstruct and inpaint one note, and write what to hear and to see.

    Args:
        bundle: Exported model.
        split: Notes the model never heard.
        folder: Where `original.wav`, `reconstruction.wav`, `inpainted.wav` and
            `before_after.png` go; what is there is replaced.

    Returns:
        Names and times.
    """
    index = _choose(split)
    audio_file = _as_file(split.audio(index), bundle.settings.sample_rate)
    nyquist = bundle.settings.sample_rate / 2
    region = parse_region(HIDDEN_TIME, None, audio_file.duration, nyquist)
    engine = load_engine(bundle)
    inpainter = Inpainter(bundle, engine=engine)
    prior = make_prior(bundle, engine)
    edit = inpainter.inpaint(audio_file, region, prior=prior)
    seconds = []
    for _ in range(TIMED_EDITS):
        start = time.perf_counter()
        inpainter.inpaint(audio_file, region, prior=prior)
        seconds.append(time.perf_counter() - start)
    note = str(split.metadata[index]["note_str"])
    sounds = {
        "original.wav": audio_file,
        "reconstruction.wav": reconstruct(audio_file, bundle).audio_file,
        "inpainted.wav": edit.audio_file,
    }
    for name, sound in sounds.items():
        write_audio(folder / name, sound, force=True)
    picture = folder / "before_after.png"
    box = edit.box or region
    _figure(bundle, audio_file, edit, box, note).savefig(picture)
    return EditedNote(
        note=note,
        files=(picture, *(folder / name for name in sounds)),
        duration_s=audio_file.duration,
        edit_s=statistics.median(seconds),
        box=box,
    )


def _choose(split: Split) -> int:
    """The note with most sound in it, of those whose partials a picture shows apart."""
    low, high = PITCHES

    def suits(index: int) -> tuple[bool, float]:
        pitch = split.metadata[index]["pitch"]
        return low <= pitch <= high, float(split[index].mean())

    return max(range(len(split)), key=suits)


def _as_file(audio: NDArray[np.float32], sample_rate: int) -> AudioFile:
    samples = np.round(np.clip(audio, -1.0, 1.0) * 32767.0).astype(np.int16)
    return AudioFile(
        samples=samples[:, np.newaxis], sample_rate=sample_rate, subtype="PCM_16"
    )


def _figure(
    bundle: Bundle, audio_file: AudioFile, edit: Edit, box: Region, note: str
) -> Figure:
    before = _magnitude_db(audio_file, bundle.settings)
    mask = transform_mask(
        edit.mask,
        bundle.settings,
        bundle.time_stride,
        bundle.freq_stride,
        len(before),
    )[:, :-1]
    return before_after_figure(
        before,
        _magnitude_db(edit.audio_file, bundle.settings),
        mask=mask,
        box=box,
        settings=bundle.settings,
        title=f"{note}, a note the model never heard",
    )


def _magnitude_db(
    audio_file: AudioFile, settings: SpectrogramSettings
) -> NDArray[np.float32]:
    spectrogram = spectrogram_of(audio_file.to_float()[:, 0], settings)
    return over_linear_frequency(magnitude_db_of(spectrogram, settings), settings)
