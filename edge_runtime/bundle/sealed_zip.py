"""A zip behind another file's content, sealed so that any changed byte is found."""

from __future__ import annotations

import hashlib
import io
import math
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SEAL_LENGTH = 64  # sha256 in hexadecimal, kept in the zip's comment
# Of what is unpacked. The largest of the package has 1 MB.
LARGEST_MEMBER = 64 << 20
_MOST_AXES = 8
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, NotImplementedError, struct.error)
_END_RECORD = struct.Struct("<4s4H2LH")  # zip's end-of-central-directory record


def seal(head: bytes, files: Mapping[str, bytes]) -> bytes:
    """Append files as a zip whose comment is the checksum of all that precedes it.

    Args:
        head: Content before the zip.
        files: Content of each file.

    Returns:
        The whole; equal for equal arguments.
    """
    buffer = io.BytesIO()
    buffer.write(head)
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            # A ZipInfo made by hand is dated 1980, always.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        archive.comment = b"0" * _SEAL_LENGTH
    content = buffer.getvalue()[:-_SEAL_LENGTH]
    return content + sha256(content).encode()


def is_sealed(content: bytes) -> bool:
    """Whether content ends as `seal` would end it; it may be damaged all the same."""
    end = len(content) - _SEAL_LENGTH - _END_RECORD.size
    if end < 0:
        return False
    record = _END_RECORD.unpack_from(content, end)
    return bool(record[0] == b"PK\5\6" and record[-1] == _SEAL_LENGTH)


def files_of(content: bytes, names: Sequence[str]) -> dict[str, bytes]:
    """Files of sealed content.

    Args:
        content: What `seal` returned.
        names: Which ones; those that are not there are left out, others not unpacked.

    Raises:
        ValueError: If a byte has changed, the zip cannot be read, or a file would be
            larger than `LARGEST_MEMBER`.
    """
    sealed, expected = content[:-_SEAL_LENGTH], content[-_SEAL_LENGTH:]
    if sha256(sealed).encode() != expected:
        raise ValueError("its checksum differs")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {
                name: _member(archive, name)
                for name in names
                if name in archive.namelist()
            }
    except (OSError, RuntimeError, EOFError, *_ZIP_ERRORS) as error:
        raise ValueError(f"its zip is unreadable ({error})") from error


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Content of a file in a zip, bounded by what it says of itself before."""
    size = archive.getinfo(name).file_size
    if size > LARGEST_MEMBER:
        raise ValueError(f"its {name[:40]} unpacks to {size} bytes")
    with archive.open(name) as member:
        return member.read(LARGEST_MEMBER)


def sha256(content: bytes) -> str:
    """Checksum in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def array_sha256(array: NDArray[Any]) -> str:
    """Checksum of an array's type, shape and values."""
    return sha256(f"{array.dtype.str}{array.shape}".encode() + array.tobytes())


def npz_of(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Arrays as compressed `.npz`, the same bytes for the same arrays.

    Raises:
        ValueError: If an array holds Python objects.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(arrays):
            content = io.BytesIO()
            np.lib.format.write_array(content, arrays[name], allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy")
            archive.writestr(entry, content.getvalue(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def arrays_of(content: bytes) -> dict[str, NDArray[Any]]:
    """Arrays of an `.npz`.

    Raises:
        ValueError: If it is no `.npz`, or holds Python objects.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = archive.infolist()
            if sum(each.file_size for each in found) > LARGEST_MEMBER:
                raise ValueError("they unpack to too many bytes")
            return {
                each.filename.removesuffix(".npy"): _array_of(archive.read(each))
                for each in found
            }
    except (OSError, RuntimeError, EOFError, *_ZIP_ERRORS) as error:
        raise ValueError(f"unreadable arrays ({error})") from error


def _array_of(content: bytes) -> NDArray[Any]:
    """An array of `.npy`; nothing is allocated that is not there."""
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    read_header = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if read_header is None:
        raise ValueError(f"of unknown version {version}")
    shape, _, dtype = read_header(stream)
    if dtype.hasobject or not 0 <= len(shape) <= _MOST_AXES:
        raise ValueError("of Python objects")
    if math.prod(shape) * dtype.itemsize != len(content) - stream.tell():
        raise ValueError(f"of shape {shape}, which is not what is there")
    stream.seek(0)
    return np.lib.format.read_array(stream, allow_pickle=False)
