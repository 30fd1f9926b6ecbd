"""A damaged shard is one line, wherever it is read."""

import numpy as np
import pytest

from edge_runtime.errors import UserError
from vqkeras.datasets.reading_error import reading_error_told
from vqkeras.datasets.shard_files import RowWriter, ShardedRows
from vqkeras.datasets.split import Split

SHAPE = (4, 3, 1)


def write(folder, compressed):
    """A shard of two rows; gives its path."""
    path = folder / ("train-00000" + (".zrows" if compressed else ".npy"))
    with path.open("wb") as file:
        writer = RowWriter(file, SHAPE, "<f2", compressed=compressed)
        for row in np.random.default_rng(0).uniform(size=(2, *SHAPE)):
            writer.write(row)
        writer.close()
    return path


def rows_of(folder, compressed):
    return ShardedRows(folder, ["train-00000"], [2], SHAPE, compressed=compressed)


def test_flipped_bytes_of_a_compressed_shard_are_one_line(tmp_path):
    path = write(tmp_path, True)
    whole = path.read_bytes()
    # Its last 32 bytes are three ends of rows and how many they are.
    for place in (0, 5, *range(len(whole) - 32, len(whole))):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        with pytest.raises(UserError, match="Prepare it again") as caught:
            rows_of(tmp_path, True)[0:2]
        assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("compressed", [False, True])
def test_a_shard_cut_short_is_one_line(tmp_path, compressed):
    path = write(tmp_path, compressed)
    for size in (0, 5, path.stat().st_size - 1):
        path.write_bytes(path.read_bytes()[:size])
        with pytest.raises(UserError, match="Prepare it again"):
            rows_of(tmp_path, compressed)[0:2]


def test_a_batch_that_cannot_be_read_is_one_line(tmp_path):
    write(tmp_path, True).write_bytes(b"short")
    batches = Split(rows_of(tmp_path, True), [{}] * 2).batches(1)
    with (
        pytest.raises(UserError, match=r"^Cannot read .*Prepare it again\.$"),
        reading_error_told(),
    ):
        list(batches)
