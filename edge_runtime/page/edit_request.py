"""The JSON that says what to do with a sound, read strictly."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.effects.table import ARGUMENTS, EFFECTS, EffectCall
from edge_runtime.errors import UsageError
from edge_runtime.page.answer import Refusal
from edge_runtime.phase.choice import PHASES
from edge_runtime.priors.choice import PREDICTIONS, PRIORS, WORDS, PriorChoice
from edge_runtime.priors.prior import HIGHEST_TEMPERATURE, LOWEST_TEMPERATURE
from edge_runtime.spectrogram.region import Region

INPAINT = "inpaint"
TOOLS = (INPAINT, *EFFECTS)
LARGEST_SEED = 2**32 - 1
# Whole numbers of priors: the least and the most. Time and memory grow with the square
# of the radius, time with the passes.
_COUNTS = (("radius", 1, 8), ("passes", 1, 32), ("hint", 2, 1_000_000))
_FIELDS = {
    *("tool", "time", "freq", "cells", "seed", "phase", "snap", "keep_above"),
    "texture",
    *(argument.name for argument in ARGUMENTS),
    *("prior", "predict", "temperature", "neighbourhood", "radius", "order"),
    *("variation", "passes", "like", "hint"),
}
# The part `edit` of a minute of sound is a tenth of this.
_LARGEST_BYTES = 1 << 18


@dataclass(frozen=True, eq=False)
class EditRequest:
    """What to do with a sound.

    Attributes:
        region: Box in s and Hz (an open side is infinite), or mask of cells.
        seed: Of everything random.
        phase: One of `PHASES`.
        snap: Whether all of each cell that a box touches may change.
        keep_above: Whether what lies above the model's band stays as it is.
        texture: How much of noise's own texture it gets, in [0, 1].
        tool: What predicts hidden codes, for inpainting; or an effect.
    """

    region: Region | NDArray[np.bool_]
    seed: int
    phase: str
    snap: bool
    keep_above: bool
    texture: float
    tool: PriorChoice | EffectCall

    @property
    def name(self) -> str:
        """Name of the tool, one of `TOOLS`."""
        return self.tool.name if isinstance(self.tool, EffectCall) else INPAINT


def parse_edit(content: bytes) -> EditRequest:
    """Read the part `edit` of a request.

    Args:
        content: JSON object. `tool` must be there; `time` ([start, end], in s) and
            `freq` ([low, high], in Hz), or `cells` (per map frame a string of `0` and
            `1`, one per map bin, low to high), say where; the rest has defaults.

    Raises:
        Refusal: 422 if a field is unknown, of the wrong type or out of range; 413 if
            the part is too large.
    """
    if len(content) > _LARGEST_BYTES:
        raise Refusal(413, f"The part edit is larger than {_LARGEST_BYTES} bytes.")
    try:
        fields = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Refusal(422, "The part edit must be JSON.") from error
    if not isinstance(fields, dict):
        raise Refusal(422, "The part edit must be a JSON object.")
    unknown = sorted(set(fields) - _FIELDS)
    if unknown:
        raise Refusal(
            422,
            f"Unknown field {unknown[0][:40]!r}. "
            f"Expected some of {', '.join(sorted(_FIELDS))}.",
        )
    seed = _whole(fields, "seed", 0, 0, LARGEST_SEED)
    try:
        tool = _tool(fields, seed)
    except UsageError as error:
        raise Refusal(422, str(error)) from error
    return EditRequest(
        region=_region(fields),
        seed=seed,
        phase=_choice(fields, "phase", PHASES, "continued"),
        snap=_flag(fields, "snap"),
        keep_above=_flag(fields, "keep_above"),
        texture=_share(fields, "texture", 1.0),
        tool=tool,
    )


def _share(fields: dict[str, Any], name: str, default: float) -> float:
    value = fields.get(name, default)
    if not _is_number(value) or not 0.0 <= value <= 1.0:
        raise Refusal(
            422,
            f"{name} must be a number from 0 to 1. Received: {repr(value)[:40]}.",
        )
    return float(value)


def _tool(fields: dict[str, Any], seed: int) -> PriorChoice | EffectCall:
    name = _choice(fields, "tool", TOOLS, None)
    if name == INPAINT:
        return _prior(fields)
    told = {part.name: fields[part.name] for part in ARGUMENTS if part.name in fields}
    return EffectCall(name, told, seed)


def _prior(fields: dict[str, Any]) -> PriorChoice:
    words = {"prior": tuple(PRIORS), "predict": PREDICTIONS, **WORDS}
    options: dict[str, Any] = {
        name: _choice(fields, name, allowed, None)
        for name, allowed in words.items()
        if name in fields
    }
    for name, low, high in _COUNTS:
        if name in fields:
            options[name] = _whole(fields, name, low, low, high)
    if fields.get("like") is not None:
        options["like"] = _pair(fields, "like", "s", "[0.5, 1.2]")
    if "variation" in fields:
        options["variation"] = _share(fields, "variation", 0.0)
    return PriorChoice(
        options.pop("prior", None), temperature=_temperature(fields), **options
    )


def _region(fields: dict[str, Any]) -> Region | NDArray[np.bool_]:
    if "cells" in fields:
        if "time" in fields or "freq" in fields:
            raise Refusal(422, "Give cells, or time and freq, not both.")
        return _cells(fields["cells"])
    start_s, end_s = _pair(fields, "time", "s", "[0.5, 1.2]")
    low_hz, high_hz = _pair(fields, "freq", "Hz", "[200, 2000]")
    return Region(start_s, end_s, low_hz, high_hz)


def _cells(rows: Any) -> NDArray[np.bool_]:
    fits = isinstance(rows, list) and bool(rows)
    if not fits or not all(
        isinstance(row, str) and len(row) == len(rows[0]) and not row.strip("01")
        for row in rows
    ):
        raise Refusal(
            422, 'cells must be strings of 0 and 1, all as long: ["0010", "0110"].'
        )
    digits = np.frombuffer("".join(rows).encode(), np.uint8)
    cells: NDArray[np.bool_] = digits == ord("1")
    return cells.reshape(len(rows), -1)


def _pair(
    fields: dict[str, Any], name: str, unit: str, example: str
) -> tuple[float, float]:
    pair = fields.get(name)
    if pair is None:
        return 0.0, math.inf
    numbers = isinstance(pair, list) and all(_is_number(value) for value in pair)
    if not numbers or len(pair) != 2 or not 0 <= pair[0] < pair[1]:
        raise Refusal(
            422, f"{name} must be two increasing numbers in {unit}, e.g. {example}."
        )
    return float(pair[0]), float(pair[1])


def _choice(
    fields: dict[str, Any], name: str, choices: tuple[str, ...], default: str | None
) -> str:
    value = fields.get(name, default)
    if not isinstance(value, str) or value not in choices:
        raise Refusal(422, f"{name} must be one of {', '.join(choices)}.")
    return value


def _whole(fields: dict[str, Any], name: str, default: int, low: int, high: int) -> int:
    value = fields.get(name, default)
    if (
        not isinstance(value, int)
        or isinstance(value, bool)
        or not low <= value <= high
    ):
        raise Refusal(422, f"{name} must be a whole number from {low} to {high}.")
    return value


def _flag(fields: dict[str, Any], name: str) -> bool:
    value = fields.get(name, False)
    if not isinstance(value, bool):
        raise Refusal(422, f"{name} must be true or false.")
    return value


def _temperature(fields: dict[str, Any]) -> float | None:
    value = fields.get("temperature")
    if value is None:
        return None
    if not _is_number(value) or not LOWEST_TEMPERATURE <= value <= HIGHEST_TEMPERATURE:
        raise Refusal(
            422,
            f"temperature must be a number from {LOWEST_TEMPERATURE:g} to "
            f"{HIGHEST_TEMPERATURE:g}.",
        )
    return float(value)


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and -1e9 < value < 1e9
