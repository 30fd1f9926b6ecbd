"""What to say of each data set: of a model its licence, of figures how it is split."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.general_manifest import read_credits
from vqkeras.datasets.location import data_dir, existing_dir
from vqkeras.datasets.shard_manifest import read_manifest_of


@dataclass(frozen=True)
class Credits:
    """What a model owes to its data.

    Attributes:
        licence: Of the model.
        attribution: Whom to name, in a sentence.
        division: How it is divided, in a sentence to put beside figures.
        names: More of them, where a data set has many: each is to be passed on.
    """

    licence: str
    attribution: str
    division: str
    names: tuple[str, ...] = ()


CREDITS = {
    "nsynth": Credits(
        "CC BY 4.0",
        "Trained on the NSynth dataset, Engel et al. 2017, CC BY 4.0, "
        "https://magenta.tensorflow.org/datasets/nsynth",
        "Notes of NSynth (Engel et al. 2017), a part of its test split unless data.dir "
        "holds more, divided by instrument: no figure compares with a published one.",
    ),
    "mnist": Credits(
        "CC BY-SA 3.0",
        "Trained on MNIST, LeCun, Cortes and Burges, CC BY-SA 3.0",
        "The official 10,000 test images, unless limited.",
    ),
    "synthetic": Credits(
        "MIT",
        "Trained on notes synthesised by vqkeras",
        "Notes made by our own synthesiser, divided by instrument.",
    ),
    "folder": Credits(
        "as the audio it was trained on",
        "Trained on a private audio folder",
        "Your own audio, divided by file.",
    ),
    "general": Credits(
        "CC BY 4.0",
        "Trained on sounds of many kinds, whose makers are named one by one",
        "Many kinds of sound, divided by source, reader, piece, drum kit or "
        "instrument: none of those that a test hears was learned from.",
    ),
}


def credits_of(config: DataConfig) -> Credits:
    """Credits of the data that a config names.

    Args:
        config: Data of a run. Of `"general"` and `"shards"`, the manifest is read.

    Raises:
        UserError: If a folder or the manifest cannot be read.
    """
    if config.name == "shards":
        kept = read_manifest_of(existing_dir(str(config.dir)))["credits"]
        return Credits(**{**kept, "names": tuple(kept["names"])})
    known = CREDITS[config.name]
    attribution = known.attribution
    if config.extra_dir is not None:
        attribution += _rendered_from(Path(config.extra_dir))
    folders = [
        existing_dir(os.path.expandvars(name)) for name in config.notes_dirs or ()
    ]
    for folder in folders:
        rendered = _rendered_from(folder)
        attribution += rendered or f", and on {_NSYNTH}"
    names: tuple[str, ...] = ()
    manifest_dir = data_dir(config, config.name) if config.name == "general" else None
    if manifest_dir is not None:
        names = read_credits(manifest_dir)
    return replace(known, attribution=attribution, names=names)


def joint_credits(own: Credits, preset: str, of_preset: Mapping[str, Any]) -> Credits:
    """Credits of a model that went on from a preset.

    Args:
        own: Of the data it went on with.
        preset: Name of the preset.
        of_preset: What that one owes: `licence`, `attribution` and `names`.

    Example:

    >>> notes = {"licence": "CC BY 4.0", "attribution": "Notes of", "names": []}
    >>> joint_credits(CREDITS["folder"], "x", notes).licence
    'CC BY 4.0, and as the audio it was trained on'
    """
    licence = of_preset["licence"]
    if own.licence != licence:
        licence = f"{licence}, and {own.licence}"
    return replace(
        own,
        licence=licence,
        attribution=f"{own.attribution}, after the preset {preset}: "
        f"{of_preset['attribution']}",
        names=tuple(dict.fromkeys((*of_preset["names"], *own.names))),
    )


_NSYNTH = CREDITS["nsynth"].attribution.removeprefix("Trained on ")


def _rendered_from(folder: Path) -> str:
    """Whom to name for notes that were rendered, none if there were none."""
    path = folder / "rendering.json"
    if not path.is_file():
        return ""
    font = json.loads(path.read_text(encoding="utf-8"))["soundfont"]
    return f", and on notes rendered from the SoundFont {font}"
