"""Audio files in their own numbers, so that what is not edited stays bit-identical."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import AudioError, MissingDependencyError, UsageError
from edge_runtime.output_file import check_output, output_file
from edge_runtime.wav import Wav, is_wav, parse_wav, wav_bytes

# Integer subtypes: their type, what stands for silence, what stands for full scale.
_INTEGERS: dict[str, tuple[type[np.integer[Any]], int, int]] = {
    "PCM_U8": (np.uint8, 128, 1 << 7),
    "PCM_16": (np.int16, 0, 1 << 15),
    "PCM_24": (np.int32, 0, 1 << 23),
    "PCM_32": (np.int32, 0, 1 << 31),
}
_FLOATS: dict[str, type[np.floating[Any]]] = {"FLOAT": np.float32, "DOUBLE": np.float64}
# The type soundfile reads each subtype in; it fills integers from the top bit down.
_SOUNDFILE_TYPES = {
    "PCM_U8": "int16",
    "PCM_16": "int16",
    "PCM_24": "int32",
    "PCM_32": "int32",
    "FLOAT": "float32",
    "DOUBLE": "float64",
}
_WAV_SUFFIXES = (".wav", ".wave")
# Containers that soundfile writes for us. What it reads, it recognises by content.
_CONTAINERS = {
    ".flac": "FLAC",
    ".aiff": "AIFF",
    ".aif": "AIFF",
    ".caf": "CAF",
    ".w64": "W64",
    ".rf64": "RF64",
    ".ogg": "OGG",
    ".mp3": "MP3",
}
# What to try where a container cannot hold a subtype; then comes its own default.
_SECOND_CHOICES = {
    "PCM_U8": ("PCM_S8",),
    "PCM_32": ("PCM_24",),
    "FLOAT": ("PCM_24",),
    "DOUBLE": ("FLOAT", "PCM_24"),
}
# Above every converter in use; beyond it a header is more likely damaged.
_MAX_SAMPLE_RATE = 1_000_000


@dataclass(frozen=True)
class AudioFile:
    """Samples of an audio file in the file's own numbers.

    Attributes:
        samples: Array of shape `(samples, channels)`: uint8, int16, int32 (for
            `"PCM_24"` in the range of 24 bits), float32 or float64.
        sample_rate: In Hz.
        subtype: `"PCM_U8"`, `"PCM_16"`, `"PCM_24"`, `"PCM_32"`, `"FLOAT"` or
            `"DOUBLE"`.

    Example:

    >>> file = AudioFile(np.array([[0], [-32768]], np.int16), 16000, "PCM_16")
    >>> file.to_float().tolist()
    [[0.0], [-1.0]]
    """

    samples: NDArray[Any]
    sample_rate: int
    subtype: str

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate

    def to_float(self) -> NDArray[np.float32]:
        """Samples as float32 of shape `(samples, channels)`, full scale = 1."""
        if self.subtype in _FLOATS:
            return self.samples.astype(np.float32)
        _, silence, full = _INTEGERS[self.subtype]
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
        if self.subtype in _FLOATS:
            samples[touched] = values
        else:
            _, silence, full = _INTEGERS[self.subtype]
            # float64, because float32 cannot hold the largest 32-bit integers.
            steps = np.clip(np.rint(values.astype(np.float64) * full), -full, full - 1)
            samples[touched] = steps + silence
        return replace(self, samples=samples)


def read_audio(path: Path) -> AudioFile:
    """Read an audio file without changing a sample.

    WAV is read here; FLAC, OGG, MP3 and others through soundfile where installed.
    Compressed formats without a sample type of their own come as `"FLOAT"`.

    Args:
        path: File to read. Its content decides the format, not its name.

    Returns:
        Its samples, sample rate and subtype.

    Raises:
        AudioError: If the file is missing, empty, not audio, truncated, without
            samples, or contains NaN or infinite samples.
        MissingDependencyError: If it is not WAV and soundfile is not installed.
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(12)
            ours = is_wav(start) or path.suffix.lower() in _WAV_SUFFIXES
            content = start + stream.read() if ours else b""
    except OSError as error:
        raise AudioError(f"Cannot read {path}: {error.strerror}.") from error
    if not start:
        raise AudioError(f"Cannot read {path}: the file is empty.")
    if ours:
        try:
            wav = parse_wav(content)
        except AudioError as error:
            raise AudioError(f"Cannot read {path}: {error}.") from error
        audio_file = AudioFile(wav.samples, wav.sample_rate, wav.subtype)
    else:
        audio_file = _read_with_soundfile(path)
    _check_content(audio_file, path)
    return audio_file


