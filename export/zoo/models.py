"""Rows of the zoo: finished runs with their errors, int8 file, time and energy."""

from __future__ import annotations

import json
import logging
import tempfile
from pathlib import Path
from typing import Any

from edge_runtime.bundle.bundle_file import write_bundle
from export.bundle_run import bundle_run
from export.tflite.quiet import quiet
from export.zoo.measuring import MEASURES, measured
from vqkeras.evaluation.kinds import evaluate_kinds, has_kinds
from vqkeras.evaluation.opus import opus_is_here
from vqkeras.evaluation.reconstruction import fit_patches
from vqkeras.presets.preset import Preset
from vqkeras.run import Run, load_run, write_json
from vqkeras.trained_runs import identity

_log = logging.getLogger(__name__)


def model_row(folder: Path) -> dict[str, Any]:
    """One row of the zoo; kept beside the run until that is trained anew.

    Args:
        folder: A finished run of sound.

    Returns:
        Plain values: `name`, `data`, `representation`, `architecture`, `cell`, those of
        `measured`, `training_wh` and its `energy_method`, and where there is a codebook
        `int8_bytes`, `equal_codes` and `int8_nmse_change`; of data that says what kind
        each sound is also `kinds`, from `evaluate_kinds`.

    Raises:
        UserError: If the folder holds no finished run or cannot be exported.
    """
    run = load_run(folder)
    path = folder / "zoo_model.json"
    if path.is_file():
        kept: dict[str, Any] = json.loads(path.read_text())
        if kept["run"] == identity(run):
            return kept["row"]
    _log.info("Measuring %s", folder)
    energy = json.loads((folder / "energy.json").read_text())
    row = {
        "name": run.config.name,
        "data": run.config.data.name,
        "representation": run.settings.representation,
        "architecture": run.config.model.architecture,
        "cell": [run.model.encoder.time_stride, run.model.encoder.freq_stride],
        "training_notes": run.summary["num_examples"]["train"],
        **measured(run),
        "training_wh": energy["energy_wh"],
        "energy_method": energy["method"],
    }
    if run.has_codebook:
        row |= _exported(run)
        if has_kinds(run.dataset.test):
            row["kinds"] = evaluate_kinds(
                run,
                run.dataset.test,
                patches=fit_patches(run),
                opus_bps=row["bitrate_bps"] if opus_is_here() else None,
            )
    write_json({"run": identity(run), "row": row}, path)
    return row


def preset_row(preset: Preset, figures: dict[str, Any]) -> dict[str, Any]:
    """The row of a preset of sound with codes, whose run need not be there.

    Args:
        preset: Gives sizes, time and energy, and is exported anew.
        figures: What `vqkeras.evaluate` measured it at.

    Returns:
        Those of `model_row`.

    Raises:
        UserError: If it cannot be exported.
    """
    metadata, patches = preset.metadata, figures["baselines"]["kmeans_patches"]
    row = {
        "name": preset.config.name,
        "data": preset.config.data.name,
        "representation": preset.settings.representation,
        "architecture": preset.config.model.architecture,
        "cell": metadata["cell"],
        "training_notes": metadata["num_examples"]["train"],
        "num_parameters": metadata["num_parameters"],
        "seconds": preset.summary["seconds"],
        **{name: figures[name] for name in MEASURES},
        "kmeans_nmse": patches["nmse"],
        "kmeans_lsd_db": patches["lsd_db"],
        "training_wh": metadata["energy_wh"],
        "energy_method": metadata["energy_method"],
        **_exported(preset),
    }
    return row | ({"kinds": figures["kinds"]} if "kinds" in figures else {})


def _exported(codec: Run | Preset) -> dict[str, float]:
    """Size of the int8 file, of the codec without a prior, and what int8 costs."""
    with quiet(), tempfile.TemporaryDirectory() as temporary:
        bundle, parity = bundle_run(codec)
        file = Path(temporary) / "int8.tflite"
        write_bundle(file, bundle, force=True)
        return {
            "int8_bytes": file.stat().st_size,
            "equal_codes": parity.equal_codes,
            "int8_nmse_change": parity.nmse_exported / parity.nmse_float - 1.0,
        }


def with_kept(rows: list[dict[str, Any]], path: Path) -> list[dict[str, Any]]:
    """Add the models of an older table that are not among the new rows.

    A training takes an hour: a model joins the zoo without the others' runs.

    Args:
        rows: From `model_row`.
        path: The `zoo.json` of the older table; there need not be one.

    Returns:
        The new rows, then the older ones.
    """
    if not path.is_file():
        return rows
    older = json.loads(path.read_text(encoding="utf-8"))["models"]
    names = {row["name"] for row in rows}
    return [*rows, *(row for row in older if row["name"] not in names)]
