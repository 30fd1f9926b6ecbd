"""The report as Markdown, from its numbers alone; readable without the paper."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vqkeras.reproduce.ablation_summary import effect_of, rank_of_default
from vqkeras.reproduce.figures.loss import PAPER_EPOCHS, PAPER_LOSS
from vqkeras.reproduce.page.bayes import shown_study
from vqkeras.reproduce.page.energy import energy_findings
from vqkeras.templates import render

_TEMPLATES = Path(__file__).parent / "templates"


def report_text(results: Mapping[str, Any]) -> str:
    """Write the report.

    Args:
        results: Content of `report.json`.

    Returns:
        Markdown.

    Raises:
        jinja2.UndefinedError: If a figure is missing.
    """
    rates = [each for key, each in results.items() if key.startswith("mnist_")]
    return section("report", **results, rates=rates)


def section(name: str, **values: Any) -> str:
    """Write one section, or `report` for all.

    Args:
        name: Of the template: `numbers`, `shipped`, `bayes`, `ablation`, `energy`,
            `trainings` or `edits`.
        **values: Parts of `report.json` that it shows.

    Returns:
        Markdown.
    """
    if "naive_bayes" in values:
        values["studies"] = [
            shown_study(each) for each in values["naive_bayes"].values()
        ]
    if "energy" in values:
        values["found"] = energy_findings(values["energy"]["rows"])
    return render(
        _TEMPLATES / f"{name}.md.j2",
        **values,
        paper_loss=PAPER_LOSS,
        paper_epochs=PAPER_EPOCHS,
        rank_of_default=rank_of_default,
        effect_of=effect_of,
    )
