"""WAV files as bytes to samples and back, bit by bit.

The standard library's `wave` refuses float samples, and extensible headers before
Python 3.12. Source: Microsoft and IBM, Multimedia Programming Interface 1.0 (1991);
Microsoft, Multiple channel audio data and WAVE files (2007).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from mmap import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import AudioError

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
# The last 14 bytes of every KSDATAFORMAT_SUBTYPE identifier.
_SUBTYPE_SUFFIX = bytes.fromhex("000000001000800000aa00389b71")
# Format tag and bytes per sample of each subtype.
_SUBTYPES = {
    (_PCM, 1): "PCM_U8",
    (_PCM, 2): "PCM_16",
    (_PCM, 3): "PCM_24",
    (_PCM, 4): "PCM_32",
    (_FLOAT, 4): "FLOAT",
    (_FLOAT, 8): "DOUBLE",
}
_LAYOUTS = {subtype: layout for layout, subtype in _SUBTYPES.items()}
# Little-endian types as stored; 24 bits have none and are widened by hand.
_STORED = {
    "PCM_U8": "u1",
    "PCM_16": "<i2",
    "PCM_32": "<i4",
    "FLOAT": "<f4",
    "DOUBLE": "<f8",
}
# A writer that cannot seek back leaves this size: the data reach to the end.
_UNKNOWN_SIZE = 0xFFFFFFFF


@dataclass(frozen=True)
class StoredAudio:
    """Samples in the numbers of the file they come from.

    Attributes:
        samples: Array of shape `(samples, channels)`: uint8, int16, int32 (for
            `"PCM_24"` in the range of 24 bits), float32 or float64.
        sample_rate: In Hz.
        subtype: `"PCM_U8"`, `"PCM_16"`, `"PCM_24"`, `"PCM_32"`, `"FLOAT"` or
            `"DOUBLE"`.
    """

    samples: NDArray[Any]
    sample_rate: int
    subtype: str


@dataclass(frozen=True)
class WavFormat:
    """The `fmt ` chunk."""

    subtype: str
    channels: int
    sample_rate: int


def is_wav(start: bytes) -> bool:
    """Whether a file that starts with these 12 bytes is a WAV file."""
    return start[:4] == b"RIFF" and start[8:12] == b"WAVE"


def parse_wav(content: bytes) -> StoredAudio:
    """Samples of a WAV file.

    PCM of 8, 16, 24 or 32 bits and float of 32 or 64 bits, plain or extensible, any
    number of channels. Other chunks are skipped.

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
    layout = wav_layout(content)
    body = memoryview(content)[layout.start : layout.start + layout.size]
    form = layout.form
    if form.subtype == "PCM_24":
        samples = _from_24_bits(np.frombuffer(body, np.uint8))
    else:
        stored = np.frombuffer(body, _STORED[form.subtype])
        samples = stored.astype(stored.dtype.newbyteorder("="))
    return StoredAudio(
        samples.reshape(-1, form.channels), form.sample_rate, form.subtype
    )


@dataclass(frozen=True)
class WavLayout:
    """Where the samples of a WAV file lie, and what they are.

    Attributes:
        form: The `fmt ` chunk.
        start: First byte of the samples.
        size: Number of their bytes.
    """

    form: WavFormat
    start: int
    size: int

    @property
    def dtype(self) -> np.dtype[Any] | None:
        """Type of a sample as stored; `None` if numpy has none, or another order."""
        stored = _STORED.get(self.form.subtype)
        if stored is None or not np.dtype(stored).isnative:
            return None
        return np.dtype(stored).newbyteorder("=")

    @property
    def shape(self) -> tuple[int, int]:
        """`(samples, channels)`."""
        _, width = _LAYOUTS[self.form.subtype]
        channels = self.form.channels
        return self.size // (width * channels), channels


def wav_layout(content: bytes | mmap) -> WavLayout:
    """Find the samples of a WAV file; arguments and errors as `parse_wav`."""
    if not is_wav(content[:12]):
        raise AudioError(
            f"not a WAV file: it starts with {content[:12]!r}, not with RIFF and WAVE"
        )
    form = None
    position = 12
    while position + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, position)
        left = len(content) - position - 8
        if name == b"data":
            if form is None:
                raise AudioError("its data chunk comes before its fmt chunk")
            return WavLayout(form, position + 8, _data_size(left, size, form))
        if size > left:
            raise AudioError("truncated: it ends before its samples begin")
        if name == b"fmt ":
            form = _parse_format(content[position + 8 : position + 8 + size])
        position += 8 + size + size % 2
    raise AudioError("truncated: it ends before its samples begin")


