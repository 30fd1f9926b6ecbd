"""One shard: read its sounds, write its rows, then what is known of them.

Runs in any process of any engine and loads no TensorFlow.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from edge_runtime.bench.memory import peak_memory_mb
from edge_runtime.engines.kept_memory import keep_memory
from edge_runtime.errors import MissingDependencyError, UserError
from edge_runtime.spectrogram.features import spectrogram_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.audio_clip import clip_samples
from vqkeras.datasets.shard_files import AUDIO, COMPRESSED, PLAIN, RowWriter
from vqkeras.datasets.split import moments_of
from vqkeras.prepare.plan import Job
from vqkeras.prepare.remote import StoreError, reason_of

TEMPORARY = ".vqkeras-shard-"
AGAIN = "What is made stays: run the same command again."
_LONGEST_REASON = 200


@dataclass(frozen=True)
class Made:
    """A shard that was made.

    Attributes:
        stem: Its name without its end.
        num_good: Items it has.
        num_bad: Items that could not be used.
        cpu_s: What it took, in s of processor time.
        peak_mb: Most memory that its process has held so far, in MB; 0 if unknown.
    """

    stem: str
    num_good: int
    num_bad: int
    cpu_s: float
    peak_mb: float


def row_shape(settings: SpectrogramSettings) -> tuple[int, int, int]:
    """Shape of a spectrogram of 4 s: `(frames, bins, channels)`."""
    silence = np.zeros(clip_samples(settings.sample_rate), np.float32)
    frames, bins, channels = spectrogram_of(silence, settings).shape
    return frames, bins, channels


def make_shard(job: Job) -> Made:
    """Make a shard; it appears whole, and what is known of it last.

    Args:
        job: What to make.

    Raises:
        UserError: If it cannot be written, or a store gives no more sounds.
    """
    from threadpoolctl import threadpool_limits

    start = time.process_time()
    keep_memory()
    folder = Path(job.folder)
    shard = folder / (job.stem + (COMPRESSED if job.compressed else PLAIN))
    audio = folder / (job.stem + AUDIO)
    facts = folder / f"{job.stem}.json"
    try:
        # Else a killed run could leave new rows beside what was known of old ones.
        facts.unlink(missing_ok=True)
        if not job.with_audio:
            audio.unlink(missing_ok=True)  # of a shard that was made otherwise
        with threadpool_limits(1, user_api="blas"):
            known = _write(job, shard, audio)
        known["bytes"] = shard.stat().st_size
        with _whole(facts) as file:
            file.write(json.dumps(known).encode())
    except OSError as error:
        raise UserError(
            f"Cannot write {shard}: {error.strerror or error}. {AGAIN}"
        ) from error
    except StoreError as error:
        # Its files are not bad: what is made now must not say so for ever.
        raise UserError(f"{error} {AGAIN}") from error
    return Made(
        job.stem,
        known["good"],
        len(known["bad"]),
        time.process_time() - start,
        _peak_mb(),
    )


def _write(job: Job, shard: Path, audio: Path) -> dict[str, Any]:
    """Write the rows; give what is known of them."""
    rate, shape = job.settings.sample_rate, row_shape(job.settings)
    rows, bad, sums, squares = [], [], [], []
    with contextlib.ExitStack() as files:
        spectra = RowWriter(
            files.enter_context(_whole(shard)), shape, "<f2", compressed=job.compressed
        )
        sounds = None
        if job.with_audio:
            file = files.enter_context(_whole(audio))
            sounds = RowWriter(file, (clip_samples(rate),), "<f4")
        for item in job.items:
            try:
                found = list(item.rows(rate))
            except (MissingDependencyError, StoreError):
                raise
            except (UserError, OSError) as error:
                bad.append([item.name, reason_of(error)[:_LONGEST_REASON]])
                continue
            for known, sound in found:
                row = spectrogram_of(sound, job.settings).astype("<f2")
                of_row = moments_of(row[np.newaxis, :, :, 0])
                sums += of_row[0]
                squares += of_row[1]
                rows.append(known)
                spectra.write(row)
                if sounds is not None:
                    sounds.write(sound)
        for writer in (spectra, sounds):
            if writer is not None:
                writer.close()
    return {
        "key": job.key,
        "good": len(job.items) - len(bad),
        "bad": bad,
        "rows": rows,
        "sums": sums,
        "squares": squares,
    }


@contextlib.contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name when it is written to its end."""
    temporary = path.parent / f"{TEMPORARY}{uuid.uuid4().hex}"
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _keep_name(path.parent)
    finally:
        with contextlib.suppress(OSError):  # swept by the next run
            temporary.unlink(missing_ok=True)


def _keep_name(folder: Path) -> None:
    """Have a file's new name outlast a loss of power, where the system can do this."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _peak_mb() -> float:
    try:
        return peak_memory_mb()
    except UserError:  # the system does not tell
        return 0.0
