"""NSynth's official TFRecord files: one record is one note."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import AudioError, UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.audio_clip import clip_of
from vqkeras.datasets.checked_files import report_bad
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.note_filter import note_filter
from vqkeras.datasets.sounds import Sounds
from vqkeras.datasets.tfrecord import (
    Feature,
    Record,
    features_of,
    read_record,
    records_of,
)

_TEXTS = (
    "note_str",
    "instrument_str",
    "instrument_family_str",
    "instrument_source_str",
)
_NUMBERS = ("pitch", "velocity")
_HIGHEST_RATE = 384_000  # Hz


def read_nsynth_records(
    path: Path, config: DataConfig, settings: SpectrogramSettings
) -> Sounds:
    """Notes of one file such as `nsynth-train.tfrecord`.

    Only what is known of each note is read now; its sound is when it is asked for.

    Args:
        path: The file.
        config: Filters.
        settings: Their sample rate is used.

    Returns:
        Notes in the order of their names. A record's own checksum is its fingerprint.

    Raises:
        UserError: If the file cannot be read, more than half of its records are no
            notes, or no note passes the filters.
    """
    passes = note_filter(config)
    notes: dict[str, tuple[dict[str, Any], Record]] = {}
    bad = []
    count = 0
    for record, content in records_of(path):
        count += 1
        note = _note_of(content)
        if note is None:
            bad.append((path, f"the record at byte {record.offset} is no note"))
        elif passes(note):
            notes[note["note_str"]] = note, record
    report_bad(bad, count, path.parent)
    if not notes:
        raise UserError(f"No note of {path} passes the filters of the configuration.")
    found = [notes[name] for name in sorted(notes)]
    rate = settings.sample_rate
    return Sounds(
        metadata=[note for note, _ in found],
        fingerprints=[
            f"{path.name}/{note['note_str']}:{record.length}:{record.checksum}"
            for note, record in found
        ],
        readers=[partial(_read_note, path, record, rate) for _, record in found],
    )


def _note_of(content: memoryview) -> dict[str, Any] | None:
    """What is known of a note, or `None` if this is none."""
    try:
        features = features_of(content, (*_TEXTS, *_NUMBERS))
        texts = {key: _text_of(features[key]) for key in _TEXTS}
        return texts | {key: int(features[key][0]) for key in _NUMBERS}
    except (ValueError, KeyError, IndexError, TypeError, OverflowError):
        return None


def _text_of(feature: Feature) -> str:
    content = feature[0]
    if not isinstance(content, bytes):
        raise TypeError("no text")
    return content.decode()


def _read_note(path: Path, record: Record, rate: int) -> NDArray[np.float32]:
    """The first 4 s of a note, silence after its end.

    Raises:
        UserError: If it cannot be read.
    """
    content = read_record(path, record)
    try:
        features = features_of(content, ("audio", "sample_rate"))
        audio = np.asarray(features["audio"], np.float32)
        stored = int(features["sample_rate"][0])
    except (ValueError, KeyError, IndexError, OverflowError) as error:
        raise AudioError(f"Cannot read {path}: a record is no note.") from error
    if not 0 < stored <= _HIGHEST_RATE or not audio.size:
        raise AudioError(f"Cannot read {path}: a note has no sound.")
    if not np.isfinite(audio).all():
        raise AudioError(f"Cannot read {path}: a note has NaN or infinite samples.")
    return clip_of(audio, stored, rate)
