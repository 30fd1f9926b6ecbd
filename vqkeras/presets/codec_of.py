"""A codec as a command line calls it: a folder of a run or a preset, or a name."""

from __future__ import annotations

from pathlib import Path

from edge_runtime.errors import UsageError
from vqkeras.model.preset_names import METADATA, preset_names
from vqkeras.presets.preset import Preset, load_preset
from vqkeras.run import Run, load_run


def codec_of(name: str) -> Run | Preset:
    """The preset of a name or in a folder, or else the run in the folder.

    Args:
        name: Folder or name.

    Raises:
        UserError: If it is neither.
    """
    if name in preset_names() or (Path(name) / METADATA).is_file():
        return load_preset(name)
    if not Path(name).is_dir():
        raise UsageError(
            f"{name} is neither the folder of a trained run nor a preset. "
            f"Presets: {', '.join(preset_names())}."
        )
    return load_run(Path(name))
