"""The sounds of a folder with a `manifest.csv`, and what their near-duplicates are."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import UserError
from vqkeras.datasets.audio_clip import read_file
from vqkeras.datasets.checked_files import name_of, report_bad
from vqkeras.datasets.listed_files import Files, LocalFiles

COLUMNS = (
    "path",
    "kind",
    "source",
    "licence",
    "seconds",
    "sample_rate",
    "credit",
    "original",
)
# Sources that hold sounds of many origins: where in `original` (or, by itself, in
# `path`) the reader, piece, recording or drum kit is named. The others are one origin.
_ORIGIN = {
    "esc10": ("original", r"\d+-(\d+)-"),
    "groove_render": ("original", r".* (\S+)"),
    "librispeech": ("original", r"(\d+)-"),
    "mutopia": ("original", r"(.+) @"),
    "openscore": ("original", r"(.+) @"),
    "own_band": ("original", r"(.+)"),
    "own_patterns": ("original", r"(.+)"),
    "picovoice_words": ("path", r"(.+)"),
    "vocadito": ("path", r"(.+)"),
}
# Kits of rendered loops, by the source of single hits that they play.
_KITS = {"gog2": "gogodze2", "muld": "muldjordkit", "hand": "gogodze1"}
_LONGEST_S = 1e7
_SOUNDFONT_KIT = re.compile(r"gm\d+")
_DETAIL = re.compile(r"\s*\([^()]*\)$")


@dataclass(frozen=True)
class GeneralSound:
    """One sound of a collection.

    Attributes:
        kind: What it is, such as `"speech"`.
        source: Collection it comes from.
        origin: Sounds of one origin are never in two splits.
        name: Its path inside the folder.
        seconds: Its length.
        fingerprint: Text that changes when its content does.
        read: Gives float32 samples, one channel, and their rate in Hz.
    """

    kind: str
    source: str
    origin: str
    name: str
    seconds: float
    fingerprint: str
    read: Callable[[], tuple[NDArray[np.float32], int]]


def read_manifest(folder: Path, files: Files | None = None) -> list[GeneralSound]:
    """All sounds that `manifest.csv` names.

    Args:
        folder: Folder of the manifest and, below it, the files.
        files: Where those are. Defaults to this machine.

    Returns:
        Sounds in the order of the manifest.

    Raises:
        UserError: If the manifest is missing or damaged, or more than half of its files
            are not there; the others are counted and named.
    """
    rows = _rows(folder)
    files = files or LocalFiles()
    found = [_sound(folder, row, files) for row in rows]
    report_bad(
        [
            (folder / row["path"].replace("\0", ""), sound)
            for row, sound in zip(rows, found, strict=True)
            if isinstance(sound, str)
        ],
        len(rows),
        folder,
    )
    return [sound for sound in found if isinstance(sound, GeneralSound)]


def read_credits(folder: Path) -> tuple[str, ...]:
    """Whom to name for the sounds of a folder, each once, in alphabetical order.

    What stands in brackets at the end of a credit is left out: which note of an
    instrument it is, for instance.

    Args:
        folder: Folder of the manifest.

    Raises:
        UserError: If the manifest is missing or damaged.
    """
    found = {_DETAIL.sub("", row["credit"]) for row in _rows(folder)}
    return tuple(sorted(found - {""}))


def origin_of(row: dict[str, str]) -> str:
    """Whose near-duplicates a sound's are: its source, reader, piece or kit.

    Args:
        row: A row of the manifest.

    Example:

    >>> origin_of({"source": "librispeech", "original": "445-123857-0000.flac"})
    'librispeech/445'
    >>> origin_of({"source": "groove_render", "original": "drummer1/session2/5 muld"})
    'muldjordkit'
    """
    source = row["source"]
    if source not in _ORIGIN:
        return source
    column, pattern = _ORIGIN[source]
    match = re.match(pattern, row[column])
    origin = match[1] if match else row[column]
    if source == "groove_render":
        kit = "fluidr3_kits" if _SOUNDFONT_KIT.fullmatch(origin) else origin
        return _KITS.get(kit, kit)
    return f"{source}/{origin}"


def _rows(folder: Path) -> list[dict[str, str]]:
    path = folder / "manifest.csv"
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error) as error:
        raise UserError(f"Cannot read {path}: {error}.") from error
    if not rows or not set(COLUMNS) <= set(rows[0]):
        raise UserError(
            f"{path} needs a line for each sound and the columns {', '.join(COLUMNS)}."
        )
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise UserError(f"Line {number} of {path} has not the columns of line 1.")
    return rows


def _sound(folder: Path, row: dict[str, str], files: Files) -> GeneralSound | str:
    """A sound, or why it cannot be used."""
    name = row["path"]
    if "\0" in name or ".." in Path(name).parts or Path(name).is_absolute():
        return "its path leaves the folder"
    path = folder / name
    try:
        mark = files.mark(path)
    except OSError as error:
        return str(error.strerror)
    if not mark or mark.startswith("0:"):
        return "is missing or empty, but manifest.csv names it"
    try:
        seconds = float(row["seconds"])
    except ValueError:
        seconds = 0.0
    if not 0.0 < seconds < _LONGEST_S:
        return f"manifest.csv gives it no length: {row['seconds'][:40]!r}"
    return GeneralSound(
        kind=row["kind"],
        source=row["source"],
        origin=origin_of(row),
        name=row["path"],
        seconds=seconds,
        fingerprint=f"{name_of(path, folder)}:{mark}",
        read=files.reader(path, _read),
    )


def _read(path: Path) -> tuple[NDArray[np.float32], int]:
    file = read_file(path)
    return file.to_float().mean(axis=1, dtype=np.float32), file.sample_rate
