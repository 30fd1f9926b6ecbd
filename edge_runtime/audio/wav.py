"""WAV files as bytes to samples and back, bit by bit.

The standard library's `wave` refuses float samples, and extensible headers before
Python 3.12. Where the samples lie is found in `wav_layout`.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.attachments import NOTHING, Attachments, chunk_bytes
from edge_runtime.audio.wav_layout import (
    LAYOUTS,
    PCM,
    WavFormat,
    WavLayout,
    fits,
    wav_layout,
)
from edge_runtime.errors import AudioError

# Little-endian types as stored; 24 bits have none and are widened by hand.
_STORED = {
    "PCM_U8": "u1",
    "PCM_16": "<i2",
    "PCM_32": "<i4",
    "FLOAT": "<f4",
    "DOUBLE": "<f8",
}
# Integer subtypes: what stands for silence, and how far full scale is from it.
INTEGERS = {
    "PCM_U8": (128, 1 << 7),
    "PCM_16": (0, 1 << 15),
    "PCM_24": (0, 1 << 23),
    "PCM_32": (0, 1 << 31),
}
_LARGEST = 0xFFFFFFFF
# Bytes that are read together.
_PIECE = 1 << 20


@dataclass(frozen=True)
class StoredAudio:
    """Samples in the numbers of the file they come from.

    Attributes:
        samples: Array of shape `(samples, channels)`: uint8, int16, int32 (for
            `"PCM_24"` in the range of 24 bits), float32 or float64.
        sample_rate: In Hz.
        subtype: `"PCM_U8"`, `"PCM_16"`, `"PCM_24"`, `"PCM_32"`, `"FLOAT"` or
            `"DOUBLE"`.
        attachments: What the file carries besides. Defaults to nothing.
    """

    samples: NDArray[Any]
    sample_rate: int
    subtype: str
    attachments: Attachments = NOTHING


def parse_wav(content: bytes) -> StoredAudio:
    """Samples of a WAV file.

    PCM of 8, 16, 24 or 32 bits and float of 32 or 64 bits, plain or extensible, any
    number of channels, RIFF or RF64. Other chunks are kept as they are.

    Args:
        content: The whole file.

    Returns:
        The samples as stored, the sample rate and the subtype.

    Raises:
        AudioError: If the content is not WAV, is truncated, contradicts itself, or
            holds another encoding. The message does not name the file.

    Example:

    >>> stored = StoredAudio(np.array([[0], [1], [-1]], np.int16), 16000, "PCM_16")
    >>> parse_wav(wav_bytes(stored)).samples.tolist()
    [[0], [1], [-1]]
    """
    layout = wav_layout(io.BytesIO(content))
    form = layout.form
    body = memoryview(content)[layout.start : layout.start + layout.size]
    samples = _decoded(body, form)
    return StoredAudio(samples, form.sample_rate, form.subtype, layout.attachments)


def wav_blocks(stream: BinaryIO, layout: WavLayout) -> Iterator[NDArray[Any]]:
    """Samples of a WAV file, some at a time.

    Args:
        stream: The file.
        layout: Where they lie.

    Yields:
        Arrays of shape `(samples, channels)` as `StoredAudio` has them.

    Raises:
        AudioError: If the file has become shorter meanwhile.
    """
    block = layout.form.block
    piece = max(1, _PIECE // block) * block
    stream.seek(layout.start)
    for start in range(0, layout.size, piece):
        wanted = min(piece, layout.size - start)
        body = stream.read(wanted)
        if len(body) < wanted:
            raise AudioError("truncated: it was cut while it was read")
        yield _decoded(body, layout.form)


def wav_bytes(stored: StoredAudio) -> bytes:
    """A WAV file that holds exactly these samples, and what was around them.

    Args:
        stored: Samples of shape `(samples, channels)`, in the type of their subtype.

    Returns:
        The whole file.
    """
    head, tail = wav_frame(stored)
    return head + encoded(stored.samples, stored.subtype) + tail


def wav_frame(stored: StoredAudio, *, is_long: bool = False) -> tuple[bytes, bytes]:
    """What comes before and behind the samples.

    Args:
        stored: As above.
        is_long: Whether to write RF64 even where RIFF, which ends at 4 GiB, would do.
            Defaults to `False`.
    """
    samples, channels = stored.samples.shape
    form = WavFormat(stored.subtype, channels, stored.sample_rate)
    size = samples * form.block
    attachments = stored.attachments.as_wav()
    chunks = _first_chunks(form, samples, attachments)
    tail = bytes(size % 2) + _joined(attachments.after)
    total = len(b"WAVE") + len(chunks) + 8 + size + len(tail)
    if total <= _LARGEST and not is_long:
        riff = b"RIFF" + struct.pack("<I", total) + b"WAVE"
        return riff + chunks + b"data" + struct.pack("<I", size), tail
    body = struct.pack("<QQQI", total + 36, size, samples, 0)
    elsewhere = struct.pack("<I", _LARGEST)
    riff = b"RF64" + elsewhere + b"WAVE" + chunk_bytes(b"ds64", body)
    return riff + chunks + b"data" + elsewhere, tail


def _first_chunks(form: WavFormat, samples: int, attachments: Attachments) -> bytes:
    tag, width = LAYOUTS[form.subtype]
    plain = struct.pack(
        "<HHIIHH",
        tag,
        form.channels,
        form.sample_rate,
        min(form.sample_rate * form.block, _LARGEST),
        form.block,
        8 * width,
    )
    if tag != PCM:  # Everything but PCM has an extension size and a count of samples.
        plain += bytes(2)
    before = attachments.before or ((b"fmt ", plain),)
    kept = _joined(
        (name, plain if name == b"fmt " and not fits(body, form) else body)
        for name, body in before
    )
    if tag == PCM:
        return kept
    return kept + chunk_bytes(b"fact", struct.pack("<I", min(samples, _LARGEST)))


def _joined(chunks: Any) -> bytes:
    return b"".join(chunk_bytes(name, body) for name, body in chunks)


def encoded(samples: NDArray[Any], subtype: str) -> bytes:
    """Samples as a WAV file stores them."""
    if subtype == "PCM_24":
        wide = np.ascontiguousarray(samples, "<i4").view(np.uint8)
        return wide.reshape(-1, 4)[:, :3].tobytes()
    return samples.astype(_STORED[subtype], copy=False).tobytes()


def _decoded(body: bytes | memoryview, form: WavFormat) -> NDArray[Any]:
    if form.subtype == "PCM_24":
        samples: NDArray[Any] = _from_24_bits(np.frombuffer(body, np.uint8))
    else:
        stored = np.frombuffer(body, _STORED[form.subtype])
        samples = stored.astype(stored.dtype.newbyteorder("="))
    return samples.reshape(-1, form.channels)


def _from_24_bits(content: NDArray[np.uint8]) -> NDArray[np.int32]:
    wide = np.zeros((content.size // 3, 4), np.uint8)
    wide[:, 1:] = content.reshape(-1, 3)
    # The value sits in the upper three bytes; shifting down keeps its sign.
    samples: NDArray[np.int32] = wide.view("<i4")[:, 0].astype(np.int32) >> 8
    return samples
