"""The IDX format of the original MNIST files, gzip or plain."""

from __future__ import annotations

import gzip
import io
import math
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import UserError

_UNSIGNED_BYTE = 0x08
_MOST_AXES = 4
# MNIST unpacks to 47 MB; what a gzip unpacks to beyond this is not read.
_MOST_BYTES = 1 << 30


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Read one IDX file of unsigned bytes.

    The format: two zero bytes, a type code, the number of axes, each axis as a
    big-endian 32-bit integer, then the values (LeCun, Cortes, Burges,
    http://yann.lecun.com/exdb/mnist/).

    Args:
        path: File to read; gzip is told by its first two bytes.

    Returns:
        uint8 array in the shape that the file states.

    Raises:
        UserError: If the file is missing, is not IDX, or is cut short.
    """
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
                content = file.read(_MOST_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"Cannot read {path}: {reason}.") from error
    if len(content) < 4 or content[:3] != bytes([0, 0, _UNSIGNED_BYTE]):
        raise UserError(f"{path} is not an IDX file of bytes. Expected MNIST's own.")
    num_axes = content[3]
    start = 4 + 4 * num_axes
    if len(content) < start:
        raise UserError(f"{path} is cut short: its header is incomplete.")
    shape = struct.unpack(f">{num_axes}I", content[4:start])
    if len(content) - start != math.prod(shape):
        raise UserError(
            f"{path} is damaged: shape {shape} needs {math.prod(shape)} bytes, "
            f"the file holds {len(content) - start}."
        )
    try:
        values = np.frombuffer(content, np.uint8, offset=start).reshape(shape)
    except ValueError:  # of no values, in more dimensions than memory has
        values = np.empty(0, np.uint8)
    if values.shape != shape or not 1 <= num_axes <= _MOST_AXES:
        raise UserError(
            f"{path} holds nothing: its shape is {shape}. Expected MNIST's own."
        )
    return values
