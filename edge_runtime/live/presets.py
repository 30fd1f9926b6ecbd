"""Settings of a live effect by names that say what one hears."""

from __future__ import annotations

import math
from dataclasses import replace

from edge_runtime.errors import UsageError
from edge_runtime.live.parameters import LiveParameters

# Share of the cells, band in Hz, temperature. The first is what plays unless told.
_ROWS = {
    "lively": (0.5, 0.0, math.inf, 1.0),
    "subtle": (0.15, 0.0, math.inf, 0.5),
    "wild": (1.0, 0.0, math.inf, 3.0),
    "air": (0.7, 3000.0, math.inf, 1.5),
    "ground": (0.7, 0.0, 400.0, 1.0),
}
PRESETS = tuple(_ROWS)


def with_preset(parameters: LiveParameters, name: str) -> LiveParameters:
    """Parameters as a preset sets them; prior, seed and wet stay as they are.

    `lively` changes every other cell, `subtle` few and to likely sounds, `wild` all
    and to rare ones too, `air` what lies above 3 kHz, `ground` what lies below 400 Hz.
    Freezing and bypass end.

    Args:
        parameters: As they are.
        name: One of `PRESETS`, or its number, from 1 up.

    Raises:
        UsageError: If there is no such preset.

    Example:

    >>> with_preset(LiveParameters(), "wild").density
    1.0
    >>> with_preset(LiveParameters(), "2") == with_preset(LiveParameters(), "subtle")
    True
    """
    numbers = {str(number): known for number, known in enumerate(PRESETS, 1)}
    row = _ROWS.get(numbers.get(name, name))
    if row is None:
        raise UsageError(
            f"There is no preset {name[:40]!r}. Expected one of {', '.join(PRESETS)}, "
            f"or 1 to {len(PRESETS)}."
        )
    density, low_hz, high_hz, temperature = row
    return replace(
        parameters,
        density=density,
        low_hz=low_hz,
        high_hz=high_hz,
        temperature=temperature,
        freeze=False,
        bypass=False,
    )
