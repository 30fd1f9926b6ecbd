"""Any sound: drums, voices, music, noises, notes, divided by where they come from."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.general_clips import Clip, all_clips, drawn_clips, read_clip
from vqkeras.datasets.general_manifest import GeneralSound, read_manifest
from vqkeras.datasets.general_split import split_by_origin
from vqkeras.datasets.instrument_split import SplitName
from vqkeras.datasets.listed_files import Files
from vqkeras.datasets.location import data_dir, existing_dir
from vqkeras.datasets.nsynth import load_nsynth
from vqkeras.datasets.sounds import SECONDS, Sounds, SoundSplits

# Clips of each kind that a run is watched on, and judged on.
_VALIDATION_CLIPS = 12
_TEST_CLIPS = 64


def load_general(
    config: DataConfig, settings: SpectrogramSettings, *, files: Files | None = None
) -> SoundSplits:
    """Read a folder of many kinds of sound, named in its `manifest.csv`.

    Files may have any rate and length. Examples are clips of 4 s: longer sounds are
    cut, shorter ones of one source put end to end. `train_clips` of them are drawn to
    learn from, balanced over kinds, half of them moved in pitch and speed by up to
    `pitch_semitones`; of the rest every sound is heard once, unchanged. Notes of
    `notes_dirs` are one more kind, `notes`, divided by instrument as `nsynth` is.

    Args:
        config: Folders, shares and seed of the division.
        settings: Their sample rate is used.
        files: As of `read_nsynth_folder`.

    Returns:
        Clips with `kind`, `instrument_str` (the source) and `note_str` as metadata.

    Raises:
        UserError: If a folder, the manifest or a file cannot be used.
    """
    parts = sounds_by_split(config, settings, files=files)
    return SoundSplits(
        train=_sounds_of(
            drawn_clips(
                parts["train"],
                config.train_clips,
                semitones=config.pitch_semitones,
                seed=config.split_seed,
            ),
            settings,
        ),
        validation=_sounds_of(
            all_clips(parts["validation"], _VALIDATION_CLIPS), settings
        ),
        test=_sounds_of(all_clips(parts["test"], _TEST_CLIPS), settings),
    )


def sounds_by_split(
    config: DataConfig, settings: SpectrogramSettings, *, files: Files | None = None
) -> dict[SplitName, list[GeneralSound]]:
    """The sounds themselves, before they are cut or put together, by split.

    Args:
        config: Folders, shares and seed of the division.
        settings: Their sample rate is used, for notes.
        files: As of `read_nsynth_folder`.

    Returns:
        Sounds of `"train"`, `"validation"` and `"test"`; no origin is in two of them.

    Raises:
        UserError: If a folder, the manifest or a file cannot be used.
    """
    folder = data_dir(config, "general")
    if folder is None:
        raise UserError(
            "data.name=general needs data.dir, or a folder general in $VQKERAS_DATA."
        )
    sounds = read_manifest(folder, files)
    places = split_by_origin(
        sounds,
        test_share=config.test_share,
        validation_share=config.validation_share,
        seed=config.split_seed,
    )
    parts: dict[SplitName, list[GeneralSound]] = {
        "train": [],
        "validation": [],
        "test": [],
    }
    for sound, place in zip(sounds, places, strict=True):
        parts[place].append(sound)
    for name in config.notes_dirs or ():
        folder = existing_dir(os.path.expandvars(name))
        for part, notes in _notes(folder, config, settings, files).items():
            parts[part] += notes
    return parts


def _notes(
    folder: Path,
    config: DataConfig,
    settings: SpectrogramSettings,
    files: Files | None,
) -> dict[SplitName, list[GeneralSound]]:
    """Notes of a folder in NSynth's layout, by split."""
    splits = load_nsynth(
        dataclasses.replace(
            config, name="nsynth", dir=str(folder), notes_dirs=None, train_clips=1
        ),
        settings,
        files=files,
    )
    return {
        part: _as_general(getattr(splits, part), folder, settings)
        for part in get_args(SplitName)
    }


def _as_general(
    notes: Sounds, folder: Path, settings: SpectrogramSettings
) -> list[GeneralSound]:
    return [
        GeneralSound(
            kind="notes",
            source=folder.name,
            origin=metadata["instrument_str"],
            name=metadata["note_str"],
            seconds=SECONDS,
            fingerprint=notes.fingerprints[index],
            read=partial(_with_rate, notes.readers[index], settings.sample_rate),
        )
        for index, metadata in enumerate(notes.metadata)
    ]


def _with_rate(
    read: Callable[[], NDArray[np.float32]], rate: int
) -> tuple[NDArray[np.float32], int]:
    return read(), rate


def _sounds_of(clips: Sequence[Clip], settings: SpectrogramSettings) -> Sounds:
    return Sounds(
        metadata=[
            {
                "note_str": f"{clip.parts[0].sound.name}@{clip.parts[0].start:g}s",
                "instrument_str": clip.parts[0].sound.source,
                "kind": clip.parts[0].sound.kind,
            }
            for clip in clips
        ],
        fingerprints=[clip.fingerprint for clip in clips],
        readers=[partial(read_clip, clip, settings.sample_rate) for clip in clips],
    )
