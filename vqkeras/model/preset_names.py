"""The presets of the package by name. Imports nothing: their table is quick."""

from __future__ import annotations

from pathlib import Path

PRESETS_FOLDER = Path(__file__).parents[1] / "presets"
METADATA = "metadata.json"
WEIGHTS = "model.weights.h5"


def preset_names(folder: Path = PRESETS_FOLDER) -> list[str]:
    """Names of the presets in a folder, by default those of the package.

    Example:

    >>> "general" in preset_names()
    True
    """
    return sorted(path.parent.name for path in folder.glob(f"*/{METADATA}"))
