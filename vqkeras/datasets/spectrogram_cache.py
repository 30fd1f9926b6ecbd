"""Spectrograms of a list of sounds, computed once and kept as a float16 memory map."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import UserError
from edge_runtime.output_file import output_file
from edge_runtime.spectrogram.features import spectrogram_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.location import default_cache_dir
from vqkeras.datasets.progress import progress
from vqkeras.datasets.shard_files import DAMAGE
from vqkeras.datasets.sounds import Sounds

_log = logging.getLogger(__name__)

_BLOCK = 32  # sounds computed and written together
# Behind the values: a checksum of each block, then this.
_MARK = b"vqkeras crc32 1\n"
_THREADS = 2  # FFT and decoding release the interpreter lock
_SAME = 2e-3  # float16 and another machine's FFT differ by less
# But for a few values: half a turn of phase to either side is the same, and in the last
# digit lies whether a bin is just loud enough to have one.
_OTHERS = 1e-3


def cached_spectrograms(
    sounds: Sounds,
    settings: SpectrogramSettings,
    *,
    name: str,
    cache_dir: Path | None = None,
) -> NDArray[np.float16]:
    """Spectrograms of all sounds, from the cache where it has them.

    The file's name carries a hash of the settings and of every sound's fingerprint. It
    appears whole or not at all. A file that is damaged, or that another version of the
    code computed, is told by its size, by a checksum of each block and by three rows
    computed again; it is replaced.

    Args:
        sounds: What to transform, one example or more.
        settings: How.
        name: Start of the file's name, for people.
        cache_dir: Folder of the file, made if missing. Defaults to
            `default_cache_dir()`.

    Returns:
        Read-only memory map of shape `(sounds, frames, bins, channels)`.

    Raises:
        UserError: If the folder cannot be written or is too full.
    """
    folder = default_cache_dir() if cache_dir is None else cache_dir
    path = folder / f"{name}-{_key(sounds, settings)}.npy"
    first = spectrogram_of(sounds.read(0), settings)
    shape = (len(sounds), *first.shape)
    cached = _open(path, shape)
    if cached is not None and _is_current(cached, sounds, settings):
        return cached
    _make_room(folder, 2 * int(np.prod(shape)))
    _log.info("Computing %d spectrograms of %s into %s", len(sounds), name, path)
    with output_file(path, force=True) as temporary, temporary.open("wb") as file:
        np.lib.format.write_array_header_2_0(
            file, {"descr": "<f2", "fortran_order": False, "shape": shape}
        )
        sums = []
        for block in _computed(sounds, settings, name):
            content = block.tobytes()
            sums.append(zlib.crc32(content))
            file.write(content)
        file.write(np.array(sums, "<u4").tobytes() + _MARK)
    result = _open(path, shape)
    if result is None:
        raise UserError(f"{path} changed while it was written. Start again.")
    return result


def _key(sounds: Sounds, settings: SpectrogramSettings) -> str:
    """Hash of everything that the values depend on but the code."""
    # A setting that does not apply is left out: files from before it was there stay.
    applied = {
        key: value for key, value in asdict(settings).items() if value is not None
    }
    digest = hashlib.sha256(json.dumps(applied, sort_keys=True).encode())
    for fingerprint in sounds.fingerprints:
        digest.update(fingerprint.encode() + b"\n")
    return digest.hexdigest()[:24]


def _open(path: Path, shape: tuple[int, ...]) -> NDArray[np.float16] | None:
    """The cached array, or `None` if it is missing, cut short or not ours."""
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        return None
    except DAMAGE as error:
        _log.warning("%s is damaged (%s): computing it again", path, error)
        return None
    if array.shape != shape or array.dtype != np.float16:
        _log.warning("%s holds something else: computing it again", path)
        return None
    if not _is_whole(path, array):
        _log.warning("%s is damaged: computing it again", path)
        return None
    return array


def _is_whole(path: Path, array: NDArray[np.float16]) -> bool:
    """Whether each block is what was written; files of before have no checksums."""
    size = path.stat().st_size
    start = array.offset  # type: ignore[attr-defined]  # of a memory map
    block = array[0].nbytes * _BLOCK
    count = -(-array.nbytes // block)
    with path.open("rb") as file:
        file.seek(-len(_MARK), os.SEEK_END)
        trailer = 4 * count + len(_MARK)
        if file.read() != _MARK or size != start + array.nbytes + trailer:
            return bool(size == start + array.nbytes)
        file.seek(-trailer, os.SEEK_END)
        sums = np.frombuffer(file.read(4 * count), "<u4")
        file.seek(start)
        left = array.nbytes
        for expected in sums:
            content = file.read(min(block, left))
            left -= len(content)
            if zlib.crc32(content) != expected:
                return False
    return True


def _is_current(
    cached: NDArray[np.float16], sounds: Sounds, settings: SpectrogramSettings
) -> bool:
    """Whether the first, middle and last row are what they would be now."""
    for row in {0, len(sounds) // 2, len(sounds) - 1}:
        expected = spectrogram_of(sounds.read(row), settings)
        same = np.isclose(cached[row].astype(np.float32), expected, atol=_SAME)
        if np.mean(~same) > _OTHERS:
            _log.warning("Cached spectrograms are outdated: computing them again")
            return False
    return True


def _computed(
    sounds: Sounds, settings: SpectrogramSettings, name: str
) -> Iterator[NDArray[np.float16]]:
    """Blocks of spectrograms in order, a few of them in memory at a time."""
    from threadpoolctl import threadpool_limits

    def compute(start: int) -> NDArray[np.float16]:
        stop = min(start + _BLOCK, len(sounds))
        rows = [spectrogram_of(sounds.read(i), settings) for i in range(start, stop)]
        return np.stack(rows).astype("<f2")

    starts = range(0, len(sounds), _BLOCK)
    with (
        threadpool_limits(1, user_api="blas"),  # the threads below are enough
        ThreadPoolExecutor(_THREADS) as threads,
        progress(len(sounds), f"spectrograms of {name}") as advance,
    ):
        for first in range(0, len(starts), _THREADS):
            for block in threads.map(compute, starts[first : first + _THREADS]):
                yield block
                advance(len(block))


def _make_room(folder: Path, num_bytes: int) -> None:
    """Make the folder; refuse before any work if its disk is too full."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        reason = f"Cannot use cache folder {folder}: {error.strerror}."
        raise UserError(reason) from error
    if num_bytes > free:
        raise UserError(
            f"Spectrograms need {num_bytes / 1e9:.1f} GB in {folder}, which has "
            f"{free / 1e9:.1f} GB left. Set data.limit or data.cache_dir."
        )
