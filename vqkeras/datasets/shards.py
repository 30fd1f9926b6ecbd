"""What `python -m vqkeras.prepare` left in a folder, as a data set."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import UsageError, UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.dataset import Dataset
from vqkeras.datasets.location import existing_dir
from vqkeras.datasets.shard_files import (
    AUDIO,
    DAMAGE,
    ShardedMetadata,
    ShardedRows,
    stem_of,
)
from vqkeras.datasets.shard_manifest import read_manifest_of
from vqkeras.datasets.split import Split

# What of a config decides which sounds there are, and how they are divided.
DECISIVE = (
    "extra_dir",
    "notes_dirs",
    "train_clips",
    "families",
    "sources",
    "pitch_range",
    "velocities",
    "test_share",
    "validation_share",
    "split_seed",
)


def load_shards(config: DataConfig, settings: SpectrogramSettings) -> Dataset:
    """Open a prepared folder. No spectrogram is computed, and none read yet.

    Rows are those of the cache, in its order, so a training has the same history. A
    config that was prepared from needs another `data.name` and `data.dir` only: what
    it says of filters and shares must be what was prepared, or the default.

    Args:
        config: `dir` and `limit` are used.
        settings: How spectrograms were prepared.

    Returns:
        The three splits, under the name of the data that was prepared.

    Raises:
        UserError: If the folder is not prepared to its end, or damaged.
        UsageError: If it was prepared otherwise than the config says.
    """
    folder = existing_dir(str(config.dir))
    manifest = read_manifest_of(folder)
    _check_settings(manifest["spectrogram"], settings, folder)
    _check_data(manifest, config, settings, folder)

    def split(part: str) -> Split:
        return _split(folder, part, manifest, config.limit)

    has_validation = bool(config.validation_share) and sum(
        manifest["parts"]["validation"]["rows"]
    )
    return Dataset(
        name=manifest["name"],
        settings=settings,
        train=split("train"),
        validation=split("validation") if has_validation else None,
        test=split("test"),
    )


def _check_settings(
    prepared: dict[str, Any], settings: SpectrogramSettings, folder: Path
) -> None:
    for name, value in dataclasses.asdict(settings).items():
        if prepared.get(name) != value:
            raise UsageError(
                f"{folder} was prepared with spectrogram.{name}={prepared.get(name)}, "
                f"the config says {value}. Prepare it again, or change the config."
            )


def _check_data(
    manifest: dict[str, Any],
    config: DataConfig,
    settings: SpectrogramSettings,
    folder: Path,
) -> None:
    prepared, name = manifest["data"], manifest["name"]
    default = dataclasses.asdict(DataConfig())
    decisive = DECISIVE + (("pitch_semitones",) if name == "general" else ())
    for field, value in dataclasses.asdict(config).items():
        value = list(value) if isinstance(value, tuple) else value
        if field in decisive and value not in (default[field], prepared.get(field)):
            raise UsageError(
                f"{folder} was prepared with data.{field}={prepared.get(field)}, the "
                f"config says {value}. Prepare it again, or leave it out."
            )
    if (
        name != "general"
        and config.pitch_semitones
        and not settings.shown_as.has_equal_bins
    ):
        raise UsageError(
            "data.pitch_semitones moves bins of equal width; those of "
            f"spectrogram.representation={settings.representation} differ. Leave it "
            "out."
        )


def _split(
    folder: Path, part: str, manifest: dict[str, Any], limit: int | None
) -> Split:
    """One part, or of it as many rows as asked for, spread evenly over it."""
    content = manifest["parts"][part]
    counts: list[int] = content["rows"]
    total = sum(counts)
    if not total:
        raise UserError(f"{folder} has nothing to use for {part}.")
    places: Sequence[int] | None = None
    if limit is not None and limit < total:
        places = [index * total // limit for index in range(limit)]
    rows = ShardedRows(
        folder,
        part,
        counts,
        tuple(manifest["shape"]),
        compressed=manifest["compressed"],
        places=places,
    )

    def read_audio(row: int) -> NDArray[np.float32]:
        shard, place = rows.place_of(row)
        path = folder / (stem_of(part, shard) + AUDIO)
        try:
            sounds = np.load(path, mmap_mode="r", allow_pickle=False)
            return np.array(sounds[place])
        except FileNotFoundError as error:
            raise UserError(
                f"{folder} keeps no sound of {part}: only what is watched and judged "
                "by does."
            ) from error
        except DAMAGE as error:
            raise UserError(
                f"Cannot read {path}: {error}. Prepare it again."
            ) from error

    return Split(
        rows,
        ShardedMetadata(folder, part, rows),
        read_audio=read_audio,
        variance=content["variance"] if places is None else None,
    )
