"""Where a preset is: in the package by name, in a folder, or on the Hub."""

from __future__ import annotations

from pathlib import Path

from edge_runtime.errors import (
    MissingDependencyError,
    UsageError,
    UserError,
    how_to_install,
)
from vqkeras.model.preset_names import METADATA, PRESETS_FOLDER, preset_names

ON_HUB = "hf://"
# All that a preset may consist of: nothing else is fetched.
_FETCHED = ("*.json", "*.yaml", "*.weights.h5", "*.csv", "README.md")


class PresetError(UserError):
    """A preset cannot be used. Exit code 4."""

    exit_code = 4


def place_of(preset: str | Path, folder: Path = PRESETS_FOLDER) -> Path:
    """Folder of a preset; of one on the Hub, a cached copy of it.

    Args:
        preset: Name of one of the package, which wins; a folder; or `hf://user/repo`,
            with `@` and a revision if not the newest is meant.
        folder: Folder of presets with names. Defaults to that of the package.

    Raises:
        UsageError: If it is none of the three.
        MissingDependencyError: If `huggingface_hub` is not installed and needed.
        PresetError: If the Hub has no such repository or cannot be reached, and no copy
            of it is cached.

    Example:

    >>> place_of("general").name
    'general'
    """
    given = str(preset)
    if given.startswith(ON_HUB):
        return _fetched(given.removeprefix(ON_HUB))
    if given in preset_names(folder):
        return folder / given
    path = Path(given).expanduser()
    if (path / METADATA).is_file():
        return path
    what = f"no preset: it has no {METADATA}" if path.is_dir() else "unknown"
    raise UsageError(
        f"Preset {given!r} is {what}. Expected a folder of one, hf://user/repo, or one "
        f"of {', '.join(preset_names(folder)) or 'none yet'}."
    )


def _fetched(repository: str) -> Path:
    name, _, revision = repository.partition("@")
    if name.count("/") != 1 or not all(name.split("/")):
        raise UsageError(
            f"Expected hf://user/repo or hf://user/repo@revision. Received: "
            f"{ON_HUB}{repository}."
        )
    try:
        from huggingface_hub import snapshot_download
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            f"{ON_HUB}{name} needs the package {error.name}. "
            f"Install it with: {how_to_install('hub')}"
        ) from error
    try:
        # What is cached is taken where the Hub cannot be reached.
        found = snapshot_download(
            name, revision=revision or None, allow_patterns=list(_FETCHED)
        )
    except (OSError, ValueError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise PresetError(f"Cannot fetch {ON_HUB}{name}: {reason}") from error
    return Path(found)
