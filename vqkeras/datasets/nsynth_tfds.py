"""NSynth through TensorFlow Datasets, where no folder was given."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.resample import resample
from edge_runtime.errors import MissingDependencyError, UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.audio_clip import clip_samples, padded
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.note_filter import note_filter
from vqkeras.datasets.progress import progress
from vqkeras.datasets.sounds import Sounds

_log = logging.getLogger(__name__)

_PARTS = ("train", "valid", "test")
_SAMPLE_RATE = 16000  # Hz, of the `nsynth` builder


def nsynth_from_tfds(
    config: DataConfig, settings: SpectrogramSettings
) -> dict[str, Sounds]:
    """Notes of the official parts, prepared by TensorFlow Datasets once.

    The first use downloads and converts the whole of NSynth (73 GB) into
    `$TFDS_DATA_DIR`, in the array_record format, which can be read note by note.

    Args:
        config: Filters.
        settings: Their sample rate is used.

    Returns:
        The notes of `"train"`, `"valid"` and `"test"` that pass the filters.

    Raises:
        UserError: If it cannot be downloaded, or no note of a part passes the filters.
        MissingDependencyError: If a package for the conversion is missing.
    """
    import tensorflow_datasets as tfds

    _log.info("No NSynth folder: set data.dir or VQKERAS_DATA. Trying tfds.")
    builder = tfds.builder("nsynth")
    try:
        builder.download_and_prepare(file_format="array_record")
    except OSError as error:
        raise UserError(
            f"NSynth cannot be downloaded ({error}). Set data.dir to a folder that has "
            "it, or use data.name=synthetic."
        ) from error
    except ImportError as error:
        raise MissingDependencyError(
            f"TensorFlow Datasets needs {error.name} to prepare NSynth. "
            f"Run: pip install {(error.name or '').replace('_', '-')}"
        ) from error
    instrument = builder.info.features["instrument"]
    names = {key: instrument[key].int2str for key in ("label", "family", "source")}
    return {
        part: _part(builder.as_data_source(part), part, names, config, settings)
        for part in _PARTS
    }


def _part(
    source: Sequence[dict[str, Any]],
    part: str,
    names: dict[str, Any],
    config: DataConfig,
    settings: SpectrogramSettings,
) -> Sounds:
    """The notes of one part that pass the filters, read by number."""
    passes = note_filter(config)
    notes, rows = [], []
    with progress(len(source), f"notes of nsynth {part}") as advance:
        for row in range(len(source)):
            note = _metadata(source[row], names)
            if passes(note):
                notes.append(note)
                rows.append(row)
            advance(1)
    if not notes:
        raise UserError(f"No note of nsynth {part} passes the filters.")

    def read(index: int) -> NDArray[np.float32]:
        audio = np.asarray(source[rows[index]]["audio"], np.float32)
        audio = resample(audio, _SAMPLE_RATE, settings.sample_rate)
        return padded(audio, clip_samples(settings.sample_rate))

    return Sounds(
        notes,
        [f"tfds:{note['note_str']}" for note in notes],
        [partial(read, index) for index in range(len(notes))],
    )


def _metadata(example: dict[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    """NSynth's own keys out of those of TensorFlow Datasets."""
    instrument = example["instrument"]
    return {
        "note_str": example["id"].decode(),
        "instrument_str": names["label"](int(instrument["label"])),
        "instrument_family_str": names["family"](int(instrument["family"])),
        "instrument_source_str": names["source"](int(instrument["source"])),
        "pitch": int(example["pitch"]),
        "velocity": int(example["velocity"]),
    }
