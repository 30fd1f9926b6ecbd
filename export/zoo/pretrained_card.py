"""The model card of the shipped models: data, licence, figures, energy."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from edge_runtime.spectrogram.settings import SpectrogramSettings
from export.parity import ParityReport
from vqkeras.energy.model_card import co2_eq_emissions
from vqkeras.model.preset_card import card_limits, front_matter
from vqkeras.templates import render

CARD_NAME = "model_card.md"


@dataclass(frozen=True)
class ShippedModel:
    """What a card says of one model.

    Attributes:
        metadata: Of its bundle.
        report: From `vqkeras.evaluate`.
        parity: From its export.
        bundle_bytes: Size of its file.
        prior_bytes: How many of them are its prior's.
        prior: Summary of the training of its prior; `None` if it has none.
        energy: Content of the run's `energy.json`.
    """

    metadata: dict[str, Any]
    report: dict[str, Any]
    parity: ParityReport
    bundle_bytes: int
    prior_bytes: int
    prior: dict[str, Any] | None
    energy: dict[str, Any]


def pretrained_card(models: list[ShippedModel]) -> str:
    """Write the card.

    Args:
        models: The shipped models of notes, that with a twin in float32 first.

    Returns:
        Markdown with a front matter whose `co2_eq_emissions` adds up all trainings.
    """
    first = models[0]
    emissions = [model.energy["emissions_g"] for model in models]
    total = co2_eq_emissions(
        first.energy
        | {"emissions_g": None if None in emissions else float(sum(emissions))}
    )
    fronts = [_front(model) for model in models]
    front = fronts[0] | {
        "co2_eq_emissions": total,
        "model-index": [index for each in fronts for index in each["model-index"]],
    }
    return render(
        Path(__file__).parent / "templates" / "card.md.j2",
        front=yaml.safe_dump(front, sort_keys=False),
        models=models,
        limits="\n".join(
            dict.fromkeys(line for each in models for line in _limits(each))
        ),
    )


def _limits(model: ShippedModel) -> list[str]:
    settings = SpectrogramSettings(**model.metadata["spectrogram"])
    return card_limits(settings, model.metadata["example_shape"]).splitlines()


def _front(model: ShippedModel) -> dict[str, Any]:
    """What the card of its preset says."""
    known = model.metadata
    metadata = {
        "name": known["name"],
        "data": model.report["data"],
        "credits": {"licence": known["licence"]},
    }
    return front_matter(metadata, model.report, has_sound=True)
