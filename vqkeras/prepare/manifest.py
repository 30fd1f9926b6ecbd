"""What is known of all shards together: rows of each, bad files, variance."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Any

from edge_runtime.errors import UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.credits import Credits
from vqkeras.datasets.shard_files import AUDIO, MANIFEST_FORMAT, read_facts, stem_of
from vqkeras.datasets.split import BLOCK, variance_of
from vqkeras.prepare.shard import row_shape

_log = logging.getLogger(__name__)

_NAMED = 100  # bad files that the manifest names; shards name all of theirs


def manifest_of(
    out: Path,
    shards: dict[str, int],
    config: DataConfig,
    settings: SpectrogramSettings,
    *,
    credits: Credits,
    compressed: bool,
) -> dict[str, Any]:
    """Read what is known of each shard.

    Args:
        out: Folder of the shards. Those that were not made are left out.
        shards: How many shards each part has.
        config: Data they are made of.
        settings: How sound became spectrograms.
        credits: What a model that learns from them owes.
        compressed: Whether rows are compressed.

    Returns:
        What a training asks for, as values for JSON.

    Raises:
        UserError: If what is known of a shard cannot be read.
    """
    shape = row_shape(settings)
    bad: list[list[str]] = []
    good = num_bad = num_bytes = 0
    parts = {}
    for part, count in shards.items():
        rows, sums, squares = [], [], []
        for number in range(count):
            stem = stem_of(part, number)
            if not (out / f"{stem}.json").is_file():
                continue
            facts = read_facts(out, stem)
            rows.append(len(facts["rows"]))
            sums += facts["sums"]
            squares += facts["squares"]
            good += facts["good"]
            num_bad += len(facts["bad"])
            bad += facts["bad"][: _NAMED - len(bad)]
            audio = out / (stem + AUDIO)
            num_bytes += facts["bytes"]
            num_bytes += audio.stat().st_size if audio.exists() else 0
        blocks = (
            (sums[start : start + BLOCK], squares[start : start + BLOCK])
            for start in range(0, len(sums), BLOCK)
        )
        size = len(sums) * shape[0] * shape[1]
        variance = variance_of(blocks, size) if size else None
        parts[part] = {"rows": rows, "variance": variance}
    return {
        "format": MANIFEST_FORMAT,
        "name": config.name,
        "spectrogram": asdict(settings),
        "data": json.loads(json.dumps(asdict(config))),
        "credits": asdict(credits),
        "compressed": compressed,
        "shape": list(shape),
        "parts": parts,
        "good": good,
        "bad": num_bad,
        "bad_files": bad,
        "bytes": num_bytes,
    }


def report_left_out(manifest: dict[str, Any], total: int, max_bad: float) -> None:
    """Name bad files; refuse if they are too many, or if files are in no shard.

    Args:
        manifest: What `manifest_of` gives.
        total: Number of files there are.
        max_bad: Largest share of them that may be bad.

    Raises:
        UserError: If more are bad, or shards are missing.
    """
    good, num_bad, bad = manifest["good"], manifest["bad"], manifest["bad_files"]
    if num_bad > max_bad * total:
        raise UserError(
            f"{num_bad} of {good + num_bad} files that were read cannot be used, more "
            f"than --max_bad {max_bad:g} of {total}. The first: {bad[0][0]}: "
            f"{bad[0][1]}. Mend them, or allow more and run again: what is made stays."
        )
    if good + num_bad != total:
        raise UserError(
            f"{total - good - num_bad} files are in no shard. Can all workers write "
            "into the folder of --out? Run the same command again."
        )
    if not num_bad:
        return
    _log.warning("%d of %d files are left out:", num_bad, total)
    for name, reason in bad:
        _log.warning("  %s: %s", name, reason)
    if num_bad > len(bad):
        _log.warning("  and %d more", num_bad - len(bad))
