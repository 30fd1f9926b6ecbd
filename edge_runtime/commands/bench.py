"""`bench`: speed, latency, cold start and memory on this machine."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from edge_runtime.bench.comparison import Result, compare
from edge_runtime.bench.edit_process import Setup
from edge_runtime.bench.latency import latency_of
from edge_runtime.bench.task import END_S, SECONDS, START_S
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.shipped import (
    number_format_paths,
    path_of_model,
)
from edge_runtime.commands.edit_arguments import add_json_option
from edge_runtime.commands.numbers import positive_number
from edge_runtime.engines.first_run import check_first_run
from edge_runtime.engines.load import load_engine
from edge_runtime.errors import MissingDependencyError, UsageError

HELP = "measure speed, latency and memory"
_ENGINES = ("litert", "numpy")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command understands."""
    parser.add_argument(
        "models",
        type=Path,
        nargs="*",
        metavar="X.tflite",
        help="bundles to compare, of one sample rate, such as float32 and int8 "
        "(default: nsynth_light in both)",
    )
    parser.add_argument(
        "--engine",
        choices=_ENGINES,
        help="measure this engine alone (default: all that are installed)",
    )
    parser.add_argument(
        "--threads",
        type=positive_number,
        nargs="+",
        default=[1, 2],
        metavar="N",
        help="numbers of threads (default: 1 2)",
    )
    parser.add_argument(
        "--runs",
        type=positive_number,
        default=10,
        metavar="N",
        help="edits per way of running a model; medians are shown "
        "(default: %(default)s)",
    )
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print one row per model, engine and number of threads."""
    models: list[Path] = arguments.models
    named = [path_of_model(model) for model in models]
    paths = named or list(number_format_paths())
    bundles = {path: read_bundle(path) for path in paths}
    for path in paths:
        check_first_run(path, arguments.engine or "auto")
    rates = {bundle.settings.sample_rate for bundle in bundles.values()}
    if len(rates) > 1:
        raise UsageError(
            "Compare models of one sample rate. Received: "
            + ", ".join(f"{rate} Hz" for rate in sorted(rates))
        )
    setups = [
        Setup(path, str(bundle.metadata["number_format"]), engine, threads)
        for path, bundle in bundles.items()
        for engine in _usable_engines(bundle, arguments.engine)
        for threads in dict.fromkeys(arguments.threads)
    ]
    results = compare(setups, rates.pop(), runs=arguments.runs)
    if arguments.json:
        print(json.dumps(_report(bundles, results, arguments.runs), indent=2))
    else:
        print("\n".join(_lines(bundles, results, arguments.runs)))
    return 0


def _usable_engines(bundle: Bundle, wanted: str | None) -> list[str]:
    """Engines that run a model here; a broken one is an error, a missing one is not."""
    usable = []
    for engine in (wanted,) if wanted else _ENGINES:
        try:
            load_engine(bundle, engine)
        except MissingDependencyError as error:
            if wanted is not None:
                raise
            print(f"not measured: litert. {error}", file=sys.stderr)
        else:
            usable.append(engine)
    return usable


def _report(
    bundles: dict[Path, Bundle], results: list[Result], runs: int
) -> dict[str, Any]:
    return {
        "sound_s": SECONDS,
        "edited_s": [START_S, END_S],
        "runs": runs,
        "latency": {str(p): asdict(latency_of(b)) for p, b in bundles.items()},
        "results": [_row(result) for result in results],
    }


def _row(result: Result) -> dict[str, Any]:
    row = asdict(result)
    setup = row.pop("setup")
    return {**setup, "model": str(result.setup.model), **row}


def _lines(bundles: dict[Path, Bundle], results: list[Result], runs: int) -> list[str]:
    """The report for people."""
    lines = [
        f"{END_S - START_S:g} s of a {SECONDS:g} s note, file to file, "
        f"medians of {runs} edits in turns",
        "speed: s of sound per s of one core; cold start: program start to first file",
        "",
        f"{'format':9}{'engine':8}{'threads':>8}{'speed':>8}{'edit ms':>9}"
        f"{'cold s':>8}{'MB':>6}  model",
    ]
    for result in results:
        setup = result.setup
        lines.append(
            f"{setup.number_format:9}{setup.engine:8}{setup.threads:8}"
            f"{result.speed:8.1f}{result.edit_ms:9.1f}{result.cold_start_s:8.2f}"
            f"{result.peak_memory_mb:6.0f}  {setup.model.name}"
        )
    lines += ["", f"{'stage, ms':22}" + "".join(f"{s:>10}" for s in _stages(results))]
    for result in results:
        setup = result.setup
        name = f"{setup.number_format} {setup.engine} {setup.threads}"
        cells = (f"{result.stages_ms[stage]:10.2f}" for stage in _stages(results))
        lines.append(f"{name:22}" + "".join(cells))
    lines.append("")
    for path, bundle in bundles.items():
        latency = latency_of(bundle)
        lines.append(
            f"latency of {path.name}: {latency.buffering_ms:.0f} ms buffering, "
            f"{latency.algorithmic_ms:.0f} ms of look-ahead"
        )
    return lines


def _stages(results: list[Result]) -> list[str]:
    return list(results[0].stages_ms)
