"""A sound as a file of codes, `*.vqc`.

| bytes | what |
|---|---|
| 19 or more | what the file says of model and sound: `codes_head` |
| n | codes of one channel after the other, time by time: `range_coder.pack` |
| 4 | CRC-32 of all that comes before, little-endian |

The codes are packed with `LearningChances` of the model's marginal. Files of the first
format, with a longer head and with `FixedChances`, can still be read.
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
from edge_runtime.bundle.earlier_files import earlier_of
from edge_runtime.codes.chances import FixedChances, LearningChances, shares_of
from edge_runtime.codes.codes_head import (
    PHASES,
    Head,
    is_codes,
    of_first_format,
    pack_head,
    unpack_head,
)
from edge_runtime.codes.range_coder import pack, unpack
from edge_runtime.errors import AudioError, BundleError, UsageError
from edge_runtime.input_file import read_at_most
from edge_runtime.output_file import output_file

_CHECK = struct.Struct("<I")
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
        if self.phase not in PHASES:
            raise UsageError(
                f"A file of codes has no phase {self.phase}: the sound is not there "
                f"any more. Choose one of {', '.join(PHASES)}."
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
        AudioError: If there are more codes than `read_codes` takes.
        UserError: If it cannot be written.
    """
    if codes.codemap.size > _MOST_CODES:
        raise AudioError(
            f"A file of codes holds {_MOST_CODES} codes, this sound has "
            f"{codes.codemap.size}. Encode it in parts."
        )
    content = pack_head(
        Head(
            digest=model_digest(bundle),
            channels=len(codes.codemap),
            sample_rate=codes.sample_rate,
            samples=codes.samples,
            subtype=codes.subtype,
            phase=codes.phase,
            texture=codes.texture,
            peak=codes.peak,
            seed=codes.seed,
        )
    )
    chances = LearningChances(shares_of(bundle.marginal))
    content += pack(codes.codemap.ravel().tolist(), chances)
    content += _CHECK.pack(zlib.crc32(content))
    with output_file(path, force=force) as temporary:
        temporary.write_bytes(content)
    return len(content)


def read_codes(path: Path, bundle: Bundle) -> SoundCodes:
    """Read a file of codes.

    Args:
        path: File that `write_codes` wrote.
        bundle: Model that it was written with, in any folder and under any name, or
            the shipped one that gives the same as the earlier file it was written with.

    Raises:
        AudioError: If the file is missing, damaged or something else.
        BundleError: If it is of another model.
    """
    try:
        content = read_at_most(path, _MOST_BYTES)
    except OSError as error:
        raise AudioError(f"Cannot read {path}: {error.strerror}.") from error
    if not is_codes(content):
        raise AudioError(f"{path} is no file of codes. Make one with `encode`.")
    end = len(content) - _CHECK.size
    if end < 0 or _CHECK.unpack(content[end:])[0] != zlib.crc32(content[:end]):
        raise AudioError(f"{path} is damaged: its checksum differs. Copy it again.")
    try:
        head, start = unpack_head(content[:end])
    except ValueError as error:
        raise AudioError(f"{path} is unusable: {error}.") from error
    digest = model_digest(bundle)
    same = digest, *map(bytes.fromhex, earlier_of(digest.hex()))
    if not any(each.startswith(head.digest) for each in same):
        raise BundleError(
            f"{path} was encoded with another model than {bundle.name}, or with an "
            "earlier file of it that gives other sounds. Name that one with --model."
        )
    try:
        return SoundCodes(
            codemap=_codemap(content, start, end, head, bundle),
            samples=head.samples,
            sample_rate=head.sample_rate,
            subtype=head.subtype,
            peak=head.peak,
            phase=head.phase,
            texture=head.texture,
            seed=head.seed,
        )
    except ValueError as error:
        raise AudioError(f"{path} is unusable: {error}.") from error


def _codemap(
    content: bytes, start: int, end: int, head: Head, bundle: Bundle
) -> NDArray[np.int32]:
    """The codes of a file, which lie from `start` up to `end`."""
    map_bins = bundle.settings.num_bins // bundle.freq_stride
    map_frames = map_frames_of(bundle, head.samples, head.sample_rate)
    count = head.channels * map_frames * map_bins
    if not 0 < count <= _MOST_CODES:
        raise ValueError(f"{count} codes")
    chances = FixedChances if of_first_format(content) else LearningChances
    codes = unpack(content[start:end], count, chances(shares_of(bundle.marginal)))
    return np.array(codes, np.int32).reshape(head.channels, map_frames, map_bins)


def model_digest(bundle: Bundle) -> bytes:
    """SHA-256 of what decides how codes sound: network, codebook and marginal.

    Args:
        bundle: Model, from a file.
    """
    parts = bundle.metadata["sha256"]
    names = ("flatbuffer", "arrays/codebook", "arrays/marginal")
    return hashlib.sha256("".join(parts[name] for name in names).encode()).digest()
