import gzip
import struct

import numpy as np
import pytest

from edge_runtime.errors import UserError
from vqkeras.datasets.idx import read_idx


def _idx(values):
    header = struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    return header + values.tobytes()


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("shape", [(5,), (3, 4, 2), (0, 28, 28)])
def test_values_come_back(tmp_path, pack, shape):
    values = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    path = tmp_path / "values"
    path.write_bytes(pack(_idx(values)))
    result = read_idx(path)
    assert result.dtype == np.uint8
    np.testing.assert_array_equal(result, values)


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "not an IDX file"),
        (b"<html>no such file</html>", "not an IDX file"),
        (b"\x00\x00\x0d\x01" + bytes(8), "not an IDX file"),
        (b"\x00\x00\x08\x03\x00\x00", "header is incomplete"),
        (_idx(np.zeros((2, 3), np.uint8))[:-1], r"shape \(2, 3\) needs 6 bytes.* 5"),
        (_idx(np.zeros(3, np.uint8)) + b"x", "needs 3 bytes, the file holds 4"),
        (gzip.compress(_idx(np.zeros(900, np.uint8)))[:-9], "Cannot read"),
        (b"\x1f\x8bnot really", "Cannot read"),
        (b"\0\0\x08\x03" + bytes(4) + b"\xff" * 8, "holds nothing"),
        (b"\0\0\x08\0x", "holds nothing"),
    ],
    # Test workers must agree on the names, and compressed bytes carry the time.
    ids=[
        "empty",
        "web page",
        "float64",
        "cut header",
        "cut values",
        "one byte more",
        "cut gzip",
        "not gzip",
        "nothing of much",
        "no axes",
    ],
)
def test_damaged_files_are_named(tmp_path, content, message):
    path = tmp_path / "damaged"
    path.write_bytes(content)
    with pytest.raises(UserError, match=message) as caught:
        read_idx(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match="missing: No such file"):
        read_idx(tmp_path / "missing")
