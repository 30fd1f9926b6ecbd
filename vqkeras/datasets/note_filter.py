"""Filter of notes: which ones a configuration keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vqkeras.datasets.config import DataConfig


def note_filter(config: DataConfig) -> Callable[[dict[str, Any]], bool]:
    """Tell notes that pass the filters of a configuration from others.

    Args:
        config: `families`, `sources`, `velocities` and `pitch_range` are used.

    Returns:
        Function of a note's metadata (NSynth's keys).

    Example:

    >>> passes = note_filter(DataConfig(pitch_range=(40, 60)))
    >>> passes({"pitch": 72})
    False
    """
    lowest, highest = config.pitch_range or (0, 127)
    wanted = {
        "instrument_family_str": config.families,
        "instrument_source_str": config.sources,
        "velocity": config.velocities,
    }

    def passes(note: dict[str, Any]) -> bool:
        return lowest <= note["pitch"] <= highest and all(
            values is None or note[key] in values for key, values in wanted.items()
        )

    return passes
