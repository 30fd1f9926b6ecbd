"""Trained weights by name, to use, to go on from or to export again.

`vqkeras.presets()` is the table of them.
"""

from typing import TYPE_CHECKING

from vqkeras.lazy import answers, offers

if TYPE_CHECKING:
    from vqkeras.model.preset_names import preset_names
    from vqkeras.presets.preset import Preset, load_preset, write_preset, write_prior
    from vqkeras.presets.table import PresetRow, PresetTable, presets

__all__ = [
    "Preset",
    "PresetRow",
    "PresetTable",
    "load_preset",
    "preset_names",
    "presets",
    "write_preset",
    "write_prior",
]

__getattr__, __dir__ = offers(
    __name__,
    {
        "Preset": "preset",
        "PresetRow": "table",
        "PresetTable": "table",
        "load_preset": "preset",
        "preset_names": "table",
        "presets": "table",
        "write_preset": "preset",
        "write_prior": "preset",
    },
)
answers(__name__, "presets")
