"""A zip behind another file's content, sealed so that any changed byte is found."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SEAL_LENGTH = 64  # sha256 in hexadecimal, kept in the zip's comment
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


def files_of(content: bytes) -> dict[str, bytes]:
    """Files of sealed content.

    Args:
        content: What `seal` returned.

    Raises:
        ValueError: If a byte has changed, or the zip cannot be read.
    """
    sealed, expected = content[:-_SEAL_LENGTH], content[-_SEAL_LENGTH:]
    if sha256(sealed).encode() != expected:
        raise ValueError("its checksum differs")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise ValueError(f"its zip is unreadable ({error})") from error


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
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (zipfile.BadZipFile, zlib.error, EOFError, AttributeError) as error:
        raise ValueError(f"unreadable arrays ({error})") from error
