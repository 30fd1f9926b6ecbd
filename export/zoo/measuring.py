"""Training and measuring what the study compares; what is finished is kept."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge_runtime.errors import UsageError
from export.zoo.variants import Variant, options_of
from vqkeras.callbacks.history_file import read_history
from vqkeras.evaluation.reconstruction import evaluate_reconstruction
from vqkeras.run import Run, write_json
from vqkeras.trained_runs import identity, trained_run

_log = logging.getLogger(__name__)

MEASURES = (
    "nmse",
    "lsd_db",
    "bitrate_bps",
    "codebook_size",
    "codebook_usage_sounding",
    "perplexity_sounding",
)


def measure_variants(
    config_name: str,
    variants: Sequence[Variant],
    *,
    steps: int,
    runs: Path,
    overrides: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Rows of a study, one per variant.

    Args:
        config_name: Name of a file in `configs/`, which all variants start from.
        variants: What to train.
        steps: Batches of each training.
        runs: Folder of the runs.
        overrides: More options for all of them. Defaults to none.

    Returns:
        Plain values: `name`, `group`, `what`, and those of `measured`.

    Raises:
        UserError: If a training cannot be done.
    """
    rows = []
    for number, variant in enumerate(variants, 1):
        _log.info("%d of %d: %s", number, len(variants), variant.what)
        options = [*options_of(variant, steps), *overrides]
        run = trained_run(config_name, runs / variant.name, options)
        row = {"name": variant.name, "group": variant.group, "what": variant.what}
        rows.append(row | measured(run))
    return rows


def measured(run: Run) -> dict[str, Any]:
    """Errors of a run and of k-means patches at its rate, on the test split.

    They are kept beside the run, and measured again only if it was trained anew.

    Args:
        run: A finished run of sound.

    Returns:
        `num_parameters`, `seconds`, `steps`, the measures of `evaluate_reconstruction`
        that there are, and `kmeans_nmse` and `kmeans_lsd_db` where there is a codebook.
    """
    path = run.folder / "zoo.json"
    if path.is_file():
        kept: dict[str, Any] = json.loads(path.read_text())
        if kept["run"] == identity(run):
            return kept["measured"]
    report = evaluate_reconstruction(run, run.dataset.test)
    row = {
        "num_parameters": run.model.encoder.count_params()
        + run.model.decoder.count_params(),
        "seconds": run.summary["seconds"],
        **{name: report[name] for name in MEASURES if name in report},
    }
    patches = report["baselines"].get("kmeans_patches")
    if patches is not None:
        row["kmeans_nmse"] = patches["nmse"]
        row["kmeans_lsd_db"] = patches["lsd_db"]
    write_json({"run": identity(run), "measured": row}, path)
    return row


def errors_over_time(run: Run) -> list[tuple[float, float]]:
    """Minutes of training and nmse on the validation split, epoch by epoch.

    Args:
        run: A finished run with a validation split.

    Raises:
        UsageError: If it has none.
    """
    if run.dataset.validation is None:
        raise UsageError(f"{run.folder} has no validation split. Choose another run.")
    variance = run.dataset.validation.variance()
    return [
        (row["seconds"] / 60.0, row["val_reconstruction_loss"] / variance)
        for row in read_history(run.folder / "history.csv")
    ]
