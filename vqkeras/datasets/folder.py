"""Anybody's own audio: a folder of files, cut into segments of four seconds."""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.audio_clip import clip_samples, padded, read_mono
from vqkeras.datasets.checked_files import (
    CheckedFile,
    checked_files,
    name_of,
    sound_files,
    split_by_name,
)
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.location import cache_folder, existing_dir
from vqkeras.datasets.sounds import SECONDS, Sounds, SoundSplits

SUFFIXES = (".wav", ".flac", ".ogg", ".aif", ".aiff", ".mp3")
_SHORTEST_REST = 1.0  # s; a shorter rest at the end of a file is left out


def load_folder(config: DataConfig, settings: SpectrogramSettings) -> SoundSplits:
    """Cut all audio files below a folder into segments, divided by file.

    Channels are averaged, other sample rates resampled. A segment is 4 s long; the
    last of a file is padded with silence, or left out where less than 1 s of it is
    sound. Which part hears a file follows from its name alone, so that more files move
    none that was trained on into the test. Files that cannot be read are left out,
    counted and named.

    Args:
        config: `dir`, shares and seed of the division.
        settings: Their sample rate is used.

    Returns:
        Segments with `note_str`, `instrument_str` (the file), `start_s` as metadata.

    Raises:
        UserError: If there are too few files to divide, or more than half of them
            cannot be read.
    """
    root = existing_dir(str(config.dir))
    found = sound_files(root, SUFFIXES)
    if not found:
        raise UserError(f"{root} has 0 audio files ({', '.join(SUFFIXES)}).")
    files = {
        name_of(file.path, root): file
        for file in checked_files(found, root, cache_folder(config))
    }
    shares = {"test": config.test_share, "validation": config.validation_share}
    parts = split_by_name(files, shares, seed=config.split_seed)
    if "train" not in parts.values():
        raise UserError(
            f"{root} has {len(files)} audio files ({', '.join(SUFFIXES)}), too few to "
            "divide by file. Give three or more, or cut long ones up."
        )
    return SoundSplits(
        **{
            part: _segments(
                {name: files[name] for name in sorted(files) if parts[name] == part},
                settings,
            )
            for part in ("train", "validation", "test")
        }
    )


def segments_of(name: str, seconds: float) -> list[dict[str, Any]]:
    """What is known of each segment of a file.

    Args:
        name: Of the file.
        seconds: Its length.

    Example:

    >>> [known["note_str"] for known in segments_of("a.wav", 9.0)]
    ['a.wav@0s', 'a.wav@4s', 'a.wav@8s']
    """
    whole, rest = divmod(seconds, SECONDS)
    count = max(1, int(whole) + (rest >= _SHORTEST_REST))
    return [
        {
            "note_str": f"{name}@{number * SECONDS:g}s",
            "instrument_str": name,
            "start_s": number * SECONDS,
        }
        for number in range(count)
    ]


def _segments(files: dict[str, CheckedFile], settings: SpectrogramSettings) -> Sounds:
    """All segments of some files, in order."""
    # A long file is read once for its segments, which are asked for one by one.
    read_recent = lru_cache(maxsize=2)(read_mono)
    metadata: list[dict[str, Any]] = []
    fingerprints: list[str] = []
    places: list[tuple[Path, int]] = []
    for name, file in files.items():
        for number, known in enumerate(segments_of(name, file.seconds)):
            metadata.append(known)
            fingerprints.append(f"{file.fingerprint}@{number}")
            places.append((file.path, number))
    num_samples = clip_samples(settings.sample_rate)

    def read(index: int) -> NDArray[np.float32]:
        path, number = places[index]
        audio = read_recent(path, settings.sample_rate)
        return padded(audio[number * num_samples :], num_samples)

    readers = [partial(read, index) for index in range(len(places))]
    return Sounds(metadata, fingerprints, readers)
