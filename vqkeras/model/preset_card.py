"""The card of a preset: what it is, learned, costs and keeps, and whom to thank.

Its front matter is the Hugging Face Hub's: https://huggingface.co/docs/hub/model-cards
(2025), so that the folder can be uploaded as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.model.preset_names import PRESETS_FOLDER
from vqkeras.templates import render

_LICENCES = {
    "CC BY 4.0": "cc-by-4.0",
    "CC BY-SA 3.0": "cc-by-sa-3.0",
    "MIT": "mit",
}
# Data sets that anybody can get under this name; the others are one's own. Those that
# are a part of other data are known by what is said of its sounds.
_DATASETS = ("nsynth", "mnist")
_PARTS = {
    "ESC-10": "esc10",
    "Groove MIDI Dataset": "groove",
    "LibriSpeech": "librispeech",
    "The LJ Speech Dataset": "ljspeech",
}
# Figures of a test, under the names of the report, and what the Hub calls them.
_FIGURES = {
    "nmse": "normalised mean squared error",
    "lsd_db": "log-spectral distance, dB",
    "mse": "mean squared error",
    "codebook_usage": "share of codewords in use",
}


def preset_card(
    metadata: dict[str, Any],
    figures: dict[str, Any],
    spectrogram: SpectrogramSettings | None,
) -> str:
    """Write a card.

    Args:
        metadata: What the preset says of itself, before its checksums.
        figures: What it was measured at, from `vqkeras.evaluate`; may be empty.
        spectrogram: How sound becomes what it sees; `None` for images.

    Returns:
        Markdown with a front matter.
    """
    front = yaml.safe_dump(
        front_matter(metadata, figures, has_sound=spectrogram is not None),
        sort_keys=False,
        allow_unicode=True,
    )
    body = render(
        PRESETS_FOLDER / "templates" / "card.md.j2",
        metadata=metadata,
        figures=figures,
        spectrogram=spectrogram,
        limits=card_limits(spectrogram, metadata["example_shape"]),
    )
    return f"---\n{front}---\n\n{body}"


def card_limits(
    spectrogram: SpectrogramSettings | None, example_shape: Sequence[int | None]
) -> str:
    """What a model cannot do, for its preset's card and for its bundle's.

    Args:
        spectrogram: As for `preset_card`.
        example_shape: `(rows, columns, channels)` of what it sees.

    Returns:
        A list in Markdown.
    """
    return render(
        PRESETS_FOLDER / "templates" / "limits.md.j2",
        spectrogram=spectrogram,
        example_shape=example_shape,
    ).rstrip("\n")


def front_matter(
    metadata: dict[str, Any], figures: dict[str, Any], *, has_sound: bool
) -> dict[str, Any]:
    """What the Hub reads of a card.

    Args:
        metadata: As for `preset_card`.
        figures: As for `preset_card`.
        has_sound: Whether it is a model of sounds.

    Returns:
        Plain values, for YAML.
    """
    licence = metadata["credits"]["licence"]
    known = _LICENCES.get(licence)
    kind = "audio" if has_sound else "image"
    found: dict[str, Any] = {
        "license": known or "other",
        **({} if known else {"license_name": licence}),
        "library_name": "vqkeras",
        "pipeline_tag": f"{kind}-to-{kind}",
        "tags": ["vqkeras", "keras", "vq-vae", "codec", kind],
    }
    names = metadata["credits"].get("names", [])
    datasets = [
        *[name for name in _DATASETS if name == metadata["data"]],
        *[
            part
            for words, part in _PARTS.items()
            if any(words in name for name in names)
        ],
    ]
    if datasets:
        found["datasets"] = datasets
    if metadata.get("emissions_g") is not None:
        found["co2_eq_emissions"] = {
            "emissions": metadata["emissions_g"],
            "source": f"vqkeras.energy, {metadata['energy_method']}",
            "training_type": (
                "fine-tuning" if metadata.get("from_preset") else "pre-training"
            ),
            "hardware_used": metadata["machine"],
        }
    measured = {name: figures[name] for name in _FIGURES if name in figures}
    if measured:
        found["model-index"] = [_index(metadata, measured, f"{kind}-to-{kind}")]
    return found


def _index(
    metadata: dict[str, Any], measured: dict[str, float], task: str
) -> dict[str, Any]:
    metrics = [
        {"type": name, "name": _FIGURES[name], "value": value}
        for name, value in measured.items()
    ]
    data = {"type": metadata["data"], "name": metadata["data"], "split": "test"}
    result = {"task": {"type": task}, "dataset": data, "metrics": metrics}
    return {"name": metadata["name"], "results": [result]}
