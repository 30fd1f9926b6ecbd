"""Trained weights by name, to go on from or to export again."""

from vqkeras.presets.preset import (
    Preset,
    load_preset,
    preset_names,
    write_preset,
    write_prior,
)

__all__ = ["Preset", "load_preset", "preset_names", "write_preset", "write_prior"]
