"""A damaged shard is one line, wherever it is read."""

import json
import os
import sys
import tracemalloc

import numpy as np
import pytest

from edge_runtime.errors import UserError
from vqkeras.datasets.reading_error import reading_error_told
from vqkeras.datasets.shard_files import RowWriter, ShardedMetadata, ShardedRows
from vqkeras.datasets.split import Split

SHAPE = (4, 3, 1)


def write(folder, compressed, number=0, count=2, shape=SHAPE):
    """A shard of two rows; gives its path."""
    path = folder / (f"train-{number:05d}" + (".zrows" if compressed else ".npy"))
    with path.open("wb") as file:
        writer = RowWriter(file, shape, "<f2", compressed=compressed)
        for row in np.random.default_rng(number).uniform(size=(count, *shape)):
            writer.write(row)
        writer.close()
    return path


def rows_of(folder, compressed):
    return ShardedRows(folder, "train", [2], SHAPE, compressed=compressed)


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


def held(folder, compressed, count):
    """What a pass over 240 rows in so many shards holds: bytes at most, files, maps."""
    shape, rows = (32, 16, 1), 240 // count
    folder.mkdir()
    for number in range(count):
        write(folder, compressed, number, rows, shape)
        known = {"rows": [{"name": "x" * 1000}] * rows}
        known |= {key: [] for key in ("bad", "sums", "squares")}
        (folder / f"train-{number:05d}.json").write_text(json.dumps(known))
    before = len(os.listdir("/proc/self/fd"))
    tracemalloc.start()
    array = ShardedRows(folder, "train", [rows] * count, shape, compressed=compressed)
    metadata = ShardedMetadata(folder, "train", array)
    for row in np.random.default_rng(0).permutation(240):
        assert array[int(row)].shape == shape and metadata[int(row)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    with open("/proc/self/maps") as lines:
        maps = sum("/train-" in line for line in lines)
    return peak, len(os.listdir("/proc/self/fd")) - before, maps


@pytest.mark.skipif(sys.platform != "linux", reason="counts what Linux tells in /proc")
@pytest.mark.parametrize("compressed", [False, True])
def test_no_number_of_shards_takes_more_memory_or_files(tmp_path, compressed):
    few, *opened = held(tmp_path / "few", compressed, 80)
    many, *more = held(tmp_path / "many", compressed, 240)
    assert max(opened + more) <= 64
    assert many < few + 20_000  # what 16 of the shards would take
