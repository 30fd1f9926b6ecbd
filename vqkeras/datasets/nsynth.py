"""NSynth: notes of real instruments, in the folders that are officially downloaded."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

from edge_runtime.audio.wav_layout import UnknownEncoding, is_wav, wav_layout
from edge_runtime.errors import AudioError, UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.audio_clip import fingerprint, read_clip_of
from vqkeras.datasets.checked_files import report_bad
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.instrument_split import split_by_instrument
from vqkeras.datasets.listed_files import Files, listed
from vqkeras.datasets.location import data_dir, existing_dir
from vqkeras.datasets.note_filter import note_filter
from vqkeras.datasets.nsynth_records import read_nsynth_records
from vqkeras.datasets.nsynth_tfds import nsynth_from_tfds
from vqkeras.datasets.sounds import Sounds, SoundSplits

_PARTS = ("train", "valid", "test")
_AUDIO_SUFFIXES = (".wav", ".flac")
_LONGEST_NAME = 200
_KEPT_KEYS = (
    "instrument_str",
    "instrument_family_str",
    "instrument_source_str",
    "pitch",
    "velocity",
)


def load_nsynth(
    config: DataConfig, settings: SpectrogramSettings, *, files: Files | None = None
) -> SoundSplits:
    """Find NSynth and divide it so that no instrument is in two splits.

    A folder that has `nsynth-train`, or `nsynth-train.tfrecord`, is divided officially.
    One without it, or with `audio/` and `examples.json` of its own, is divided by
    instrument: the official `valid` and `test` share instruments, so learning from one
    and testing on the other would measure memory. Without a folder the notes come
    through TensorFlow Datasets.

    Args:
        config: Folder, filters and shares.
        settings: Their sample rate is used.
        files: As of `read_nsynth_folder`.

    Returns:
        Notes with NSynth's keys as metadata.

    Raises:
        UserError: If the folder has another layout, or nothing passes the filters.
    """
    folder = data_dir(config, "nsynth")
    parts = (
        nsynth_from_tfds(config, settings)
        if folder is None
        else _read_parts(folder, config, settings, files)
    )
    splits = _divide(parts, config)
    if config.extra_dir is not None:
        extra = read_nsynth_folder(
            existing_dir(config.extra_dir), config, settings, files=files
        )
        splits = SoundSplits(
            splits.train.followed_by(extra), splits.validation, splits.test
        )
    return splits


def read_nsynth_folder(
    folder: Path,
    config: DataConfig,
    settings: SpectrogramSettings,
    *,
    files: Files | None = None,
) -> Sounds:
    """Notes of one folder with `audio/` and `examples.json`.

    Args:
        folder: Folder in NSynth's layout; WAV or FLAC.
        config: Filters.
        settings: Their sample rate is used.
        files: Where they are, if none is to be opened before it is read, as suits very
            many of them. Defaults to `None`: bad ones are left out after a look at the
            start of each.

    Returns:
        Notes in the order of their names.

    Raises:
        UserError: If more than half of the files are missing or damaged, or no note
            passes the filters.
    """
    passes = note_filter(config)
    examples = _read_examples(folder / "examples.json")
    notes = [
        {"note_str": name} | examples[name]
        for name in sorted(examples)
        if passes(examples[name])
    ]
    if not notes:
        raise UserError(f"No note of {folder} passes the filters of the configuration.")
    rate = settings.sample_rate
    if files is not None:
        names = [note["note_str"] for note in notes]
        places, marks = listed(files, folder / "audio", names, _AUDIO_SUFFIXES)
        readers = [files.reader(place, read_clip_of, rate) for place in places]
        return Sounds(notes, marks, readers)
    found = [_audio_path(folder, note["note_str"]) for note in notes]
    report_bad(
        [
            (folder / "audio" / f"{note['note_str']}.wav", place)
            for note, place in zip(notes, found, strict=True)
            if isinstance(place, str)
        ],
        len(notes),
        folder,
    )
    places = [place for place in found if isinstance(place, Path)]
    notes = [
        note
        for note, place in zip(notes, found, strict=True)
        if isinstance(place, Path)
    ]
    return Sounds(
        metadata=notes,
        fingerprints=[fingerprint(place, folder) for place in places],
        readers=[partial(read_clip_of, place, rate) for place in places],
    )


def _read_examples(path: Path) -> dict[str, dict[str, Any]]:
    """Metadata of each note by its name."""
    try:
        with path.open(encoding="utf-8") as file:
            examples = json.load(file, object_hook=_slim)
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(f"Cannot read {path}: {error}.") from error
    entries = examples.items() if isinstance(examples, dict) else [("", None)]
    if not all(_is_note(name, note) for name, note in entries):
        raise UserError(
            f"{path} is not NSynth's: expected a note's name with the keys "
            f"{', '.join(_KEPT_KEYS)} for each: text, and whole numbers for pitch and "
            "velocity."
        )
    return examples


def _is_note(name: str, note: Any) -> bool:
    """Whether a note can be looked for by its name, and has what is used of it."""
    is_plain = 0 < len(name) <= _LONGEST_NAME and not set(name) & set("/\\\0")
    if not is_plain or not isinstance(note, dict) or set(note) != set(_KEPT_KEYS):
        return False
    return all(
        type(note[key]) is (int if key in ("pitch", "velocity") else str)
        for key in _KEPT_KEYS
    )


def _slim(values: dict[str, Any]) -> dict[str, Any]:
    """A note's metadata without what is not used: there may be 300,000 of them."""
    if "pitch" not in values:
        return values
    return {key: values[key] for key in _KEPT_KEYS if key in values}


def _audio_path(folder: Path, note: str) -> Path | str:
    """The sound of a note, or what is wrong with it as far as its start shows that."""
    for suffix in _AUDIO_SUFFIXES:
        path = folder / "audio" / (note + suffix)
        if path.exists():
            return _fault_of(path) or path
    return "is missing (.flac too)"


def _fault_of(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            start = file.read(12)
            if not start:
                return "the file is empty"
            if is_wav(start):
                wav_layout(file)
    except UnknownEncoding:
        return None  # for others to read
    except AudioError as error:
        return str(error)
    except OSError as error:
        return str(error.strerror)
    return None


def _read_parts(
    folder: Path,
    config: DataConfig,
    settings: SpectrogramSettings,
    files: Files | None,
) -> dict[str, Sounds]:
    """Every part that is there; "all" where the folder is one part itself."""
    if (folder / "examples.json").exists():
        return {"all": read_nsynth_folder(folder, config, settings, files=files)}
    parts = {}
    for part in _PARTS:
        place = folder / f"nsynth-{part}"
        records = folder / f"nsynth-{part}.tfrecord"
        if place.is_dir():
            parts[part] = read_nsynth_folder(place, config, settings, files=files)
        elif records.is_file():
            parts[part] = read_nsynth_records(records, config, settings)
    if not parts:
        raise UserError(
            f"{folder} is not NSynth: expected audio/ and examples.json in it, or in "
            "nsynth-train, nsynth-valid and nsynth-test, or nsynth-train.tfrecord and "
            "the like."
        )
    return parts


def _divide(parts: dict[str, Sounds], config: DataConfig) -> SoundSplits:
    """The official division where all of it is there, else by instrument."""
    if len(parts) == len(_PARTS):
        return SoundSplits(parts["train"], parts["valid"], parts["test"])
    sounds, *others = parts.values()
    for other in others:
        sounds = sounds.followed_by(other)
    return split_by_instrument(
        sounds,
        test_share=config.test_share,
        validation_share=config.validation_share,
        seed=config.split_seed,
    )
