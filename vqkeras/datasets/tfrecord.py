"""TFRecord files of `tf.train.Example` messages, read without TensorFlow.

Formats: https://www.tensorflow.org/tutorials/load_data/tfrecord and
https://protobuf.dev/programming-guides/encoding
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import UserError

_FRAME = struct.Struct("<QI")  # length of a record, checksum of that
_CHECKSUM = struct.Struct("<I")
_VARINT, _BYTES = 0, 2  # wire types
_WIDTHS = {1: 8, 5: 4}  # of wire types of a fixed width
_BYTES_LIST, _FLOAT_LIST = 1, 2  # the third kind of a feature holds integers

Feature = list[bytes] | list[int] | NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Record:
    """Where a record lies.

    Attributes:
        offset: First byte of its content.
        length: Bytes of its content.
        checksum: Of its content, as the file says: another one with other content.
    """

    offset: int
    length: int
    checksum: int


def records_of(path: Path) -> Iterator[tuple[Record, memoryview]]:
    """All records of a file, in order; what is not looked at is not read.

    Args:
        path: The file.

    Yields:
        Where each lies, and its content, valid until the next one.

    Raises:
        UserError: If it cannot be read, or ends within a record.
    """
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            if not size:
                raise UserError(f"Cannot read {path}: the file is empty.")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                place = 0
                while place < size:
                    record = _record_at(content, place, size)
                    if record is None:
                        raise UserError(
                            f"Cannot read {path}: it is no TFRecord file, or ends "
                            f"within the record at byte {place}. Get it again."
                        )
                    end = record.offset + record.length
                    with memoryview(content)[record.offset : end] as view:
                        yield record, view
                    place = end + _CHECKSUM.size
    except OSError as error:
        raise UserError(f"Cannot read {path}: {error.strerror}.") from error


def read_record(path: Path, record: Record) -> bytes:
    """The content of one record.

    Raises:
        UserError: If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            file.seek(record.offset)
            content = file.read(record.length)
            checksum = file.read(_CHECKSUM.size)
    except OSError as error:
        raise UserError(f"Cannot read {path}: {error.strerror}.") from error
    if checksum != _CHECKSUM.pack(record.checksum):
        raise UserError(f"Cannot read {path}: it is not what it was.")
    return content


def features_of(
    record: bytes | memoryview, names: Collection[str]
) -> dict[str, Feature]:
    """Some features of a `tf.train.Example`.

    Args:
        record: The message.
        names: Wanted features; others are passed over.

    Returns:
        Those that are there: lists of bytes or integers, or a float32 array.

    Raises:
        ValueError: If it is no such message.

    Example:

    >>> features_of(bytes.fromhex("0a0c0a0a0a016112051a030a0107"), ["a"])
    {'a': [7]}
    """
    found = {}
    for number, features in _fields(memoryview(record)):
        if number != 1 or isinstance(features, int):
            continue
        for _, entry in _fields(features):
            parts = dict(_fields(_message(entry)))
            name = bytes(_message(parts.get(1, memoryview(b"")))).decode()
            if name in names:
                found[name] = _feature(_message(parts.get(2, memoryview(b""))))
    return found


def _record_at(content: mmap.mmap, place: int, size: int) -> Record | None:
    """The record that begins at a byte, if it ends within the file."""
    if size - place < _FRAME.size + _CHECKSUM.size:
        return None
    length, _ = _FRAME.unpack_from(content, place)
    offset = place + _FRAME.size
    if length > size - offset - _CHECKSUM.size:
        return None
    return Record(offset, length, _CHECKSUM.unpack_from(content, offset + length)[0])


def _feature(content: memoryview) -> Feature:
    """The values of one feature."""
    for kind, values in _fields(content):
        packed = [value for number, value in _fields(_message(values)) if number == 1]
        if kind == _BYTES_LIST:
            return [bytes(_message(value)) for value in packed]
        if kind == _FLOAT_LIST:
            return np.frombuffer(b"".join(map(_message, packed)), "<f4")
        integers: list[int] = []
        for value in packed:
            integers += [value] if isinstance(value, int) else _varints(value)
        return integers
    return []


def _fields(content: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """Number and value of each field of a message."""
    place = 0
    while place < len(content):
        key, place = _varint(content, place)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, place = _varint(content, place)
            yield number, value
            continue
        if wire == _BYTES:
            length, place = _varint(content, place)
        elif wire in _WIDTHS:
            length = _WIDTHS[wire]
        else:
            raise ValueError("no tf.train.Example")
        if length > len(content) - place:
            raise ValueError("no tf.train.Example, or a part of one")
        yield number, content[place : place + length]
        place += length


def _message(value: memoryview | int) -> memoryview:
    if isinstance(value, int):
        raise ValueError("no tf.train.Example")
    return value


def _varints(content: memoryview) -> Iterator[int]:
    place = 0
    while place < len(content):
        value, place = _varint(content, place)
        yield value


def _varint(content: memoryview, place: int) -> tuple[int, int]:
    """An integer, and where the next field begins."""
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(content):
            break
        byte = content[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise ValueError("no tf.train.Example")
