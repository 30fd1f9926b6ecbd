"""The whole preparing: plan, shards, manifest. Running it again goes on."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import re
import shutil
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from edge_runtime.errors import UsageError, UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.credits import credits_of
from vqkeras.datasets.progress import progress
from vqkeras.datasets.shard_files import (
    AUDIO,
    COMPRESSED,
    MANIFEST,
    PLAIN,
    read_facts,
    stem_of,
)
from vqkeras.datasets.split import BLOCK, variance_of
from vqkeras.folder_lock import locked_folder
from vqkeras.prepare.engines import ENGINES
from vqkeras.prepare.plan import Job, Plan, plan_of
from vqkeras.prepare.shard import TEMPORARY, Made, row_shape
from vqkeras.run import write_json

_log = logging.getLogger(__name__)

SHARD_SIZE = 256
_NAMED = 100  # bad files that the manifest names; shards name all of theirs
_OURS = re.compile(r"(train|validation|test)-\d{5,}(\.json|\.npy|\.zrows|\.audio\.npy)")


@dataclass(frozen=True)
class Outcome:
    """What was prepared.

    Attributes:
        num_shards: All of them.
        num_made: Those that were made now; the others were there.
        num_good: Files or clips that are in them.
        num_bad: Those that are not.
        num_bytes: Of all shards.
        cpu_s: Processor time of those made now, in s; of Beam it is not known.
        peak_mb: Most memory of a worker, in MB.
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
        (out / MANIFEST).unlink(missing_ok=True)
        shards = plan.shards(shard_size)
        _sweep(out, shards, compressed)
        jobs = plan.jobs(out, settings, size=shard_size, compressed=compressed)
        due, kept = _due(jobs)
        _log.info(
            "%d files in %d shards, %d of them there already",
            len(plan),
            sum(shards.values()),
            len(kept),
        )
        if not compressed:
            _check_room(out, due, settings)
        made = _made(due, kept, len(plan), (engine, workers, max_bad))
        return _finish(out, plan, config, settings, made, compressed, shards, max_bad)


def _made(
    due: list[Job],
    kept: list[dict[str, Any]],
    total: int,
    how: tuple[str, int, float],
) -> list[Made]:
    """Run what is due; stop as soon as too much is bad."""
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


def _sweep(out: Path, shards: dict[str, int], compressed: bool) -> None:
    """Delete what a killed run began, and shards that no longer are in the plan."""
    ends = (".json", COMPRESSED if compressed else PLAIN, AUDIO)
    wanted = {
        stem_of(part, number) + end
        for part, count in shards.items()
        for number in range(count)
        for end in ends
    }
    for path in out.iterdir():
        if path.name not in wanted:
            path.unlink()


def _check_room(out: Path, due: list[Job], settings: SpectrogramSettings) -> None:
    row = math.prod(row_shape(settings)) * 2
    needed = row * sum(len(job.items) for job in due)
    free = shutil.disk_usage(out).free
    if needed > free:
        raise UserError(
            f"Shards need {needed / 1e9:.1f} GB in {out}, which has {free / 1e9:.1f} "
            "GB left. Choose another --out, or add --compress."
        )


def _finish(
    out: Path,
    plan: Plan,
    config: DataConfig,
    settings: SpectrogramSettings,
    made: list[Made],
    compressed: bool,
    shards: dict[str, int],
    max_bad: float,
) -> Outcome:
    """Read what is known of all shards into one manifest."""
    bad: list[list[str]] = []
    num_bad = num_good = num_bytes = 0
    shape = row_shape(settings)
    parts = {}
    for part, count in shards.items():
        rows, sums, squares = [], [], []
        for number in range(count):
            stem = stem_of(part, number)
            # Where too much is bad, not all shards were made.
            if not (out / f"{stem}.json").is_file():
                continue
            facts = read_facts(out, stem)
            rows.append(len(facts["rows"]))
            sums += facts["sums"]
            squares += facts["squares"]
            num_good += facts["good"]
            num_bad += len(facts["bad"])
            bad += facts["bad"][: _NAMED - len(bad)]
            num_bytes += facts["bytes"]
        blocks = (
            (sums[start : start + BLOCK], squares[start : start + BLOCK])
            for start in range(0, len(sums), BLOCK)
        )
        size = len(sums) * shape[0] * shape[1]
        variance = variance_of(blocks, size) if size else None
        parts[part] = {"rows": rows, "variance": variance}
    _report(bad, num_bad, len(plan), max_bad)
    if num_good + num_bad != len(plan):
        raise UserError(
            f"{len(plan) - num_good - num_bad} files are in no shard. Can all workers "
            f"write into {out}? Run the same command again."
        )
    write_json(
        {
            "format": 1,
            "name": config.name,
            "spectrogram": asdict(settings),
            "data": json.loads(json.dumps(asdict(config))),
            "credits": asdict(credits_of(config)),
            "compressed": compressed,
            "shape": list(shape),
            "parts": parts,
            "good": num_good,
            "bad": num_bad,
            "bad_files": bad,
            "bytes": num_bytes,
        },
        out / MANIFEST,
    )
    return Outcome(
        num_shards=sum(shards.values()),
        num_made=len(made),
        num_good=num_good,
        num_bad=num_bad,
        num_bytes=num_bytes,
        cpu_s=sum(one.cpu_s for one in made),
        peak_mb=max((one.peak_mb for one in made), default=0.0),
    )


def _report(bad: list[list[str]], num_bad: int, total: int, max_bad: float) -> None:
    """Name what is left out; refuse if it is too much."""
    if not num_bad:
        return
    if num_bad > max_bad * total:
        raise UserError(
            f"{num_bad} of {total} files cannot be used, more than --max_bad "
            f"{max_bad:g}. The first: {bad[0][0]}: {bad[0][1]}. Mend them, or allow "
            "more and run again: what is made stays."
        )
    _log.warning("%d of %d files are left out:", num_bad, total)
    for name, reason in bad:
        _log.warning("  %s: %s", name, reason)
    if num_bad > len(bad):
        _log.warning("  and %d more", num_bad - len(bad))
