"""The report as a whole: trains, studies, draws, writes. Finished parts are kept."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from edge_runtime.errors import UsageError, UserError
from vqkeras.config_file import changed
from vqkeras.datasets.progress import progress
from vqkeras.reproduce.ablation import MODELS, runs_of, train_variant
from vqkeras.reproduce.ablation_summary import summarise
from vqkeras.reproduce.figures.table import FIGURES, PARTS_DRAWN
from vqkeras.reproduce.kept import Kept
from vqkeras.reproduce.models import Models
from vqkeras.reproduce.naive_bayes_study import naive_bayes_study
from vqkeras.reproduce.page.text import report_text
from vqkeras.reproduce.plan import FULL, Plan
from vqkeras.reproduce.rates import machine, numbers_of
from vqkeras.reproduce.shipped import shipped_models
from vqkeras.reproduce.shipped_energy import shipped_trainings
from vqkeras.reproduce.training_energy import (
    rounds_of,
    source_of,
    weigh_training,
    weighed,
)
from vqkeras.run import write_json
from vqkeras.run_codec import RunCodec
from vqkeras.trained_runs import identity, trained_notes, trained_run

_log = logging.getLogger(__name__)

JSON_NAME = "report.json"
TEXT_NAME = "README.md"
EDITS_NAME = "energy/edit.json"


def make_report(
    out: Path,
    *,
    plan: Plan,
    runs: Path,
    notes_run: Path | None = None,
    verbose: int = 0,
) -> Path:
    """Make the report, or what is missing of it.

    Args:
        out: Folder of the report.
        plan: How much work.
        runs: Folder of the trained runs and of finished parts.
        notes_run: Folder of a run of notes; if it is finished, whatever its config.
            Defaults to one in `runs`.
        verbose: As for `train`. Defaults to `0`.

    Returns:
        Path of the written text.

    Raises:
        UserError: If a folder or the data cannot be used.
    """
    _prepare(out, plan)
    models = _models(plan, runs, notes_run, verbose)
    kept = Kept(runs / "parts")
    results: dict[str, Any] = {"plan": plan.name, "machine": machine()}
    results |= _numbers(models, kept)
    results["ablation"] = _ablation(models, plan, kept)
    results["naive_bayes"] = _naive_bayes(models, plan, kept)
    results["energy"] = _energy(models, plan, kept)
    results |= _shipped(plan, out)
    results["figures"] = _figures(models, results, out, kept)
    return _write(results, out)


def renew_shipped(out: Path) -> Path:
    """Make what an earlier report says of the models that ship anew, and no more.

    Args:
        out: Folder of a full report, as `make_report` left it.

    Returns:
        Path of the written text.

    Raises:
        UserError: If there is no such report, or the data cannot be used.
    """
    if _plan_of(out / JSON_NAME) != FULL.name:
        raise UsageError(f"{out} holds no full report. Leave --shipped out to make it.")
    results = json.loads((out / JSON_NAME).read_text(encoding="utf-8"))
    anew = _shipped(FULL, out)
    if results.get("shipped") and not anew["shipped"]:
        raise UserError(
            f"{out} has figures of the models that ship, and their data is not here "
            "to make them anew. Set VQKERAS_DATA to its folder."
        )
    return _write(results | anew, out)


def _shipped(plan: Plan, out: Path) -> dict[str, Any]:
    """Errors, trainings and edits of the models that ship, with their figures."""
    return {
        "shipped": shipped_models(plan.shipped, out),
        "trainings": shipped_trainings(plan.shipped, out) if plan.shipped else [],
        "edits": edit_energy(out),
    }


def _write(results: dict[str, Any], out: Path) -> Path:
    write_json(results, out / JSON_NAME)
    (out / TEXT_NAME).write_text(report_text(results), encoding="utf-8")
    return out / TEXT_NAME


def _prepare(out: Path, plan: Plan) -> None:
    """Make the folder; refuse to replace something else, or something better."""
    if (out / TEXT_NAME).exists():
        before = _plan_of(out / JSON_NAME)
        if before is None:
            raise UsageError(
                f"{out / TEXT_NAME} exists and is no report. Choose another --out."
            )
        if before == FULL.name and plan.name != FULL.name:
            raise UsageError(f"{out} holds a full report. Choose another --out.")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"Cannot make folder {out}: {error.strerror}.") from error


def _plan_of(path: Path) -> str | None:
    """Which plan a report was made by; `None` for any other file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))["plan"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _models(plan: Plan, runs: Path, notes_run: Path | None, verbose: int) -> Models:
    images = [
        RunCodec(trained_run(name, runs / name, plan.image_overrides, verbose=verbose))
        for name in plan.image_configs
    ]
    name, overrides = plan.notes_config, plan.notes_overrides
    if notes_run is None:
        notes = trained_run(name, runs / name, overrides, verbose=verbose)
    else:
        notes = trained_notes(name, notes_run, overrides, verbose=verbose)
    return Models(images, RunCodec(notes))


def _numbers(models: Models, kept: Kept) -> dict[str, Any]:
    """Numbers of each rate under the key that says how many bits it has."""
    numbers = {}
    for codec in models.all:
        name = codec.run.config.name
        _log.info("Numbers of %s", name)
        found = kept.result(
            f"numbers/{name}",
            {"run": identity(codec.run)},
            partial(numbers_of, codec),
        )
        key = "notes" if codec is models.notes else f"mnist_{found['bits']:.0f}_bits"
        numbers[key] = found
    return numbers


def _ablation(models: Models, plan: Plan, kept: Kept) -> dict[str, Any]:
    runs = {"mnist": models.images[0].run, "notes": models.notes.run}
    todo = list(runs_of(plan.ablation))
    rows = []
    _log.info("Ablation: %d small trainings", len(todo))
    with progress(len(todo), "ablation") as advance:
        for data, variant, seed in todo:
            run = runs[data]
            source = {
                "data": changed(run.config.data),
                "model": changed(MODELS[data]),
                "variant": variant,
                "seed": seed,
                "steps": plan.ablation.steps,
                "examples": plan.ablation.examples,
            }
            name = "-".join(str(part) for part in (data, *variant.values(), seed))
            measures = kept.result(
                f"ablation/{name}",
                source,
                partial(
                    train_variant,
                    data,
                    run.dataset,
                    run.config,
                    variant,
                    seed,
                    plan.ablation,
                ),
            )
            rows.append({"data": data, "seed": seed, **variant, **measures})
            advance(1)
    return {"steps": plan.ablation.steps, "rows": summarise(rows)}


def _naive_bayes(models: Models, plan: Plan, kept: Kept) -> dict[str, Any]:
    """The study on the paper's rate, on the lowest one, and on notes."""
    studies = {
        models.images[0]: (plan.bayes.images, ("box",)),
        models.images[-1]: (plan.bayes.images, ("box",)),
        models.notes: (plan.bayes.notes, ("box", "gap", "band")),
    }
    results = {}
    for codec, (examples, kinds) in studies.items():
        name = codec.run.config.name
        _log.info("Naive Bayes on codemaps of %s", name)
        results[name] = kept.result(
            f"naive_bayes/{name}",
            {"run": identity(codec.run), "plan": asdict(plan.bayes), "kinds": kinds},
            partial(
                naive_bayes_study, codec, plan.bayes, examples=examples, kinds=kinds
            ),
        )
    return results


def _energy(models: Models, plan: Plan, kept: Kept) -> dict[str, Any]:
    run = models.notes.run
    rounds: dict[str, list[dict[str, Any]]] = {}
    todo = list(rounds_of(plan.energy))
    _log.info("Energy: %d small trainings", len(todo))
    with progress(len(todo), "energy") as advance:
        for variant, seed in todo:
            weighing = kept.result(
                f"energy/{variant.key}-{seed}",
                {"data": changed(run.config.data)}
                | source_of(variant, seed, plan.energy),
                partial(weigh_training, run.dataset, variant, seed, plan.energy),
            )
            rounds.setdefault(variant.key, []).append(weighing)
            advance(1)
    return weighed(rounds, plan.energy)


def edit_energy(out: Path) -> dict[str, Any]:
    """What `python -m edge_runtime energy --json` wrote into the report's folder.

    Float32 bundles of large models do not ship, so that this is no part of the report's
    own work.

    Args:
        out: Folder of the report.

    Returns:
        Content of `energy/edit.json`; nothing where it is not there.
    """
    path = out / EDITS_NAME
    if not path.exists():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _figures(
    models: Models, results: dict[str, Any], out: Path, kept: Kept
) -> dict[str, Any]:
    """What is worth saying under each figure."""
    identities = [identity(codec.run) for codec in models.all]
    captions = {}
    for name, draw in FIGURES.items():
        path = out / f"{name}.png"
        _log.info("Drawing %s", path)
        captions[name] = kept.result(
            f"figures/{name}",
            {"runs": identities, "out": str(out.resolve())}
            | {part: results[part] for part in PARTS_DRAWN.get(name, ())},
            partial(draw, models, results, path),
            files=[path],
        )
    return captions
