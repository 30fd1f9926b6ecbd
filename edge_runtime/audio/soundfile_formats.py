"""Audio formats other than WAV, through the optional package soundfile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from edge_runtime.audio.wav import StoredAudio
from edge_runtime.errors import AudioError, MissingDependencyError

# Containers written here. What is read, libsndfile recognises by its content.
CONTAINERS = {
    ".flac": "FLAC",
    ".aiff": "AIFF",
    ".aif": "AIFF",
    ".caf": "CAF",
    ".w64": "W64",
    ".rf64": "RF64",
    ".ogg": "OGG",
    ".mp3": "MP3",
}
# The type each subtype is passed in; integers fill it from the top bit down.
_TYPES = {
    "PCM_U8": "int16",
    "PCM_16": "int16",
    "PCM_24": "int32",
    "PCM_32": "int32",
    "FLOAT": "float32",
    "DOUBLE": "float64",
}
# What to try where a container cannot hold a subtype; then comes its own default.
_SECOND_CHOICES = {
    "PCM_U8": ("PCM_S8",),
    "PCM_32": ("PCM_24",),
    "FLOAT": ("PCM_24",),
    "DOUBLE": ("FLOAT", "PCM_24"),
}
# libsndfile 1.2 overflows its stack when it gets minutes of Ogg Vorbis in one call.
_BLOCK = 1 << 14


def import_soundfile(path: Path) -> Any:
    """The soundfile module, or a `MissingDependencyError` that names `path`."""
    try:
        import soundfile
    except (ImportError, OSError) as error:  # OSError: its C library is missing.
        raise MissingDependencyError(
            f"{path} is not WAV, and other formats need soundfile. "
            "Install it with: pip install vqkeras[edge]"
        ) from error
    return soundfile


def read_with_soundfile(path: Path) -> StoredAudio:
    """Samples of an audio file that is not WAV.

    Args:
        path: File to read.

    Returns:
        Its samples, rate and subtype. Signed 8-bit samples become `"PCM_U8"`;
        compressed formats without a sample type of their own become `"FLOAT"`.

    Raises:
        AudioError: If it is not audio, or truncated where the format shows that.
        MissingDependencyError: If soundfile is not installed.
    """
    soundfile = import_soundfile(path)
    try:
        with soundfile.SoundFile(path) as stream:
            rate, promised = stream.samplerate, stream.frames
            subtype = "PCM_U8" if stream.subtype == "PCM_S8" else stream.subtype
            if subtype not in _TYPES:
                subtype = "FLOAT"
            samples = stream.read(dtype=_TYPES[subtype], always_2d=True)
    except soundfile.SoundFileError as error:
        raise AudioError(
            f"Cannot read {path}: not an audio file, or a truncated one."
        ) from error
    if len(samples) < promised:
        raise AudioError(
            f"Cannot read {path}: truncated: it promises {promised} samples and has "
            f"{len(samples)}."
        )
    if subtype == "PCM_U8":
        samples = ((samples >> 8) + 128).astype(np.uint8)
    elif subtype == "PCM_24":
        samples >>= 8
    return StoredAudio(samples, rate, subtype)


def write_with_soundfile(path: Path, stored: StoredAudio) -> None:
    """Write an audio file that is not WAV; an existing one is replaced.

    Args:
        path: File to write; its suffix is one of `CONTAINERS`.
        stored: Samples to write, in the subtype nearest to their own that the
            container can hold.

    Raises:
        AudioError: If the format cannot hold that rate or number of channels.
        MissingDependencyError: If soundfile is not installed.
    """
    soundfile = import_soundfile(path)
    container = CONTAINERS[path.suffix.lower()]
    samples, subtype = stored.samples, stored.subtype
    if subtype == "PCM_U8":
        samples = (samples.astype(np.int16) - 128) << 8
    elif subtype == "PCM_24":
        samples = samples << 8
    choices = (subtype, *_SECOND_CHOICES.get(subtype, ()))
    held = (s for s in choices if soundfile.check_format(container, s))
    try:
        with soundfile.SoundFile(
            path,
            "w",
            stored.sample_rate,
            samples.shape[1],
            subtype=next(held, None),
            format=container,
        ) as stream:
            for start in range(0, len(samples), _BLOCK):
                stream.write(samples[start : start + _BLOCK])
    except soundfile.SoundFileError as error:
        raise AudioError(
            f"{container} cannot hold {samples.shape[1]} channels at "
            f"{stored.sample_rate} Hz. Write a .wav file."
        ) from error
