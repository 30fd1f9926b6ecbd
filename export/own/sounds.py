"""The folder of one's own sounds: what is in it, and how much of it can be read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from edge_runtime.errors import UserError
from vqkeras.datasets.checked_files import checked_files, sound_files
from vqkeras.datasets.folder import SUFFIXES
from vqkeras.datasets.location import default_cache_dir, existing_dir

# Less sound than this teaches little; it is said and not refused.
LITTLE_S = 60.0


@dataclass(frozen=True)
class OwnSounds:
    """What a folder holds that can be read.

    Attributes:
        num_files: Audio files in it and below.
        seconds: Length of all, in s.
    """

    num_files: int
    seconds: float


def look_at(folder: Path) -> OwnSounds:
    """Look at each audio file of a folder; those that cannot be read are named.

    Args:
        folder: Folder of sounds, also in folders below.

    Raises:
        UserError: If it is no folder, holds fewer than three audio files that can be
            read, or more than half of them cannot.
    """
    root = existing_dir(str(folder))
    files = checked_files(sound_files(root, SUFFIXES), root, default_cache_dir())
    if len(files) < 3:
        raise UserError(
            f"{root} has {len(files)} audio files that can be read. Give three or "
            "more: some are held back to measure on."
        )
    return OwnSounds(len(files), sum(file.seconds for file in files))
