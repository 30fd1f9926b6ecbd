"""The zoo and its study as Markdown tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vqkeras.templates import render

# What is measured of each kind: its heading, and how it is written.
_MEASURES = {
    "lsd_db": ("lsd, dB", ".2f"),
    "log_mel_distance_db": ("log-mel, dB", ".2f"),
    "spectral_convergence": ("spectral convergence", ".2f"),
    "level_error_db": ("level, dB", ".2f"),
    "envelope_correlation": ("envelope", ".3f"),
    "pitch_kept": ("pitch kept", ".0%"),
}
# What stands side by side, and its name for people.
_SPECTROGRAMS = {
    "this_run": "smooth",
    "this_run_texture": "with the texture of noise",
    "kmeans_patches": "k-means patches",
    "opus": "Opus",
}
_TEMPLATE = Path(__file__).parent / "templates" / "zoo.md.j2"


def report_of(
    models: Sequence[dict[str, Any]],
    rows: Sequence[dict[str, Any]],
    *,
    config: str,
    steps: int,
    notes: int,
    story: str = "",
) -> str:
    """Write the page.

    Args:
        models: Rows of `model_row`.
        rows: Rows of `measure_variants`, that of the config first.
        config: What the study starts from.
        steps: Batches of each of its trainings.
        notes: Notes of the test split.
        story: What else is to be known of how the page came about. Defaults to nothing.

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
        story=story,
        kinds={row["name"]: _by_kind(row["kinds"]) for row in others if "kinds" in row},
        measures=_MEASURES,
        spectrograms=_SPECTROGRAMS,
    )


def _by_kind(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row a kind: its name, `num_examples`, `num_pitched` and, of each measure, the
    values of the spectrograms of `_SPECTROGRAMS` that were measured.
    """
    table: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        table.setdefault(row["kind"], {})[row["spectrogram"]] = row
    return [
        {
            "kind": kind.replace("_", " "),
            **{name: of["this_run"][name] for name in ("num_examples", "num_pitched")},
            "values": {
                name: [of[each][name] for each in _SPECTROGRAMS if each in of]
                for name in _MEASURES
            },
        }
        for kind, of in table.items()
    ]
