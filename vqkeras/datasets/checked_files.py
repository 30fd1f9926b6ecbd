"""Which files of a folder are sound: each is read once, as it will be read later."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge_runtime.errors import MissingDependencyError, UserError
from edge_runtime.output_file import output_file
from vqkeras.datasets.audio_clip import fingerprint, read_file

_log = logging.getLogger(__name__)

# More bad ones than this share of all, and it is the folder that is wrong.
MOST_BAD = 0.5
_NAMED = 10  # bad files that are named; the others are counted
_THREADS = 2
_LONGEST_REASON = 200


@dataclass(frozen=True)
class CheckedFile:
    """A file that could be read.

    Attributes:
        path: Where it is.
        seconds: Its length.
        fingerprint: Text that changes when its content does.
    """

    path: Path
    seconds: float
    fingerprint: str


def sound_files(root: Path, suffixes: Sequence[str]) -> list[Path]:
    """All files below a folder that are called sounds, by name.

    Folders, what begins with a dot (a Mac's notes on files among them) and what lies in
    such folders are none.

    Args:
        root: Where to look.
        suffixes: Ends of names, in lower case.
    """
    found = (path for path in root.rglob("*") if path.suffix.lower() in suffixes)
    return sorted(
        path
        for path in found
        if not path.is_dir()
        and not any(part.startswith(".") for part in path.relative_to(root).parts)
    )


def checked_files(
    paths: Sequence[Path], root: Path, cache_dir: Path
) -> list[CheckedFile]:
    """Those files that can be read to their end; the others are counted and named.

    What was found is kept in the cache folder: a file that has not changed is not read
    again for this.

    Args:
        paths: Files below `root`.
        root: Names are told from here.
        cache_dir: Where to keep what was found.

    Raises:
        UserError: If more than `MOST_BAD` of them cannot be used.
    """
    memory = cache_dir / f"checked-{_digest(os.fsencode(root.resolve()))}.json"
    known = _read(memory)
    with ThreadPoolExecutor(_THREADS) as threads:
        results = list(threads.map(lambda path: _result(path, root, known), paths))
    found = {mark: result for mark, result in results if mark is not None}
    if found != known:
        _keep(memory, found)
    bad = [
        (path, result)
        for path, (_, result) in zip(paths, results, strict=True)
        if isinstance(result, str)
    ]
    report_bad(bad, len(paths), root)
    return [
        CheckedFile(path, float(result), str(mark))
        for path, (mark, result) in zip(paths, results, strict=True)
        if not isinstance(result, str)
    ]


def report_bad(bad: Sequence[tuple[Path, str]], count: int, root: Path) -> None:
    """Say which files are left out, and why.

    Args:
        bad: Each file that cannot be used, and why.
        count: Number of all files, good and bad.
        root: Where they lie.

    Raises:
        UserError: If they are more than `MOST_BAD` of all.
    """
    if not bad:
        return
    lines = [f"{name_of(path, root)}: {why}" for path, why in bad]
    if len(bad) > MOST_BAD * count:
        raise UserError(
            f"{len(bad)} of {count} files of {root} cannot be used, more than "
            f"{MOST_BAD:.0%}. The first: {lines[0]}"
        )
    _log.warning("%d of %d files of %s are left out:", len(bad), count, root)
    for line in lines[:_NAMED]:
        _log.warning("  %s", line)
    if len(lines) > _NAMED:
        _log.warning("  and %d more", len(lines) - _NAMED)


def name_of(path: Path, root: Path) -> str:
    """A file's name as text, also where its bytes are none."""
    is_below = path.is_relative_to(root)
    name = (path.relative_to(root) if is_below else path).as_posix()
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _result(
    path: Path, root: Path, known: Mapping[str, float | str]
) -> tuple[str | None, float | str]:
    """A file's fingerprint, if it has one, and its length in s or what is wrong."""
    try:
        mark = fingerprint(path, root)
        if mark not in known:
            return mark, read_file(path).duration
        return mark, known[mark]
    except OSError as error:
        return None, str(error.strerror or error)
    except MissingDependencyError:
        raise
    except UserError as error:
        return mark, str(error).removeprefix(f"Cannot read {path}: ")[:_LONGEST_REASON]


def _read(path: Path) -> dict[str, float | str]:
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(content, dict):
        return {}
    return {
        key: value
        for key, value in content.items()
        if isinstance(value, str) or (type(value) is float and 0 < value < 1e9)
    }


def _keep(path: Path, found: Mapping[str, float | str]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with output_file(path, force=True) as temporary:
            temporary.write_text(json.dumps(found), encoding="utf-8")
    except (OSError, UserError) as error:
        _log.warning("It is not kept which files can be read: %s", error)


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:24]


def split_by_name(
    names: Iterable[str], shares: Mapping[str, float], *, seed: int
) -> dict[str, str]:
    """Divide by a hash of each name: what is added later moves nothing to the test.

    Args:
        names: What to divide. Of a handful, one may have to change its part when
            more come.
        shares: Share of each part but the last, which is `"train"`. A part with a share
            gets one name at least: the one that is nearest to it.
        seed: Seed of the hash.

    Returns:
        Part of each name.

    Example:

    >>> split_by_name(["a", "b", "c"], {"test": 0.2}, seed=0)
    {'c': 'test', 'a': 'train', 'b': 'train'}
    """
    places = {
        name: int(_digest(str(seed).encode(), os.fsencode(name))[:12], 16) / 16**12
        for name in names
    }
    order = sorted(places, key=lambda name: (places[name], name))
    parts = dict.fromkeys(order, "train")
    wanted = {part: share for part, share in shares.items() if share}
    end, first = 0.0, 0
    for left, (part, share) in zip(
        range(len(wanted), 0, -1), wanted.items(), strict=True
    ):
        end += share
        held = sum(places[name] < end for name in order)
        # At least one each, and one for every part that comes.
        last = max(min(held, len(order) - left), first + 1)
        parts |= dict.fromkeys(order[first:last], part)
        first = last
    return parts
