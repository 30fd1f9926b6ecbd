"""The whole preparing: plan, shards, manifest. Running it again goes on."""

from __future__ import annotations

import contextlib
import logging
import math
import re
import shutil
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge_runtime.errors import UsageError, UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.audio_clip import clip_samples
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.progress import progress
from vqkeras.datasets.shard_files import (
    AUDIO,
    COMPRESSED,
    MANIFEST,
    PLAIN,
    read_facts,
    stem_of,
)
from vqkeras.folder_lock import locked_folder
from vqkeras.prepare.engines import ENGINES
from vqkeras.prepare.manifest import manifest_of, report_left_out
from vqkeras.prepare.plan import Job, plan_of
from vqkeras.prepare.shard import TEMPORARY, Made, row_shape
from vqkeras.run import write_json

_log = logging.getLogger(__name__)

SHARD_SIZE = 256
_OURS = re.compile(r"(train|validation|test)-\d{5,}(\.json|\.npy|\.zrows|\.audio\.npy)")


@dataclass(frozen=True)
class Outcome:
    """What was prepared.

    Attributes:
        num_shards: All of them.
        num_made: Those that were made now; the others were there.
        num_good: Files or clips that are in them.
        num_bad: Those that are not.
        num_bytes: Of all shards: spectrograms, and sounds that are kept beside them.
        cpu_s: Processor time of those made now, in s; 0 where the engine does not say.
        peak_mb: Most memory of a worker, in MB; likewise.
    """

    num_shards: int
    num_made: int
    num_good: int
    num_bad: int
    num_bytes: int
    cpu_s: float
    peak_mb: float


def prepare(
    config: DataConfig,
    settings: SpectrogramSettings,
    out: Path,
    *,
    workers: int = 1,
    engine: str = "local",
    max_bad: float = 0.01,
    compressed: bool = False,
    shard_size: int = SHARD_SIZE,
) -> Outcome:
    """Make shards of all sounds that a config names.

    Shards that are there already, of the same files and settings, are not made anew.
    Files that cannot be read are left out, counted and named.

    Args:
        config: Which data.
        settings: How sound becomes spectrograms.
        out: Folder of the shards, one that was prepared before or an empty one.
        workers: Processes. Defaults to `1`.
        engine: Name of what runs them. Defaults to `"local"`.
        max_bad: Largest share of files that may be bad, in [0, 1]. Defaults to `0.01`.
        compressed: Whether rows are compressed. Defaults to `False`.
        shard_size: Files or clips of a shard. Defaults to `256`.

    Returns:
        What was done.

    Raises:
        UserError: If the data cannot be used, or more of it is bad than may be.
        UsageError: If the folder holds something else.
        MissingDependencyError: If the engine is not installed.
    """
    if out.exists() and not _is_ours(out):
        raise UsageError(f"{out} holds something else. Give an empty folder as --out.")
    with locked_folder(out):
        plan = plan_of(config, settings)
        shards = plan.shards(shard_size)
        jobs = plan.jobs(out, settings, size=shard_size, compressed=compressed)
        due, kept = _due(jobs)
        stale = _stale(out, shards, compressed)
        if due or stale:
            # While a folder changes, it is not one that is prepared to its end.
            (out / MANIFEST).unlink(missing_ok=True)
        # What is known of an old shard is not taken for what is known of a new one.
        for path in (*stale, *(out / f"{job.stem}.json" for job in due)):
            path.unlink(missing_ok=True)
        _log.info(
            "%d files in %d shards, %d of them there already",
            len(plan),
            sum(shards.values()),
            len(kept),
        )
        if not compressed:
            _check_room(out, due, settings)
        made = _made(due, kept, len(plan), (engine, workers, max_bad))
        for path in _stale(out, shards, compressed):
            path.unlink()  # what workers began that were lost
        manifest = manifest_of(
            out, shards, config, settings, credits=plan.credits, compressed=compressed
        )
        report_left_out(manifest, len(plan), max_bad)
        write_json(manifest, out / MANIFEST)
    return Outcome(
        num_shards=sum(shards.values()),
        num_made=len(due),
        num_good=manifest["good"],
        num_bad=manifest["bad"],
        num_bytes=manifest["bytes"],
        cpu_s=sum(one.cpu_s for one in made),
        peak_mb=max((one.peak_mb for one in made), default=0.0),
    )


def _made(
    due: list[Job],
    kept: list[dict[str, Any]],
    total: int,
    how: tuple[str, int, float],
) -> list[Made]:
    """Run what is due; stop as soon as too much is bad."""
    if not due:
        return []  # no cluster is started for nothing
    engine, workers, max_bad = how
    num_bad = sum(len(facts["bad"]) for facts in kept)
    made = []
    with (
        progress(sum(len(job.items) for job in due), "files") as advance,
        contextlib.closing(_started(ENGINES[engine](iter(due), workers))) as results,
    ):
        for result in results:
            made.append(result)
            num_bad += result.num_bad
            advance(result.num_good + result.num_bad)
            if num_bad > max_bad * total:
                break  # named when the shards are read
    return made


def _started(results: Iterator[Made]) -> Generator[Made, None, None]:
    # A generator can be closed, and ends its workers then.
    yield from results


def _due(jobs: Iterator[Job]) -> tuple[list[Job], list[dict[str, Any]]]:
    """Jobs that are not done yet, and what is known of shards that are."""
    due, kept = [], []
    for job in jobs:
        facts = _facts(job)
        if facts is None:
            due.append(job)
        else:
            kept.append({"bad": facts["bad"]})
    return due, kept


def _facts(job: Job) -> dict[str, Any] | None:
    """What is known of a shard, if it is there, whole and of the same content."""
    folder = Path(job.folder)
    shard = folder / (job.stem + (COMPRESSED if job.compressed else PLAIN))
    try:
        facts = read_facts(folder, job.stem)
        is_same = facts["key"] == job.key and facts["bytes"] == shard.stat().st_size
        has_audio = not job.with_audio or (folder / (job.stem + AUDIO)).is_file()
    except (UserError, OSError, KeyError):
        return None
    return facts if is_same and has_audio else None


def _is_ours(out: Path) -> bool:
    """Whether a folder is empty, or holds what an earlier run left."""
    return out.is_dir() and all(
        _OURS.fullmatch(path.name)
        or path.name == MANIFEST
        or path.name.startswith((TEMPORARY, ".vqkeras-"))
        for path in out.iterdir()
    )


def _stale(out: Path, shards: dict[str, int], compressed: bool) -> list[Path]:
    """What a killed run began, and shards that no longer are in the plan."""
    ends = (".json", COMPRESSED if compressed else PLAIN, AUDIO)
    wanted = {MANIFEST} | {
        stem_of(part, number) + end
        for part, count in shards.items()
        for number in range(count)
        for end in ends
    }
    return [path for path in out.iterdir() if path.name not in wanted]


def _check_room(out: Path, due: list[Job], settings: SpectrogramSettings) -> None:
    row, sound = math.prod(row_shape(settings)) * 2, clip_samples(settings.sample_rate)
    needed = sum(len(job.items) * (row + job.with_audio * sound * 4) for job in due)
    free = shutil.disk_usage(out).free
    if needed > free:
        raise UserError(
            f"Shards need {needed / 1e9:.1f} GB in {out}, which has {free / 1e9:.1f} "
            "GB left. Choose another --out, or add --compress."
        )
