"""Audio files in their own numbers, so that what is not edited stays bit-identical."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.mapped_samples import MappedSamples
from edge_runtime.audio.opened import STANDARD, opened
from edge_runtime.audio.sound_stream import SoundStream, collected
from edge_runtime.audio.soundfile_formats import (
    CONTAINERS,
    import_soundfile,
    soundfile_stream,
    write_with_soundfile,
)
from edge_runtime.audio.usable_samples import usable_blocks
from edge_runtime.audio.wav import INTEGERS, StoredAudio, encoded, wav_blocks, wav_frame
from edge_runtime.audio.wav_layout import (
    UnknownEncoding,
    is_wav,
    valid_bits,
    wav_layout,
)
from edge_runtime.errors import AudioError, UsageError
from edge_runtime.output_file import check_output, is_device, output_file

_LONG_SUFFIX = ".rf64"
_WAV_SUFFIXES = (".wav", ".wave", _LONG_SUFFIX)
# Sounds of more bytes than this stay on the disk until samples are needed.
MAPPED_BYTES = 1 << 22
# Samples of such a sound that are written together.
_PIECE = 1 << 16


@dataclass(frozen=True)
class AudioFile(StoredAudio):
    """Samples of an audio file in the file's own numbers, editable as float.

    Attributes:
        samples: Array of shape `(samples, channels)`: uint8, int16, int32 (for
            `"PCM_24"` in the range of 24 bits), float32 or float64.
        sample_rate: In Hz.
        subtype: `"PCM_U8"`, `"PCM_16"`, `"PCM_24"`, `"PCM_32"`, `"FLOAT"` or
            `"DOUBLE"`.
        attachments: What the file carries besides: chunks, tags, pictures.
        mapped: Where the samples of a large file come from, piece by piece; `None` if
            they are all in memory. Defaults to `None`.

    Example:

    >>> file = AudioFile(np.array([[0], [-32768]], np.int16), 16000, "PCM_16")
    >>> file.to_float().tolist()
    [[0.0], [-1.0]]
    """

    mapped: MappedSamples | None = None

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate

    @property
    def silence(self) -> int:
        """What stands for silence, in the file's own numbers."""
        return INTEGERS.get(self.subtype, (0, 1))[0]

    @property
    def full_scale(self) -> int:
        """How far full scale is from silence, in the file's own numbers."""
        return INTEGERS.get(self.subtype, (0, 1))[1]

    def to_float(self) -> NDArray[np.float32]:
        """Samples as float32 of shape `(samples, channels)`, full scale = 1."""
        if self.subtype not in INTEGERS:
            return self.samples.astype(np.float32)
        silence, full = INTEGERS[self.subtype]
        audio = self.samples.astype(np.float32)
        audio -= np.float32(silence)
        audio *= np.float32(1.0 / full)
        return audio

    def with_float(
        self, edited: NDArray[np.float32], touched: NDArray[np.bool_]
    ) -> AudioFile:
        """The same file with some samples replaced.

        Args:
            edited: Float array of shape `(samples, channels)`, full scale = 1. For
                integer subtypes it is rounded and clipped.
            touched: Bool array of shape `(samples,)`. Where it is false the stored
                numbers stay as they are, bit by bit.

        Returns:
            A new file of the same rate, subtype and shape.

        Raises:
            ValueError: If a shape differs or a touched sample is NaN or infinite.
        """
        if edited.shape != self.samples.shape or touched.shape != edited.shape[:1]:
            raise ValueError(
                f"edited must have shape {self.samples.shape} and touched "
                f"{self.samples.shape[:1]}. Received: {edited.shape}, {touched.shape}."
            )
        values = edited[touched]
        if not np.isfinite(values).all():
            raise ValueError("edited must be finite. Received NaN or infinite samples.")
        samples = self.samples.copy()
        if self.subtype not in INTEGERS:
            samples[touched] = values
        else:
            silence, full = INTEGERS[self.subtype]
            step = self._step(full)
            # float64, because float32 cannot hold the largest 32-bit integers.
            steps = np.rint(values.astype(np.float64) * (full // step)) * step
            samples[touched] = np.clip(steps, -full, full - step) + silence
        return replace(self, samples=samples, mapped=None)

    def _step(self, full: int) -> int:
        """Distance of two numbers: more than 1 where the header calls bits invalid."""
        bits = valid_bits(self.attachments.wav_format)
        return 1 if bits is None else max(1, full >> max(0, bits - 1))

    def copied(self) -> AudioFile:
        """The same file, whose samples may be changed by `put`.

        Raises:
            UserError: If a large file has no room for them on the disk.
        """
        if self.mapped is None:
            return replace(self, samples=self.samples.copy())
        mapped = self.mapped.copied()
        return replace(self, samples=mapped.array, mapped=mapped)

    @classmethod
    def blank(cls, samples: int, channels: int, sample_rate: int) -> AudioFile:
        """Silence in float32, whose samples may be changed by `put`.

        Args:
            samples: Its length.
            channels: Number of channels.
            sample_rate: In Hz.

        Raises:
            UserError: If a large file has no room for them on the disk.
        """
        shape, dtype = (samples, channels), np.dtype(np.float32)
        if samples * channels * dtype.itemsize <= MAPPED_BYTES:
            return cls(np.zeros(shape, dtype), sample_rate, "FLOAT")
        mapped = MappedSamples.blank(shape, dtype)
        return cls(mapped.array, sample_rate, "FLOAT", mapped=mapped)

    def put(self, first: int, part: NDArray[Any]) -> None:
        """Change some samples of a copy, in the file's own numbers.

        Args:
            first: Number of the first sample to replace.
            part: New samples, shape `(length, channels)`.
        """
        self.samples[first : first + len(part)] = part

    def forget(self) -> None:
        """Let go of samples of a large file that can be read again."""
        if self.mapped is not None:
            self.mapped.forget()


def read_audio(path: Path) -> AudioFile:
    """Read an audio file without changing a sample.

    WAV is read here; FLAC, OGG, MP3 and others, and WAV in the encodings of telephones,
    through soundfile where installed. Compressed formats without a sample type of their
    own come as `"FLOAT"`. The samples of a large file wait in a nameless file on the
    disk until they are used; memory is bounded in every format.

    Args:
        path: File, pipe, or `-` for standard input. Its content decides the format, not
            its name.

    Returns:
        Its samples, sample rate and subtype, and what it carries besides.

    Raises:
        AudioError: If the file is missing, empty, not audio, truncated, without
            samples, or contains samples that are NaN, infinite or beyond
            1e10.
        MissingDependencyError: If it is not WAV and soundfile is not installed.
        UserError: If a large file has no room on the disk.
    """
    with opened(path) as source:
        sound = _stream(source, path)
        samples, mapped = collected(usable_blocks(sound, path), MAPPED_BYTES)
    return AudioFile(
        samples, sound.sample_rate, sound.subtype, sound.attachments, mapped
    )


def _stream(source: BinaryIO, path: Path) -> SoundStream:
    start = source.read(12)
    if not start:
        raise AudioError(f"Cannot read {path}: the file is empty.")
    try:
        layout = wav_layout(source)
    except AudioError as error:
        if is_wav(start) and not isinstance(error, UnknownEncoding):
            raise AudioError(f"Cannot read {path}: {error}.") from error
        try:
            return soundfile_stream(source, path)
        except AudioError:
            if is_wav(start):
                raise AudioError(f"Cannot read {path}: {error}.") from error
            raise
    form = layout.form
    blocks = _named(wav_blocks(source, layout), path)
    return SoundStream(form.sample_rate, form.subtype, layout.attachments, blocks)


def _named(blocks: Iterator[NDArray[Any]], path: Path) -> Iterator[NDArray[Any]]:
    try:
        yield from blocks
    except AudioError as error:
        raise AudioError(f"Cannot read {path}: {error}.") from error


def write_audio(path: Path, audio_file: AudioFile, *, force: bool = False) -> None:
    """Write an audio file in the format its name asks for.

    Args:
        path: `.wav` and `.rf64` keep every sample and the subtype; WAV of more than
            4 GiB is RF64. `.flac`, `.aiff`, `.caf`, `.w64`, `.ogg` and `.mp3` go
            through soundfile; where such a container cannot hold the subtype, it gets
            the nearest that it can. `-` is WAV on standard output, and so is what has
            no suffix and is a device.
        audio_file: What to write.
        force: Whether an existing file may be replaced. Defaults to `False`.

    Raises:
        UsageError: If the name ends in nothing of the above, or the file exists and
            `force` is false.
        UserError: If the file cannot be written.
        AudioError: If the format cannot hold the sound.
        MissingDependencyError: If soundfile is needed and not installed.
    """
    check_audio_output(path, force=force)
    container = CONTAINERS.get(path.suffix.lower())
    if path == STANDARD:
        _write_wav(sys.stdout.buffer, audio_file)
        sys.stdout.buffer.flush()
        return
    with output_file(path, force=force) as temporary:
        if container is None:
            with temporary.open("wb") as stream:
                is_long = path.suffix.lower() == _LONG_SUFFIX
                _write_wav(stream, audio_file, is_long=is_long)
        else:
            write_with_soundfile(temporary, audio_file, container, audio_file.forget)


def check_audio_output(path: Path, *, force: bool) -> None:
    """Refuse an audio output before any long work starts; errors as `write_audio`."""
    if path == STANDARD or (not path.suffix and is_device(path)):
        return
    suffix = path.suffix.lower()
    if suffix not in (*_WAV_SUFFIXES, *CONTAINERS):
        raise UsageError(
            f"{path} does not say which audio format to write. "
            f"Give a name that ends in .wav, .rf64, {', '.join(CONTAINERS)}."
        )
    if suffix in CONTAINERS:
        import_soundfile(path)
    check_output(path, force=force)


def _write_wav(
    stream: BinaryIO, audio_file: AudioFile, *, is_long: bool = False
) -> None:
    head, tail = wav_frame(audio_file, is_long=is_long)
    stream.write(head)
    for start in range(0, len(audio_file.samples), _PIECE):
        part = audio_file.samples[start : start + _PIECE]
        stream.write(encoded(part, audio_file.subtype))
        audio_file.forget()
    stream.write(tail)
