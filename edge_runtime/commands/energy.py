"""`energy`: joules per edit and per second of sound, model against model."""

from __future__ import annotations

import argparse
import json
import math
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from edge_runtime.audio.audio_file import write_audio
from edge_runtime.bench.bar_chart import Bar, bar_chart_svg
from edge_runtime.bench.edit_energy import EditEnergy, edit_energies, run_rounds
from edge_runtime.bench.meter_log import MeterLog, read_meter_log
from edge_runtime.bench.task import SECONDS, edit_note, note
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.shipped import (
    number_format_paths,
    path_of_model,
)
from edge_runtime.commands.edit_arguments import add_json_option
from edge_runtime.commands.engine_option import add_engine_option
from edge_runtime.commands.numbers import positive_number, positive_seconds
from edge_runtime.energy.cpu_time import CorePower, CpuTimeMeter
from edge_runtime.energy.machine import machine_meter
from edge_runtime.energy.meter import Meter
from edge_runtime.engines.load import load_engine
from edge_runtime.errors import UsageError, UserError
from edge_runtime.output_file import check_output, output_file

HELP = "compare the energy of models"


@dataclass(frozen=True)
class _Method:
    """How the joules came about."""

    method: str
    measures: str
    uncertainty: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command understands."""
    parser.add_argument(
        "models",
        type=Path,
        nargs="*",
        metavar="X.tflite",
        help="bundles to compare (default: nsynth_light in int8 and in float32)",
    )
    add_engine_option(parser)
    parser.add_argument(
        "--rounds",
        type=positive_number,
        default=3,
        metavar="N",
        help="rounds of an idle block and one block per model (default: %(default)s)",
    )
    parser.add_argument(
        "--block",
        type=positive_seconds,
        default=5.0,
        metavar="S",
        help="least length of a block, in s (default: %(default)s)",
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--log",
        type=Path,
        metavar="X.csv",
        help="log of an external meter running meanwhile: Unix time in s, power in W",
    )
    source.add_argument(
        "--core-power",
        type=positive_seconds,
        metavar="W",
        help="estimate from CPU time with this power per busy core (default: the best "
        "sensor of this machine, else an estimate with a published figure)",
    )
    parser.add_argument(
        "--plot", type=Path, metavar="X.svg", help="also draw the comparison"
    )
    parser.add_argument("--force", action="store_true", help="replace files that exist")
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print one row per model."""
    plot: Path | None = arguments.plot
    if plot is not None:
        if plot.suffix != ".svg":
            raise UsageError(f"--plot must end in .svg: {plot}.")
        check_output(plot, force=arguments.force)
    named = [path_of_model(model) for model in arguments.models]
    paths = list(dict.fromkeys(named or number_format_paths()))
    bundles = [read_bundle(path) for path in paths]
    make_meter = _meter_maker(arguments.core_power)
    with tempfile.TemporaryDirectory() as folder:
        edits = [
            _edit(bundle, arguments.engine, Path(folder) / str(number))
            for number, bundle in enumerate(bundles)
        ]
        rounds = run_rounds(
            edits, make_meter, rounds=arguments.rounds, block_s=arguments.block
        )
    log = None if arguments.log is None else read_meter_log(arguments.log)
    energies = edit_energies(rounds, log)
    method = _method(make_meter, log)
    if plot is not None:
        _draw(plot, bundles, energies, method, force=arguments.force)
    if arguments.json:
        rows = [
            {
                "model": str(path),
                "name": bundle.name,
                "number_format": bundle.metadata["number_format"],
                **{k: _number(v) for k, v in asdict(energy).items()},
                "sound_second_j": _number(energy.edit_j / SECONDS),
            }
            for path, bundle, energy in zip(paths, bundles, energies, strict=True)
        ]
        print(json.dumps({**asdict(method), "results": rows}, indent=2))
    else:
        print("\n".join(_lines(bundles, energies, method)))
    return 0


def _edit(bundle: Bundle, engine: str, folder: Path) -> Callable[[], object]:
    """Function that edits the note with a bundle."""
    folder.mkdir()
    source = folder / "note.wav"
    write_audio(source, note(bundle.settings.sample_rate))
    running = load_engine(bundle, engine)
    return partial(edit_note, bundle, running, source, folder / "edited.wav")


def _meter_maker(core_power_w: float | None) -> Callable[[], Meter]:
    if core_power_w is None:
        return machine_meter
    watts, year = core_power_w, time.gmtime().tm_year
    core = CorePower(watts, watts, watts, "stated with --core-power", year)
    return partial(CpuTimeMeter, core)


def _method(make_meter: Callable[[], Meter], log: MeterLog | None) -> _Method:
    if log is not None:
        return _Method(
            method=f"measured:log-{log.path.name}",
            measures="whatever the external meter is plugged into",
            uncertainty="that of the meter and of its clock",
        )
    meter = make_meter()
    domains = meter.domains()
    meter.close()
    return _Method(
        method=" + ".join(dict.fromkeys(domain.method for domain in domains)),
        measures="; ".join(dict.fromkeys(domain.measures for domain in domains)),
        uncertainty="; ".join(dict.fromkeys(domain.uncertainty for domain in domains)),
    )


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return None if math.isnan(value) else value


def _names(bundles: list[Bundle]) -> list[str]:
    return [f"{bundle.name}, {bundle.metadata['number_format']}" for bundle in bundles]


def _lines(
    bundles: list[Bundle], energies: list[EditEnergy], method: _Method
) -> list[str]:
    """The report for people."""
    lines = [
        f"{'model':32}{'J per edit':>12}{'lowest':>9}{'highest':>9}"
        f"{'J per s':>9}{'ms':>8}{'idle W':>8}{'edits':>7}"
    ]
    for name, energy in zip(_names(bundles), energies, strict=True):
        lines.append(
            f"{name:32}{energy.edit_j:12.3f}{energy.lowest_j:9.3f}"
            f"{energy.highest_j:9.3f}{energy.edit_j / SECONDS:9.4f}"
            f"{1000 * energy.edit_s:8.0f}{energy.idle_w:8.2f}{energy.edits:7}"
        )
    return [
        *lines,
        f"An edit regenerates 1 s of a {SECONDS:g} s note, file to file; J per s is "
        "per second of sound. The idle power is subtracted.",
        f"method: {method.method}",
        f"measures: {method.measures}",
        f"uncertainty: {method.uncertainty}; lowest and highest are rounds",
    ]


def _draw(
    path: Path,
    bundles: list[Bundle],
    energies: list[EditEnergy],
    method: _Method,
    *,
    force: bool,
) -> None:
    bars = [
        Bar(
            name,
            energy.edit_j,
            energy.lowest_j,
            energy.highest_j,
            f"{energy.edit_j:.3g} J",
        )
        for name, energy in zip(_names(bundles), energies, strict=True)
        if not math.isnan(energy.edit_j)
    ]
    if not bars:
        raise UserError(f"No energy could be had, so there is nothing to draw: {path}.")
    drawing = bar_chart_svg(
        bars,
        title=f"Energy of editing a {SECONDS:g} s note",
        footnote=f"{method.method}; idle power subtracted; whiskers: rounds",
    )
    with output_file(path, force=force) as temporary:
        temporary.write_text(drawing, encoding="utf-8")
