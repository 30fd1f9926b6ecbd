"""Audio formats other than WAV, through the optional package soundfile."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.attachments import Attachments
from edge_runtime.audio.carried_blocks import blocks_of, put_blocks
from edge_runtime.audio.checked_stream import CheckedStream
from edge_runtime.audio.foreign_formats import foreign_format
from edge_runtime.audio.id3_tag import id3_size
from edge_runtime.audio.sound_stream import SoundStream
from edge_runtime.audio.wav import StoredAudio
from edge_runtime.errors import AudioError, MissingDependencyError, how_to_install

# Containers written here. What is read, libsndfile recognises by its content.
CONTAINERS = {
    ".flac": "FLAC",
    ".aiff": "AIFF",
    ".aif": "AIFF",
    ".caf": "CAF",
    ".w64": "W64",
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
# Encodings of telephones and games whose decoders give integers.
_INTEGERS = {
    "PCM_S8": "PCM_U8",
    "ALAC_16": "PCM_16",
    "ALAC_20": "PCM_24",
    "ALAC_24": "PCM_24",
    "ALAC_32": "PCM_32",
    "DWVW_24": "PCM_24",
    **dict.fromkeys(
        ("ULAW", "ALAW", "IMA_ADPCM", "MS_ADPCM", "GSM610", "VOX_ADPCM", "G721_32"),
        "PCM_16",
    ),
    **dict.fromkeys(("G723_24", "G723_40", "DWVW_12", "DWVW_16"), "PCM_16"),
    **dict.fromkeys(("NMS_ADPCM_16", "NMS_ADPCM_24", "NMS_ADPCM_32"), "PCM_16"),
    **dict.fromkeys(("DPCM_8", "DPCM_16"), "PCM_16"),
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
# Values that are decoded together.
_VALUES = 1 << 18
# Frames from here on stand for a length that is not known, as of a FLAC stream.
_UNKNOWN = 1 << 62
# More than libsndfile knows names of.
_MOST_CHANNELS = 1024


def import_soundfile(path: Path) -> Any:
    """The soundfile module, or a `MissingDependencyError` that names `path`."""
    try:
        import soundfile
    except (ImportError, OSError) as error:  # OSError: its C library is missing.
        raise MissingDependencyError(
            f"{path} is not WAV, and other formats need soundfile. "
            f"Install it with: {how_to_install('edge')}"
        ) from error
    return soundfile


def soundfile_stream(source: BinaryIO, path: Path) -> SoundStream:
    """A sound that is not plain WAV, as it is decoded.

    Args:
        source: The file.
        path: What to call it.

    Returns:
        Its rate, subtype and blocks. Signed 8-bit samples become `"PCM_U8"`, those of
        telephones `"PCM_16"`; compressed formats without a sample type of their own
        become `"FLOAT"`.

    Raises:
        AudioError: If it is not audio; later, from its blocks, if it is truncated where
            the format shows that.
        MissingDependencyError: If soundfile is not installed.
    """
    source.seek(0)
    start = source.read(64)
    # So that what it is need not be installed to be told.
    foreign = foreign_format(start)
    if foreign is not None:
        raise AudioError(f"Cannot read {path}: it is {foreign}.")
    soundfile = import_soundfile(path)
    source.seek(0)
    is_promise = not _is_mpeg_without_length(source)
    blocks = blocks_of(source)
    source.seek(0)
    os.lseek(source.fileno(), 0, os.SEEK_SET)
    try:
        # By its descriptor, for a name may be of bytes that are no text.
        stream = _forward_only(soundfile)(source.fileno(), closefd=False)
    except soundfile.SoundFileError as error:
        raise AudioError(
            f"Cannot read {path}: not an audio file, or a truncated one."
        ) from error
    subtype = _INTEGERS.get(stream.subtype, stream.subtype)
    if subtype not in _TYPES:
        subtype = "FLOAT"
    try:
        tags = stream.copy_metadata()
        if stream.channels > _MOST_CHANNELS:
            raise AudioError(
                f"Cannot use {path}: {stream.channels} channels are no sound."
            )
    except BaseException:
        stream.close()
        raise
    return SoundStream(
        stream.samplerate,
        subtype,
        Attachments(
            container=stream.format, blocks=blocks.get(stream.format, ()), tags=tags
        ),
        _decoded(stream, subtype, path, soundfile, is_promise=is_promise),
    )


def _decoded(
    stream: Any, subtype: str, path: Path, soundfile: Any, *, is_promise: bool
) -> Iterator[NDArray[Any]]:
    count, promised = 0, stream.frames
    if promised >= _UNKNOWN:
        is_promise = False
    shape = max(1, _VALUES // stream.channels), stream.channels
    with stream:
        while True:
            out = np.empty(shape, _TYPES[subtype])
            try:
                part = stream.read(out=out)
            except soundfile.SoundFileError as error:
                raise AudioError(
                    f"Cannot read {path}: truncated or damaged after {count} samples."
                ) from error
            if not len(part) and count:
                break
            count += len(part)
            yield _stored(part, subtype)
            if not len(part):
                break
    if count < promised and (is_promise or not count):
        raise AudioError(
            f"Cannot read {path}: truncated: it promises {promised} samples and has "
            f"{count}."
        )


def _stored(part: NDArray[Any], subtype: str) -> NDArray[Any]:
    if subtype == "PCM_U8":
        return ((part >> 8) + 128).astype(np.uint8)
    if subtype == "PCM_24":
        part >>= 8
    return part


def _forward_only(soundfile: Any) -> Any:
    """The class of sound files, without a seek after each block.

    After a seek libmpg123 decodes the next frames from another state.
    """

    class Forward(soundfile.SoundFile):  # type: ignore[misc]
        def seekable(self) -> bool:
            return False

    return Forward


def _is_mpeg_without_length(source: BinaryIO) -> bool:
    """Whether an MP3 does not say how long it is, so that its length is an estimate."""
    start = source.read(10)
    source.seek(id3_size(start))
    frame = source.read(4096)
    is_mpeg = start[:3] == b"ID3" or (
        len(frame) > 1 and frame[0] == 0xFF and frame[1] & 0xE0 == 0xE0
    )
    has_length = any(word in frame for word in (b"Xing", b"Info", b"VBRI"))
    return is_mpeg and not has_length and frame[:4] != b"fLaC"


def write_with_soundfile(
    path: Path,
    stored: StoredAudio,
    container: str,
    forget: Callable[[], None] = lambda: None,
) -> None:
    """Write an audio file that is not WAV; an existing one is replaced.

    Args:
        path: File to write.
        stored: Samples to write, in the subtype nearest to their own that the
            container can hold, with its tags; of the same container with all it says.
        container: One of the values of `CONTAINERS`.
        forget: Called now and then, to let go of samples that were written. Defaults
            to nothing.

    Raises:
        AudioError: If the format cannot hold that rate or number of channels.
        MissingDependencyError: If soundfile is not installed.
        OSError: If a byte could not be written.
    """
    attachments = stored.attachments
    is_same = container == attachments.container and attachments.blocks
    with path.open("w+b") as stream:
        if not is_same:
            tags = attachments.all_tags()
            _encode(stream, path, stored, container, tags, forget)
            return
        with tempfile.TemporaryFile(dir=path.parent) as plain:
            _encode(plain, path, stored, container, {}, forget)
            put_blocks(plain, container, attachments.blocks, stream)


def _encode(
    stream: BinaryIO,
    path: Path,
    stored: StoredAudio,
    container: str,
    tags: Mapping[str, str],
    forget: Callable[[], None],
) -> None:
    soundfile = import_soundfile(path)
    samples = stored.samples
    choices = (stored.subtype, *_SECOND_CHOICES.get(stored.subtype, ()))
    held = (s for s in choices if soundfile.check_format(container, s))
    try:
        with (
            CheckedStream(stream) as checked,
            soundfile.SoundFile(
                checked,
                "w",
                stored.sample_rate,
                samples.shape[1],
                subtype=next(held, None),
                format=container,
            ) as file,
        ):
            for name, value in tags.items():
                # Empty ones, and those the container has no place for, are refused.
                with contextlib.suppress(soundfile.SoundFileError):
                    setattr(file, name, value)
            for start in range(0, len(samples), _BLOCK):
                file.write(_passed(samples[start : start + _BLOCK], stored.subtype))
                if start // _BLOCK % 64 == 63:
                    forget()
    except soundfile.SoundFileError as error:
        raise AudioError(
            f"{container} cannot hold {samples.shape[1]} channels at "
            f"{stored.sample_rate} Hz. Write a .wav file."
        ) from error


def _passed(part: NDArray[Any], subtype: str) -> NDArray[Any]:
    if subtype == "PCM_U8":
        return (part.astype(np.int16) - 128) << 8
    return part << 8 if subtype == "PCM_24" else np.ascontiguousarray(part)
