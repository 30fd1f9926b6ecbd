"""What a file of codes says about the sound before its codes.

| bytes | what |
|---|---|
| 4 | `VQC2` |
| 8 | start of the SHA-256 of the model: its network, codebook and marginal |
| 1 or more each | sample rate in Hz, samples, channels |
| 1 | format and phase, places in `_SUBTYPES` and 8 times in `PHASES`; what follows |
| 8, 8 | texture and peak (float64), where they are not 1: 32 and 64 are added above |
| 1 or more | seed, where it is not 0: 128 is added |

Numbers of 1 or more bytes have seven bits in each, the lowest first; all but the last
byte are 128 larger. So 19 to 22 bytes tell of a usual sound. All else is little-endian.

Files of the first format begin with `VQC1`, 16 bytes of the model, and then have each
number in full: 59 bytes.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from edge_runtime.audio.usable_samples import HIGHEST_RATE, LOWEST_RATE

_FIRST, _MAGIC = b"VQC1", b"VQC2"
_FIRST_HEAD = struct.Struct("<4s16sIQBBBddQ")
_DIGEST_BYTES = 8
_FLOAT = struct.Struct("<d")
# Their places are part of the format: new ones go to the end.
_SUBTYPES = ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")
PHASES = ("continued", "griffin_lim")
_HAS_TEXTURE, _HAS_PEAK, _HAS_SEED = 32, 64, 128
# Of numbers below 2^64.
_MOST_DIGITS = 10
_LARGEST_FLOAT32 = (2 - 2**-23) * 2.0**127


class Head(NamedTuple):
    """The fields of `SoundCodes` but its codemap, and of what model it is.

    Attributes:
        digest: SHA-256 of the model, or the start of one that was read.
        channels: Number of channels.
        sample_rate: As of `SoundCodes`, as are those that follow.
    """

    digest: bytes
    channels: int
    sample_rate: int
    samples: int
    subtype: str
    phase: str
    texture: float
    peak: float
    seed: int


def is_codes(content: bytes) -> bool:
    """Whether a file begins as one of codes does.

    Args:
        content: All of the file, or its first bytes.
    """
    return content[: len(_MAGIC)] in (_FIRST, _MAGIC)


def of_first_format(content: bytes) -> bool:
    """Whether it is of the first format, whose codes have fixed probabilities.

    Args:
        content: All of the file, or its first bytes.
    """
    return content.startswith(_FIRST)


def pack_head(head: Head) -> bytes:
    """The first bytes of a file.

    Args:
        head: What to say.

    Example:

    >>> given = Head(bytes(32), 1, 16000, 64000, "PCM_16", "continued", 1.0, 1.0, 0)
    >>> len(pack_head(given))
    19
    """
    kind = _SUBTYPES.index(head.subtype) + 8 * PHASES.index(head.phase)
    more = b""
    for flag, value in ((_HAS_TEXTURE, head.texture), (_HAS_PEAK, head.peak)):
        if value != 1:
            kind |= flag
            more += _FLOAT.pack(value)
    if head.seed:
        kind |= _HAS_SEED
        more += _digits(head.seed)
    numbers = b"".join(map(_digits, (head.sample_rate, head.samples, head.channels)))
    return _MAGIC + head.digest[:_DIGEST_BYTES] + numbers + bytes([kind]) + more


def unpack_head(content: bytes) -> tuple[Head, int]:
    """What a file of either format says, and how many bytes that took.

    Args:
        content: A file that `is_codes`.

    Raises:
        ValueError: If it says nothing that is possible.
    """
    if of_first_format(content):
        return _possible(_first_head(content)), _FIRST_HEAD.size
    end = len(_MAGIC) + _DIGEST_BYTES
    digest = content[len(_MAGIC) : end]
    rate, end = _number(content, end)
    samples, end = _number(content, end)
    channels, end = _number(content, end)
    kind, end = _byte(content, end)
    floats = []
    for flag in (_HAS_TEXTURE, _HAS_PEAK):
        if kind & flag:
            if end + _FLOAT.size > len(content):
                raise ValueError("it ends early")
            floats.append(_FLOAT.unpack_from(content, end)[0])
            end += _FLOAT.size
        else:
            floats.append(1.0)
    seed, end = _number(content, end) if kind & _HAS_SEED else (0, end)
    kinds = _kinds(kind & 7, kind >> 3 & 3)
    head = Head(digest, channels, rate, samples, *kinds, floats[0], floats[1], seed)
    return _possible(head), end


def _first_head(content: bytes) -> Head:
    """That of the first format."""
    if len(content) < _FIRST_HEAD.size:
        raise ValueError("it ends early")
    _, digest, rate, samples, channels, *kinds, texture, peak, seed = (
        _FIRST_HEAD.unpack_from(content)
    )
    return Head(digest, channels, rate, samples, *_kinds(*kinds), texture, peak, seed)


def _possible(head: Head) -> Head:
    """A head that an encoder can have written."""
    if head.channels >= 1 << 16 or not LOWEST_RATE <= head.sample_rate <= HIGHEST_RATE:
        raise ValueError(f"{head.channels} channels at {head.sample_rate} Hz")
    # Written so that NaN fails too.
    if not (0 <= head.texture <= 1 <= head.peak <= _LARGEST_FLOAT32):
        raise ValueError(f"texture {head.texture}, peak {head.peak}")
    return head


def _kinds(subtype: int, phase: int) -> tuple[str, str]:
    """Names of a format of samples and of a phase."""
    if subtype >= len(_SUBTYPES) or phase >= len(PHASES):
        raise ValueError(f"format {subtype}, phase {phase}")
    return _SUBTYPES[subtype], PHASES[phase]


def _digits(number: int) -> bytes:
    """A whole number from 0 up, seven bits a byte."""
    digits = bytearray()
    while number > 127:
        digits.append(number & 127 | 128)
        number >>= 7
    return bytes([*digits, number])


def _number(content: bytes, place: int) -> tuple[int, int]:
    """A number of `_digits`, and the place after it."""
    number = 0
    for digit in range(_MOST_DIGITS):
        byte, place = _byte(content, place)
        number |= (byte & 127) << 7 * digit
        if byte < 128:
            return number, place
    raise ValueError("a number without an end")


def _byte(content: bytes, place: int) -> tuple[int, int]:
    """One byte, and the place after it."""
    if place >= len(content):
        raise ValueError("it ends early")
    return content[place], place + 1
