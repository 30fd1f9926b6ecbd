"""`GET /api/model`: the model, the tools and the limits, so that the page asks once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from edge_runtime.audio.examples import EXAMPLES
from edge_runtime.bundle.bit_rate import bitrate_bps, cells_per_second
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.earlier_files import earlier_of
from edge_runtime.bundle.shipped import SHIPPED_MODELS
from edge_runtime.effects.table import ARGUMENTS, EFFECTS
from edge_runtime.page.edit_request import INPAINT, LARGEST_SEED
from edge_runtime.page.limits import Limits
from edge_runtime.page.session_file import LARGEST_SESSION
from edge_runtime.phase.choice import phases_of
from edge_runtime.priors.choice import PREDICTIONS, WORDS, priors_of
from edge_runtime.priors.prior import HIGHEST_TEMPERATURE, LOWEST_TEMPERATURE
from edge_runtime.spectrogram.region_masks import cell_edges_hz


def describe_model(
    name: str, bundle: Bundle, limits: Limits, models: Mapping[str, str]
) -> dict[str, Any]:
    """What a client needs to know before it sends a sound.

    Args:
        name: What the model is called here: one model may come in several files.
        bundle: The model.
        limits: The server's limits.
        models: All models there are, and what each is for.

    Returns:
        Dict of JSON values: `name`, `sha256` (of its file), `earlier_sha256` (of files
        that gave the same), `licence`, `attribution`, `spectrogram`,
        `time_stride`, `freq_stride`, `codebook_size`; `cell_edges_hz`, where the cells
        of a column begin and end; `tools` with what each takes;
        `arguments` of effects, numbers with `low`, `high` and `default`, or `choices`;
        `choices` of every other field, the first of each its default;
        `largest_seed`, lowest and highest of `temperatures`; `examples`; `limits`; and
        `models`, each with its `name`, its `purpose` and whether it `ships` with the
        package.
    """
    settings = bundle.settings
    tools = [{"name": INPAINT, "takes": ["prior"]}]
    for tool, effect in EFFECTS.items():
        takes = [argument.name for argument in effect.arguments]
        tools.append({"name": tool, "takes": takes + ["second"] * effect.needs_second})
    return {
        "name": name,
        "sha256": bundle.sha256,
        "earlier_sha256": earlier_of(bundle.sha256),
        "licence": bundle.metadata["licence"],
        "attribution": bundle.metadata["attribution"],
        "spectrogram": asdict(settings),
        "time_stride": bundle.time_stride,
        "freq_stride": bundle.freq_stride,
        "codebook_size": bundle.codebook_size,
        "cell_edges_hz": cell_edges_hz(
            settings, settings.num_bins // bundle.freq_stride, bundle.freq_stride
        ),
        "tools": tools,
        "choices": {
            "prior": priors_of(bundle),
            "predict": PREDICTIONS,
            **WORDS,
            "phase": phases_of(settings),
        },
        "arguments": [asdict(argument) for argument in ARGUMENTS],
        "largest_seed": LARGEST_SEED,
        "temperatures": [LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE],
        "examples": list(EXAMPLES),
        "models": [
            {"name": other, "purpose": purpose, "ships": other in SHIPPED_MODELS}
            for other, purpose in models.items()
        ],
        "limits": {
            "body_bytes": limits.body_bytes,
            "sound_s": limits.sound_s,
            "samples": limits.samples,
            "session_bytes": LARGEST_SESSION,
        },
    }


def purpose_of(bundle: Bundle) -> str:
    """What a model is for, in one line; of one's own only what it is."""
    shipped = SHIPPED_MODELS.get(bundle.name)
    if shipped is not None:
        return shipped.purpose
    strides = bundle.time_stride, bundle.freq_stride
    rate = bitrate_bps(
        bundle.codebook_size, cells_per_second(bundle.settings, *strides)
    )
    kilohertz = bundle.settings.sample_rate / 1000
    return f"a model of your own, at {kilohertz:g} kHz, {rate / 1000:.1f} kbit/s"
