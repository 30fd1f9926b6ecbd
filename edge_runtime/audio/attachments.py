"""What a sound file carries besides its samples, and how other containers say it."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

# Made anew, empty, or wrong as soon as a sample changes: peaks and checksums.
_NOT_KEPT = {
    *(b"RIFF", b"RF64", b"BW64", b"ds64", b"data", b"fact"),
    *(b"JUNK", b"junk", b"PAD ", b"FLLR", b"PEAK", b"levl", b"MD5 "),
}
# Of one file: bytes that are held in memory, and chunks that are looked at.
MOST_BYTES = 32 << 20
MOST_CHUNKS = 4096

Chunk = tuple[bytes, bytes]

# Tags as libsndfile names them, and their keys in a WAV file's list INFO.
# Source: Exif 2.2 (2002), appendix; ffmpeg's `riff.c`.
_INFO = {
    "title": b"INAM",
    "artist": b"IART",
    "album": b"IPRD",
    "comment": b"ICMT",
    "copyright": b"ICOP",
    "date": b"ICRD",
    "genre": b"IGNR",
    "software": b"ISFT",
    "tracknumber": b"ITRK",
}
_TAGS = {key: name for name, key in _INFO.items()}


@dataclass(frozen=True)
class Attachments:
    """What a file carries besides its samples.

    Attributes:
        before: Chunks of a WAV file before its samples, in order, the `fmt ` among
            them: loops, markers, the recorder's notes, the speakers of each channel.
        after: Chunks behind its samples.
        container: What it is, by libsndfile's name, if `blocks` are of it.
        blocks: Of FLAC its metadata, of AIFF its chunks, of MP3 its tags, of Ogg its
            comments, as they stand in the file: pictures, markers, all texts.
        tags: Title, artist and the like, by libsndfile's names.

    Example:

    >>> Attachments(tags={"title": "Rain"}).as_wav().after
    ((b'LIST', b'INFOINAM\\x05\\x00\\x00\\x00Rain\\x00\\x00'),)
    """

    before: tuple[Chunk, ...] = ()
    after: tuple[Chunk, ...] = ()
    container: str = ""
    blocks: tuple[bytes, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def wav_format(self) -> bytes:
        """Body of the `fmt ` chunk; empty if the sound is of no WAV file."""
        return dict(self.before).get(b"fmt ", b"")

    def as_wav(self) -> Attachments:
        """The same with the tags as a WAV file says them."""
        if self.before or not self.tags:
            return self
        entries = b"".join(
            chunk_bytes(_INFO[name], value.encode() + b"\0")
            for name, value in self.tags.items()
            if name in _INFO
        )
        return Attachments(after=((b"LIST", b"INFO" + entries),))

    def all_tags(self) -> dict[str, str]:
        """Tags, of a WAV file those of its list INFO."""
        found = dict(self.tags)
        for name, body in (*self.before, *self.after):
            if name == b"LIST" and body[:4] == b"INFO":
                found |= _info_tags(body[4:])
        return found


NOTHING = Attachments()


class Room:
    """Memory for the chunks of one file; what finds no place is left out."""

    def __init__(self) -> None:
        self._left = MOST_BYTES

    def takes(self, size: int) -> bool:
        """Whether a chunk of so many bytes has a place, which is then its own."""
        if size > self._left:
            return False
        self._left -= size
        return True


def is_kept(name: bytes) -> bool:
    """Whether a WAV file's chunk still holds after an edit."""
    return name not in _NOT_KEPT


def chunk_bytes(name: bytes, body: bytes) -> bytes:
    """A chunk of a RIFF file, padded to an even length."""
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def _info_tags(body: bytes) -> dict[str, str]:
    found = {}
    position = 0
    while position + 8 <= len(body):
        name, size = struct.unpack_from("<4sI", body, position)
        value = body[position + 8 : position + 8 + size].split(b"\0")[0]
        if name in _TAGS and value:
            found[_TAGS[name]] = value.decode("utf-8", "replace")
        position += 8 + size + size % 2
    return found
