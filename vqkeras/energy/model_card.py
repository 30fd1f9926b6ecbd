"""The run's emissions in its model card, in the fields Hugging Face knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from edge_runtime.errors import UserError
from edge_runtime.output_file import output_file

CARD_NAME = "model_card.md"
FENCE = "---\n"


def co2_eq_emissions(summary: dict[str, Any]) -> dict[str, Any]:
    """The `co2_eq_emissions` entry of a model card.

    Args:
        summary: The summary of a run's energy, as in `energy.json`.

    Returns:
        Emissions in grams (left out where they are unknown), source, training type,
        place and hardware.

    Reference: https://huggingface.co/docs/hub/model-cards-co2
    """
    entry = {
        "emissions": summary["emissions_g"],
        "source": (
            f"vqkeras.energy, {summary['method']}; "
            f"{summary['grid_g_per_kwh']:g} g/kWh ({summary['grid_source']}), "
            f"PUE {summary['pue']:g}"
        ),
        "training_type": "pre-training",
        "geographical_location": summary["place"],
        "hardware_used": summary["hardware"],
    }
    if entry["emissions"] is None or entry["emissions"] != entry["emissions"]:
        del entry["emissions"]
        entry["source"] += "; emissions unknown: " + "; ".join(
            f"{name}: {reason}" for name, reason in summary["missing"].items()
        )
    return entry


def write_model_card(run_dir: Path, entry: dict[str, Any]) -> None:
    """Put `co2_eq_emissions` into the front matter of the run's model card.

    The rest of a card that is there stays as it is.

    Args:
        run_dir: The run's folder, which exists.
        entry: As `co2_eq_emissions` returns it.

    Raises:
        UserError: If the card's front matter is not YAML, or cannot be written.
    """
    import yaml

    path = run_dir / CARD_NAME
    text = path.read_text() if path.exists() else f"\n# {run_dir.resolve().name}\n"
    header: dict[str, Any] = {}
    body = text
    if text.startswith(FENCE):
        front, _, body = text[len(FENCE) :].partition(f"\n{FENCE}")
        try:
            header = yaml.safe_load(front) or {}
        except yaml.YAMLError as error:
            raise UserError(f"The front matter of {path} is not YAML.") from error
    header["co2_eq_emissions"] = entry
    front = yaml.safe_dump(header, sort_keys=False, allow_unicode=True)
    with output_file(path, force=True) as temporary:
        temporary.write_text(FENCE + front + FENCE + body)
