"""Sound files as examples: one channel, at the model's rate, a fixed length."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile, read_audio
from edge_runtime.audio.resample import resample
from edge_runtime.errors import AudioError
from vqkeras.datasets.sounds import SECONDS


def read_file(path: Path) -> AudioFile:
    """As `read_audio`, of files alone: a pipe among them would hold up a training.

    Args:
        path: Audio file.

    Raises:
        AudioError: If it is a folder, a pipe or a device, or as `read_audio`.
    """
    if path.exists() and not path.is_file():
        kind = "a folder" if path.is_dir() else "a pipe or a device"
        raise AudioError(f"Cannot read {path}: {kind}, not a file.")
    return read_audio(path)


def read_mono(path: Path, sample_rate: int) -> NDArray[np.float32]:
    """Whole file, channels averaged, resampled.

    Args:
        path: Audio file of any format that `read_audio` takes.
        sample_rate: Wanted rate, in Hz.

    Returns:
        float32 array of shape `(samples,)`.

    Raises:
        AudioError: If the file cannot be read.
    """
    return mono_of(read_file(path), sample_rate)


def mono_of(file: AudioFile, sample_rate: int) -> NDArray[np.float32]:
    """A file that was read, channels averaged, resampled to that rate in Hz."""
    mono = file.to_float().mean(axis=1)
    return resample(mono, file.sample_rate, sample_rate).astype(np.float32, copy=False)


def clip_samples(sample_rate: int) -> int:
    """Samples of one example."""
    return round(SECONDS * sample_rate)


def padded(audio: NDArray[np.float32], num_samples: int) -> NDArray[np.float32]:
    """The first `num_samples` samples, silence after the end."""
    result = np.zeros(num_samples, np.float32)
    kept = audio[:num_samples]
    result[: len(kept)] = kept
    return result


def read_clip_of(path: Path, sample_rate: int) -> NDArray[np.float32]:
    """The first 4 s of a file, silence after its end.

    Args:
        path: As of `read_mono`.
        sample_rate: Wanted rate, in Hz.

    Raises:
        AudioError: If the file cannot be read.
    """
    file = read_file(path)
    return clip_of(file.to_float().mean(axis=1), file.sample_rate, sample_rate)


def clip_of(
    audio: NDArray[np.float32], stored_rate: int, sample_rate: int
) -> NDArray[np.float32]:
    """The first 4 s of samples at the rate `stored_rate`, silence after their end.

    What lies more than a second behind the clip is not resampled: of a file with a
    very low rate in its header, that could take without end.
    """
    used = audio[: clip_samples(stored_rate) + stored_rate]
    resampled = resample(used, stored_rate, sample_rate)
    return padded(resampled.astype(np.float32, copy=False), clip_samples(sample_rate))


def fingerprint(path: Path, root: Path) -> str:
    """Text that changes when the file does: its name, size and time of change."""
    status = path.stat()
    name = os.fsencode(path.relative_to(root)).decode("utf-8", "backslashreplace")
    return f"{name}:{status.st_size}:{status.st_mtime_ns}"
