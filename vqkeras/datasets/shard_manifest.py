"""What `python -m vqkeras.prepare` says of a folder when it is prepared to its end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from edge_runtime.errors import UserError
from vqkeras.datasets.shard_files import MANIFEST, MANIFEST_FORMAT

_KINDS: dict[str, type] = {
    "name": str,
    "spectrogram": dict,
    "data": dict,
    "credits": dict,
    "compressed": bool,
    "shape": list,
    "parts": dict,
}
_CREDITS = {"licence": str, "attribution": str, "division": str, "names": list}
_MOST = 2**31  # of rows of a shard, and of frames or bins


def read_manifest_of(folder: Path) -> dict[str, Any]:
    """What a prepared folder holds.

    Args:
        folder: A folder that was the `--out` of preparing.

    Returns:
        What `vqkeras.prepare.manifest.manifest_of` gave; what is used is checked.

    Raises:
        UserError: If it is not prepared, not to its end, or its manifest is damaged.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(
            f"{folder} has no {MANIFEST}: it is not prepared, or not to its end. "
            f"Run: python -m vqkeras.prepare --config FILE --out {folder}"
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(f"Cannot read {path}: {error}. Prepare it again.") from error
    if not isinstance(manifest, dict) or "format" not in manifest:
        raise UserError(f"{path} is no manifest of shards. Prepare it again.")
    if manifest["format"] != MANIFEST_FORMAT:
        raise UserError(
            f"{path} has format {manifest['format']}, not {MANIFEST_FORMAT}. "
            "Prepare it again."
        )
    if wrong := _wrong_in(manifest):
        raise UserError(f"{path} is damaged: its {wrong}. Prepare it again.")
    return manifest


def _wrong_in(manifest: dict[str, Any]) -> str | None:
    """What is missing or of another kind, if anything is."""
    for name, kind in _KINDS.items():
        if not isinstance(manifest.get(name), kind):
            return f"{name} is missing or of another kind"
    credits = manifest["credits"]
    if set(credits) != set(_CREDITS) or not all(
        isinstance(credits[name], kind) for name, kind in _CREDITS.items()
    ):
        return f"credits are not {', '.join(_CREDITS)}"
    shape = manifest["shape"]
    if len(shape) != 3 or not all(_is_count(size) and size for size in shape):
        return "shape is not frames, bins and channels"
    for part in ("train", "validation", "test"):
        if not _is_part(manifest["parts"].get(part)):
            return f"part {part} is not counts of rows and their variance"
    return None


def _is_part(content: Any) -> bool:
    if not isinstance(content, dict) or not isinstance(content.get("rows"), list):
        return False
    variance = content.get("variance", "")  # None where there are no rows
    is_variance = isinstance(variance, int | float) and 0.0 <= variance < float("inf")
    is_known = variance is None or is_variance
    return is_known and all(_is_count(number) for number in content["rows"])


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < _MOST