def write_audio(path: Path, audio_file: AudioFile, *, force: bool = False) -> None:
    """Write an audio file in the format its name asks for.

    Args:
        path: `.wav` keeps every sample and the subtype. `.flac`, `.aiff`, `.caf`,
            `.w64`, `.rf64`, `.ogg` and `.mp3` go through soundfile; where such a
            container cannot hold the subtype, it gets the nearest that it can.
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
    with output_file(path, force=force) as temporary:
        if path.suffix.lower() in _WAV_SUFFIXES:
            wav = Wav(audio_file.samples, audio_file.sample_rate, audio_file.subtype)
            temporary.write_bytes(wav_bytes(wav))
        else:
            _write_with_soundfile(temporary, audio_file, path)


def check_audio_output(path: Path, *, force: bool) -> None:
    """Refuse an audio output before any long work starts; errors as `write_audio`."""
    suffix = path.suffix.lower()
    if suffix not in (*_WAV_SUFFIXES, *_CONTAINERS):
        raise UsageError(
            f"{path} does not say which audio format to write. "
            f"Give a name that ends in .wav, {', '.join(_CONTAINERS)}."
        )
    if suffix in _CONTAINERS:
        _import_soundfile(path)
    check_output(path, force=force)


def _check_content(audio_file: AudioFile, path: Path) -> None:
    if audio_file.samples.size == 0:
        raise AudioError(f"Cannot use {path}: it contains no samples.")
    if audio_file.sample_rate > _MAX_SAMPLE_RATE:
        raise AudioError(
            f"Cannot use {path}: {audio_file.sample_rate} Hz is no plausible sample "
            f"rate. Expected at most {_MAX_SAMPLE_RATE} Hz."
        )
    # Written so that NaN fails too; the limit keeps to_float() finite.
    largest = np.finfo(np.float32).max
    if audio_file.subtype in _FLOATS and not (
        np.abs(audio_file.samples).max() <= largest
    ):
        raise AudioError(
            f"Cannot use {path}: it contains NaN or infinite samples. "
            "Repair it in an audio editor."
        )


def _import_soundfile(path: Path) -> Any:
    try:
        import soundfile
    except (ImportError, OSError) as error:  # OSError: its C library is missing.
        raise MissingDependencyError(
            f"{path} is not WAV, and other formats need soundfile. "
            "Install it with: pip install vqkeras[edge]"
        ) from error
    return soundfile


def _read_with_soundfile(path: Path) -> AudioFile:
    soundfile = _import_soundfile(path)
    try:
        with soundfile.SoundFile(path) as stream:
            stored: str = stream.subtype
            promised: int = stream.frames
            subtype = "PCM_U8" if stored == "PCM_S8" else stored
            if subtype not in _INTEGERS and subtype not in _FLOATS:
                subtype = "FLOAT"
            rate: int = stream.samplerate
            samples = stream.read(dtype=_SOUNDFILE_TYPES[subtype], always_2d=True)
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
    return AudioFile(samples, rate, subtype)


def _write_with_soundfile(temporary: Path, audio_file: AudioFile, path: Path) -> None:
    soundfile = _import_soundfile(path)
    container = _CONTAINERS[path.suffix.lower()]
    samples, subtype = audio_file.samples, audio_file.subtype
    if subtype == "PCM_U8":
        samples = (samples.astype(np.int16) - 128) << 8
    elif subtype == "PCM_24":
        samples = samples << 8
    choices = (subtype, *_SECOND_CHOICES.get(subtype, ()))
    held = (s for s in choices if soundfile.check_format(container, s))
    try:
        soundfile.write(
            temporary,
            samples,
            audio_file.sample_rate,
            subtype=next(held, None),
            format=container,
        )
    except soundfile.SoundFileError as error:
        raise AudioError(
            f"Cannot write {path}: {container} cannot hold {samples.shape[1]} channels "
            f"at {audio_file.sample_rate} Hz. Write a .wav file."
        ) from error
