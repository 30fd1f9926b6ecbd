"""The zoo and its study as Markdown tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vqkeras.templates import render

_TEMPLATE = Path(__file__).parent / "templates" / "zoo.md.j2"


def report_of(
    models: Sequence[dict[str, Any]],
    rows: Sequence[dict[str, Any]],
    *,
    config: str,
    steps: int,
    notes: int,
) -> str:
    """Write the page.

    Args:
        models: Rows of `model_row`.
        rows: Rows of `measure_variants`, that of the config first.
        config: What the study starts from.
        steps: Batches of each of its trainings.
        notes: Notes of the test split.

    Returns:
        Markdown.
    """
    # Older rows, all of them of notes, do not say what they are measured on.
    others = [row for row in models if row.get("data") == "general"]
    return render(
        _TEMPLATE,
        models=[row for row in models if row not in others],
        others=others,
        rows=rows,
        config=config,
        steps=steps,
        notes=notes,
    )