def wav_bytes(stored: StoredAudio) -> bytes:
    """A WAV file that holds exactly these samples, with a plain header.

    Args:
        stored: Samples of shape `(samples, channels)`, in the type of their subtype.

    Returns:
        The whole file.

    Raises:
        AudioError: If it would be larger than the 4 GiB that RIFF can count.
    """
    data = _data(stored)
    return wav_header(stored) + data + bytes(len(data) % 2)


def wav_header(stored: StoredAudio) -> bytes:
    """What comes before the samples in a WAV file; arguments and errors as above."""
    tag, width = _LAYOUTS[stored.subtype]
    samples, channels = stored.samples.shape
    size = samples * channels * width
    if size > _UNKNOWN_SIZE - 128:
        raise AudioError(
            f"{size} bytes of samples do not fit into a WAV file, which ends at 4 GiB. "
            "Write a shorter sound."
        )
    block = channels * width
    form = struct.pack(
        "<HHIIHH",
        tag,
        channels,
        stored.sample_rate,
        min(stored.sample_rate * block, _UNKNOWN_SIZE),
        block,
        8 * width,
    )
    if tag == _PCM:
        chunks = _chunk(b"fmt ", form)
    else:  # Everything but PCM has an extension size and a count of samples.
        chunks = _chunk(b"fmt ", form + bytes(2))
        chunks += _chunk(b"fact", struct.pack("<I", samples))
    total = len(b"WAVE") + len(chunks) + 8 + size + size % 2
    riff = b"RIFF" + struct.pack("<I", total) + b"WAVE"
    return riff + chunks + b"data" + struct.pack("<I", size)


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def _parse_format(body: bytes) -> WavFormat:
    if len(body) < 16:
        raise AudioError(f"its fmt chunk has {len(body)} bytes, expected 16 or more")
    tag, channels, sample_rate, _, block, bits = struct.unpack_from("<HHIIHH", body)
    if tag == _EXTENSIBLE:
        if len(body) < 40 or body[26:40] != _SUBTYPE_SUFFIX:
            raise AudioError("its extensible header names no known encoding")
        (tag,) = struct.unpack_from("<H", body, 24)
    if channels == 0 or sample_rate == 0 or block == 0 or block % channels:
        raise AudioError(
            f"its header contradicts itself: {channels} channels, {sample_rate} Hz, "
            f"{block} bytes for one sample of all channels"
        )
    width = block // channels
    subtype = _SUBTYPES.get((tag, width))
    if subtype is None or bits > 8 * width:
        raise AudioError(
            f"unsupported encoding (tag {tag}, {bits} bits in {width} bytes). "
            "Expected PCM of 8, 16, 24 or 32 bits or float of 32 or 64 bits"
        )
    return WavFormat(subtype, channels, sample_rate)


def _data_size(left: int, size: int, form: WavFormat) -> int:
    """Bytes of samples, of which the header promises `size` and `left` are there."""
    _, width = _LAYOUTS[form.subtype]
    block = width * form.channels
    if size == _UNKNOWN_SIZE:
        size = left - left % block
    if size > left:
        raise AudioError(
            f"truncated: it promises {size} bytes of samples and has {left}"
        )
    if size % block:
        raise AudioError(
            f"truncated: {size} bytes of samples do not divide into {block} bytes each"
        )
    return size


def _from_24_bits(content: NDArray[np.uint8]) -> NDArray[np.int32]:
    wide = np.zeros((content.size // 3, 4), np.uint8)
    wide[:, 1:] = content.reshape(-1, 3)
    # The value sits in the upper three bytes; shifting down keeps its sign.
    samples: NDArray[np.int32] = wide.view("<i4")[:, 0].astype(np.int32) >> 8
    return samples


def _data(stored: StoredAudio) -> bytes:
    if stored.subtype == "PCM_24":
        wide = np.ascontiguousarray(stored.samples, "<i4").view(np.uint8)
        return wide.reshape(-1, 4)[:, :3].tobytes()
    return stored.samples.astype(_STORED[stored.subtype], copy=False).tobytes()
