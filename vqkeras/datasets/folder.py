"""Anybody's own audio: a folder of files, cut into segments of four seconds."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import AudioError, UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.audio_clip import clip_samples, fingerprint, padded, read_mono
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.location import existing_dir
from vqkeras.datasets.sounds import SECONDS, Sounds, SoundSplits

_SUFFIXES = (".wav", ".flac", ".ogg", ".aif", ".aiff", ".mp3")
_SHORTEST_REST = 1.0  # s; a shorter rest at the end of a file is left out


def load_folder(config: DataConfig, settings: SpectrogramSettings) -> SoundSplits:
    """Cut all audio files below a folder into segments, divided by file.

    Channels are averaged, other sample rates resampled. A segment is 4 s long; the
    last of a file is padded with silence, or left out where less than 1 s of it is
    sound.

    Args:
        config: `dir`, shares and seed of the division.
        settings: Their sample rate is used.

    Returns:
        Segments with `note_str`, `instrument_str` (the file), `start_s` as metadata.

    Raises:
        UserError: If there are too few files to divide.
        AudioError: If a file cannot be read.
    """
    root = existing_dir(str(config.dir))
    files = sorted(path for path in root.rglob("*") if path.suffix.lower() in _SUFFIXES)
    num_test = max(1, round(config.test_share * len(files)))
    num_validation = 0
    if config.validation_share:
        num_validation = max(1, round(config.validation_share * len(files)))
    if len(files) <= num_test + num_validation:
        raise UserError(
            f"{root} has {len(files)} audio files ({', '.join(_SUFFIXES)}), too few to "
            "divide by file. Give three or more, or cut long ones up."
        )
    order = np.random.default_rng(config.split_seed).permutation(len(files))
    held_back = num_test + num_validation
    parts = {
        "test": order[:num_test],
        "validation": order[num_test:held_back],
        "train": order[held_back:],
    }
    return SoundSplits(
        **{
            part: _segments(root, [files[i] for i in np.sort(rows)], settings)
            for part, rows in parts.items()
        }
    )


def _segments(root: Path, files: list[Path], settings: SpectrogramSettings) -> Sounds:
    """All segments of some files, in order."""
    # A long file is read once for its segments, which are asked for one by one.
    read_recent = lru_cache(maxsize=2)(read_mono)
    metadata: list[dict[str, Any]] = []
    fingerprints: list[str] = []
    places: list[tuple[Path, int]] = []
    for path in files:
        name = path.relative_to(root).as_posix()
        content = fingerprint(path, root)
        duration = _duration(path)
        whole, rest = divmod(duration, SECONDS)
        count = max(1, int(whole) + (rest >= _SHORTEST_REST))
        for number in range(count):
            start = number * SECONDS
            note = f"{name}@{start:g}s"
            metadata.append(
                {"note_str": note, "instrument_str": name, "start_s": start}
            )
            fingerprints.append(f"{content}@{number}")
            places.append((path, number))
    num_samples = clip_samples(settings.sample_rate)

    def read(index: int) -> NDArray[np.float32]:
        path, number = places[index]
        audio = read_recent(path, settings.sample_rate)
        return padded(audio[number * num_samples :], num_samples)

    return Sounds(metadata, fingerprints, read)


def _duration(path: Path) -> float:
    """Length of a file in s, from its header alone."""
    import soundfile

    try:
        info = soundfile.info(str(path))
    except soundfile.LibsndfileError as error:
        raise AudioError(f"{path} cannot be read as audio: {error}.") from error
    if info.frames == 0:
        raise AudioError(f"{path} holds no sound. Remove it from the folder.")
    return info.frames / info.samplerate
