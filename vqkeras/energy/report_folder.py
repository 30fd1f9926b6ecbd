"""A report on runs as a folder: text, numbers and picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge_runtime.errors import UserError
from edge_runtime.output_file import check_output, output_file
from vqkeras.energy.doctor import diagnosis, diagnosis_text
from vqkeras.energy.plot import energy_figure, save_figure
from vqkeras.energy.report import run_rows, table_text

TEXT_NAME = "README.md"
JSON_NAME = "energy.json"
PLOT_NAME = "energy.png"
# Shown in the text if somebody put it there: a picture of TensorBoard on the runs.
SCREENSHOT_NAME = "tensorboard.png"


def write_report(run_dirs: Sequence[Path], out: Path, *, force: bool) -> Path:
    """Write what runs have cost, and which meters this machine has.

    Args:
        run_dirs: Folders of runs that were counted.
        out: Folder of the report; made if missing.
        force: Whether files of an earlier report in it may be replaced.

    Returns:
        Path of the text.

    Raises:
        UsageError: If a file exists and `force` is false.
        UserError: If a run has no energy, or the folder cannot be written.
    """
    rows = run_rows(run_dirs)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"Cannot make folder {out}: {error.strerror}.") from error
    for name in (TEXT_NAME, JSON_NAME, PLOT_NAME):
        check_output(out / name, force=force)
    meters = diagnosis()
    labels = [f"{row['run']} ({row['method']})" for row in rows]
    save_figure(energy_figure(run_dirs, labels), out / PLOT_NAME, force=force)
    with output_file(out / JSON_NAME, force=force) as path:
        document = {"runs": rows, "machine": meters}
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    has_screenshot = (out / SCREENSHOT_NAME).exists()
    with output_file(out / TEXT_NAME, force=force) as path:
        runs = [
            f"- {row['run']}: {_what(run_dir)}"
            for row, run_dir in zip(rows, run_dirs, strict=True)
        ]
        text = _text(rows, runs, meters, has_screenshot=has_screenshot)
        path.write_text(text, encoding="utf-8")
    return out / TEXT_NAME


def _what(run_dir: Path) -> str:
    """What was trained, as the run's config tells it."""
    import yaml

    path = run_dir / "config.yaml"
    if not path.exists():
        return "no config, so not known what was trained"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    training = config["training"]
    return (
        f"`{config['name']}` on {config['data']['name']}, up to {training['epochs']} "
        f"epochs, seed {training['seed']}"
    )


def _text(
    rows: Sequence[dict[str, Any]],
    runs: Sequence[str],
    meters: dict[str, Any],
    *,
    has_screenshot: bool,
) -> str:
    parts = [
        "# What trainings have cost",
        "Written by `python -m vqkeras.energy report`; all its numbers are in "
        f"`{JSON_NAME}`. Every total says whether it was measured or estimated, and "
        f"how. Hardware: {'; '.join(dict.fromkeys(row['hardware'] for row in rows))}.",
        "\n".join(runs),
        table_text(rows),
        f"![Power and emissions over time]({PLOT_NAME})",
    ]
    if has_screenshot:
        parts.append(
            f"In TensorBoard:\n\n![Energy beside the losses]({SCREENSHOT_NAME})"
        )
    parts.append(
        "## Meters of this machine\n\n"
        "What `python -m vqkeras.energy doctor` says:\n\n"
        f"```\n{diagnosis_text(meters)}\n```"
    )
    return "\n\n".join(parts) + "\n"
