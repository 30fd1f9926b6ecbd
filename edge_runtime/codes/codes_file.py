"""A sound as a file of codes, `*.vqc`: 63 bytes about it, then its codes, packed.

All numbers are little-endian.

| bytes | what |
|---|---|
| 4 | `VQC1` |
| 16 | first half of the SHA-256 of the model: its network, codebook and marginal |
| 4, 8, 1 | sample rate in Hz, samples, channels |
| 1, 1 | format of the samples and phase, places in `_SUBTYPES` and `_PHASES` |
| 8, 8, 8 | texture and peak (float64), seed |
| n | codes of one channel after the other, time by time: `range_coder.pack` |
| 4 | CRC-32 of all that comes before |
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.codes.range_coder import pack, shares_of, unpack
from edge_runtime.errors import AudioError, BundleError, UsageError
from edge_runtime.input_file import read_at_most
from edge_runtime.output_file import output_file

_MAGIC = b"VQC1"
_HEAD = struct.Struct("<4s16sIQBBBddQ")
_CHECK = struct.Struct("<I")
# Their places are part of the format: new ones go to the end.
_SUBTYPES = ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")
_PHASES = ("continued", "griffin_lim")
# An hour of 44.1 kHz sound in short cells; what claims more is damaged or malicious.
_MOST_CODES = 1 << 24
_MOST_BYTES = 4 * _MOST_CODES  # no code takes so many


@dataclass(frozen=True, eq=False)
class SoundCodes:
    """What is left of a sound.

    Attributes:
        codemap: Int32 array of shape `(channels, map_frames, map_bins)`.
        samples: Length of the sound, in its own samples.
        sample_rate: In Hz.
        subtype: Format of its samples, as of `AudioFile`.
        peak: Largest absolute value that may come back, 1 at least.
        phase: `"continued"` or `"griffin_lim"`.
        texture: As of `reconstruct`.
        seed: As of `reconstruct`, below 2^64.

    Raises:
        UsageError: If the phase needs the sound, or the seed is too large.
    """

    codemap: NDArray[np.int32]
    samples: int
    sample_rate: int
    subtype: str
    peak: float = 1.0
    phase: str = "continued"
    texture: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.phase not in _PHASES:
            raise UsageError(
                f"A file of codes has no phase {self.phase}: the sound is not there "
                f"any more. Choose one of {', '.join(_PHASES)}."
            )
        if not 0 <= self.seed < 1 << 64:
            raise UsageError(f"seed must lie in [0, 2^64). Received: {self.seed}.")


def map_frames_of(bundle: Bundle, samples: int, sample_rate: int) -> int:
    """Cells along time of a sound.

    Args:
        bundle: Model of sounds.
        samples: Length of the sound, at its own rate.
        sample_rate: Its own, in Hz.
    """
    settings = bundle.settings
    heard = -(-samples * settings.sample_rate // sample_rate)
    return bundle.map_frames(heard // settings.hop_length + 1)


def write_codes(
    path: Path, codes: SoundCodes, bundle: Bundle, *, force: bool = False
) -> int:
    """Write a file of codes.

    Args:
        path: File to write, usually `*.vqc`.
        codes: What to write.
        bundle: Whose codes they are; from a file.
        force: Whether an existing file may be replaced. Defaults to `False`.

    Returns:
        Its size in bytes.

    Raises:
        UserError: If it cannot be written.
    """
    head = _HEAD.pack(
        _MAGIC,
        _digest(bundle),
        codes.sample_rate,
        codes.samples,
        len(codes.codemap),
        _SUBTYPES.index(codes.subtype),
        _PHASES.index(codes.phase),
        codes.texture,
        codes.peak,
        codes.seed,
    )
    content = head + pack(codes.codemap.ravel().tolist(), shares_of(bundle.marginal))
    content += _CHECK.pack(zlib.crc32(content))
    with output_file(path, force=force) as temporary:
        temporary.write_bytes(content)
    return len(content)


def read_codes(path: Path, bundle: Bundle) -> SoundCodes:
    """Read a file of codes.

    Args:
        path: File that `write_codes` wrote.
        bundle: Model that it was written with, in any folder and under any name.

    Raises:
        AudioError: If the file is missing, damaged or something else.
        BundleError: If it is of another model.
    """
    try:
        content = read_at_most(path, _MOST_BYTES)
    except OSError as error:
        raise AudioError(f"Cannot read {path}: {error.strerror}.") from error
    if content[: len(_MAGIC)] != _MAGIC:
        raise AudioError(f"{path} is no file of codes. Make one with `encode`.")
    end = len(content) - _CHECK.size
    if end < _HEAD.size or _CHECK.unpack(content[end:])[0] != zlib.crc32(content[:end]):
        raise AudioError(f"{path} is damaged: its checksum differs. Copy it again.")
    (_, digest, rate, samples, channels, subtype, phase, texture, peak, seed) = (
        _HEAD.unpack_from(content)
    )
    if digest != _digest(bundle):
        raise BundleError(
            f"{path} was encoded with another model than {bundle.name}. "
            "Name that one with --model."
        )
    settings = bundle.settings
    map_bins = settings.num_bins // bundle.freq_stride
    try:
        shape = (channels, map_frames_of(bundle, samples, rate), map_bins)
        count = int(np.prod(shape))
        if not 0 < count <= _MOST_CODES:
            raise ValueError(f"{count} codes")
        packed = unpack(content[_HEAD.size : end], count, shares_of(bundle.marginal))
        return SoundCodes(
            codemap=np.array(packed, np.int32).reshape(shape),
            samples=samples,
            sample_rate=rate,
            subtype=_SUBTYPES[subtype],
            peak=peak,
            phase=_PHASES[phase],
            texture=texture,
            seed=seed,
        )
    except (ValueError, IndexError, ZeroDivisionError) as error:
        raise AudioError(f"{path} is unusable: {error}.") from error


def _digest(bundle: Bundle) -> bytes:
    """What decides how codes sound: network, codebook and marginal."""
    parts = bundle.metadata["sha256"]
    names = ("flatbuffer", "arrays/codebook", "arrays/marginal")
    return hashlib.sha256("".join(parts[name] for name in names).encode()).digest()[:16]
