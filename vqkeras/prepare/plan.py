"""Which sounds there are and which shard has each: no sound is opened for this."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from edge_runtime.errors import UsageError, UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.checked_files import split_by_name
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.credits import Credits, credits_of
from vqkeras.datasets.folder import SUFFIXES
from vqkeras.datasets.general import load_general
from vqkeras.datasets.listed_files import Files, LocalFiles
from vqkeras.datasets.location import data_dir, existing_dir
from vqkeras.datasets.nsynth import load_nsynth
from vqkeras.datasets.shard_files import stem_of
from vqkeras.datasets.sounds import Sounds
from vqkeras.datasets.synthetic import load_synthetic
from vqkeras.prepare.items import Example, Item, Recording
from vqkeras.prepare.remote import is_remote, remote_files, remote_lists

PARTS = ("train", "validation", "test")
_FORMAT = 1  # another one makes all shards anew


@dataclass(frozen=True)
class Job:
    """All that whoever makes a shard has to know.

    Attributes:
        folder: Where the shard goes.
        stem: Its name without an end.
        key: Hash of all that its content depends on.
        settings: How sound becomes spectrograms.
        items: What it is made of, in this order.
        compressed: Whether its rows are compressed.
        with_audio: Whether the sounds are kept beside the spectrograms.
    """

    folder: str
    stem: str
    key: str
    settings: SpectrogramSettings
    items: tuple[Item, ...]
    compressed: bool
    with_audio: bool


@dataclass(frozen=True)
class Plan:
    """The sounds of each part, in their order.

    Attributes:
        parts: Examples, or recordings, of `PARTS`.
        credits: What a model that learns from them owes.
    """

    parts: dict[str, Sounds | list[Recording]]
    credits: Credits

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts.values())

    def shards(self, size: int) -> dict[str, int]:
        """How many shards each part has, of so many items each."""
        return {name: -(-len(part) // size) for name, part in self.parts.items()}

    def jobs(
        self,
        folder: Path,
        settings: SpectrogramSettings,
        *,
        size: int,
        compressed: bool,
    ) -> Iterator[Job]:
        """One after the other: a million sounds are not all described at a time.

        Args:
            folder: Where shards go.
            settings: How sound becomes spectrograms.
            size: Items of a shard.
            compressed: Whether rows are compressed.
        """
        for name, part in self.parts.items():
            # What is watched and judged by is also heard.
            watched = "validation" if len(self.parts["validation"]) else "train"
            with_audio = name in (watched, "test")
            how = [_FORMAT, _applied(settings), compressed, with_audio]
            for number, start in enumerate(range(0, len(part), size)):
                items = _items(part, start, start + size)
                yield Job(
                    str(folder),
                    stem_of(name, number),
                    _key(how, items),
                    settings,
                    items,
                    compressed,
                    with_audio,
                )


def plan_of(config: DataConfig, settings: SpectrogramSettings) -> Plan:
    """Find all sounds and divide them, as a training from the cache does.

    Args:
        config: Which data; `dir` may be a URL.
        settings: How sound becomes spectrograms.

    Raises:
        UserError: If the data cannot be found or divided.
    """
    if config.name == "folder":
        parts: dict[str, Sounds | list[Recording]] = {**_recordings(config)}
        if config.limit is None:
            return Plan(parts, credits_of(config))
        raise UsageError("data.limit counts examples: set it where they are used.")
    if config.name not in ("nsynth", "general", "synthetic"):
        raise UsageError(
            f"data.name={config.name} is used as it is, without preparing."
        )
    if config.dir is not None and is_remote(config.dir):
        with remote_lists(config.dir) as (folder, files):
            here = replace(config, dir=str(folder))
            return _plan_of_examples(here, settings, files)
    if config.name == "nsynth" and data_dir(config, "nsynth") is None:
        raise UsageError("To prepare NSynth give data.dir: the folder to read.")
    return _plan_of_examples(config, settings, LocalFiles())


def _plan_of_examples(
    config: DataConfig, settings: SpectrogramSettings, files: Files
) -> Plan:
    if config.name == "synthetic":
        splits = load_synthetic(config, settings)
    else:
        load = load_nsynth if config.name == "nsynth" else load_general
        splits = load(config, settings, files=files)
    parts = {part: getattr(splits, part).limited(config.limit) for part in PARTS}
    return Plan({**parts}, credits_of(config))


def _recordings(config: DataConfig) -> dict[str, list[Recording]]:
    """Files of a folder by part; which one hears a file follows from its name."""
    place = str(config.dir)
    if is_remote(place):
        root, files = place, remote_files(place)
    else:
        root = str(existing_dir(place))
        files = dict(_local_files(root, ""))
    names = sorted(name for name in files if _is_sound(name))
    if not names:
        raise UserError(f"{place} has 0 audio files ({', '.join(SUFFIXES)}).")
    shares = {"test": config.test_share, "validation": config.validation_share}
    part_of = split_by_name(names, shares, seed=config.split_seed)
    parts: dict[str, list[Recording]] = {part: [] for part in PARTS}
    for name in names:
        parts[part_of[name]].append(Recording(root, name, files[name]))
    if not parts["train"]:
        raise UserError(
            f"{place} has {len(names)} audio files, too few to divide by file. Give "
            "three or more, or cut long ones up."
        )
    return parts


def _local_files(folder: str, below: str) -> Iterator[tuple[str, str]]:
    """Path below the root and mark of each file that is no hidden one.

    As in a training, links to folders and folders that may not be read are left out.

    Raises:
        UserError: If a folder or what is known of a file cannot be read.
    """
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    yield from _local_files(entry.path, f"{below}{entry.name}/")
                elif _is_sound(entry.name) and not os.path.isdir(entry.path):
                    status = entry.stat(follow_symlinks=os.path.exists(entry.path))
                    yield below + entry.name, f"{status.st_size}:{status.st_mtime_ns}"
    except OSError as error:
        if isinstance(error, PermissionError) and error.filename == folder:
            return
        raise UserError(f"Cannot read {error.filename}: {error.strerror}.") from error


def _is_sound(name: str) -> bool:
    hidden = name.startswith(".") or "/." in name
    return not hidden and name.lower().endswith(SUFFIXES)


def _items(part: Sounds | list[Recording], start: int, stop: int) -> tuple[Item, ...]:
    if isinstance(part, list):
        return tuple(part[start:stop])
    return tuple(
        Example(part.metadata[i], part.fingerprints[i], part.readers[i])
        for i in range(start, min(stop, len(part)))
    )


def _applied(settings: SpectrogramSettings) -> dict[str, object]:
    """Settings that apply: one that is added later changes no key where it does not."""
    return {key: value for key, value in asdict(settings).items() if value is not None}


def _key(how: list[object], items: tuple[Item, ...]) -> str:
    digest = hashlib.sha256(json.dumps(how, sort_keys=True).encode())
    for item in items:
        known = item.metadata if isinstance(item, Example) else item.name
        text = json.dumps([item.mark, known], sort_keys=True)
        digest.update(text.encode() + b"\n")
    return digest.hexdigest()[:24]
