"""`vqkeras-train own SOUNDS -o X.tflite`: a preset learns one's own sounds.

Checks the folder, says what it will cost, goes on from a preset's weights, measures
both on files that were held back, and exports the result. An interrupted call goes on
where it stopped when it is given again.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from edge_runtime.commands.numbers import positive_seconds, seed_number
from edge_runtime.commands.program import Parser, called_as
from edge_runtime.energy.cpu_time import core_power_here
from edge_runtime.errors import UsageError, UserError
from edge_runtime.output_file import check_output
from export.own.sounds import LITTLE_S, OwnSounds, look_at
from vqkeras.command import run_command
from vqkeras.config import Config
from vqkeras.config_file import parse_arguments
from vqkeras.fine_tuning import MINUTES, with_preset
from vqkeras.model.preset_folder import PresetFolder
from vqkeras.model.preset_place import place_of

_log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    check_output(options.output, force=options.force)
    sounds = look_at(options.sounds)
    config = own_config(options)
    if config.spectrogram is None:
        raise UsageError(
            f"{options.from_preset} sees images. Choose a preset of sound."
        )
    run_dir = options.run_dir or Path("runs") / config.name
    _announce(sounds, config, run_dir)
    # Keras draws its progress on stdout, which is for results.
    with contextlib.redirect_stdout(sys.stderr):
        report = make_own(config, run_dir, options.output, force=options.force)
    print(json.dumps(report, indent=2) if options.json else _table(report))


def own_config(options: argparse.Namespace) -> Config:
    """Config of the training that the options ask for."""
    from jsonargparse import ArgumentParser

    given = {
        "--from_preset": options.from_preset,
        "--name": options.output.stem,
        "--data.name": "folder",
        "--data.dir": options.sounds,
        "--training.minutes": options.minutes,
        "--training.seed": options.seed,
    }
    arguments = [f"{name}={value}" for name, value in given.items()]
    with with_preset(arguments) as whole:
        return parse_arguments(ArgumentParser(exit_on_error=False), whole)[1]


def _announce(sounds: OwnSounds, config: Config, run_dir: Path) -> None:
    """Say what there is and what it will cost, before it does."""
    minutes = config.training.minutes or 0.0
    cores, power = os.cpu_count() or 1, core_power_here()
    low, usual, high = (
        minutes / 60.0 * cores * watts
        for watts in (power.low_w, power.watts, power.high_w)
    )
    _log.info("%d files, %.0f s of sound.", sounds.num_files, sounds.seconds)
    if sounds.seconds < LITTLE_S:
        _log.info("That is little: a minute or more teaches better.")
    _log.info(
        "Learning takes %.0f min on %d cores and about %.1f Wh (%.1f to %.1f, %s, %d); "
        "measuring and exporting come on top.",
        *(minutes, cores, usual, low, high, power.source, power.year),
    )
    if (run_dir / "config.yaml").is_file():
        _log.info("Going on in %s.", run_dir)


def make_own(
    config: Config, run_dir: Path, output: Path, *, force: bool
) -> dict[str, Any]:
    """Train, measure and export.

    Args:
        config: From a preset, on a folder of sounds.
        run_dir: Folder of the run; one that lies there goes on.
        output: Bundle to write.
        force: Whether it may be replaced.

    Returns:
        Plain values: `preset` and `own`, the `Figures` of both on held-back files;
        `held_back`, how many segments that were; `energy_wh` and `energy_method`;
        `export`, the report of the export; `output` and `name_of_preset`.

    Raises:
        UserError: If any of it cannot be done.
    """
    from vqkeras.run import load_run
    from vqkeras.train import train

    resume = (run_dir / "config.yaml").is_file()
    _log.info("1/3 Learning from %s ...", config.data.dir)
    train(config, run_dir, resume=resume, verbose=1 if sys.stderr.isatty() else 2)
    from export.own.figures import figures_of

    run = load_run(run_dir)
    held_back = run.dataset.test
    _log.info("2/3 Measuring on %d segments that were held back ...", len(held_back))
    preset = PresetFolder(place_of(str(config.from_preset)))
    settings = run.settings
    report = {
        "name_of_preset": preset.name,
        "preset": asdict(figures_of(preset.load(), held_back, settings)),
        "own": asdict(figures_of(run.model, held_back, settings)),
        "held_back": len(held_back),
    }
    energy = json.loads((run_dir / "energy.json").read_text(encoding="utf-8"))
    _log.info("3/3 Exporting to int8 ...")
    return {
        **report,
        "energy_wh": energy["energy_wh"],
        "energy_method": energy["method"],
        "export": _exported(run_dir, output, force=force),
        "output": str(output),
    }


def _exported(run_dir: Path, output: Path, *, force: bool) -> dict[str, Any]:
    """Export in a process of its own: TensorFlow's converter keeps its memory."""
    command = [sys.executable, "-m", "export", str(run_dir), "-o", str(output)]
    command += ["--json", *(["--force"] if force else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise UserError(
            f"The export failed; the training is kept. Try: {' '.join(command[1:])}"
        )
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _table(report: dict[str, Any]) -> str:
    """The report for people."""
    own, preset, export = report["own"], report["preset"], report["export"]
    rows = [
        ("", report["name_of_preset"], "own"),
        ("nmse", f"{preset['nmse']:.4f}", f"{own['nmse']:.4f}"),
        ("lsd", f"{preset['lsd_db']:.2f} dB", f"{own['lsd_db']:.2f} dB"),
        (
            "codewords in use",
            f"{preset['codebook_usage']:.0%}",
            f"{own['codebook_usage']:.0%}",
        ),
    ]
    energy = report["energy_wh"]
    cost = "unknown" if energy is None else f"{energy:.2f} Wh"
    model = report["output"]
    return "\n".join(
        [
            *(f"{name:18}{one:>12}{other:>12}" for name, one, other in rows),
            f"on {report['held_back']} segments of files that neither learned from",
            f"int8: {export['equal_codes']:.1%} equal codes, nmse "
            f"{export['nmse_exported']:.4f}, {export['bundle_bytes']} bytes",
            f"energy: {cost} ({report['energy_method']})",
            f"wrote {model}. Open it: vqkeras-edge serve --model {model}",
        ]
    )


def _parser() -> argparse.ArgumentParser:
    program = called_as("export.own", "vqkeras-train")
    parser = Parser(
        prog=f"{program} own" if program == "vqkeras-train" else program,
        description="Teach a preset your own sounds, and export the result: from a "
        "folder of sounds to a file for the page.",
    )
    parser.add_argument(
        "sounds",
        type=Path,
        help="folder of audio files, three or more, also in folders below",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="X.tflite",
        help="bundle to write",
    )
    parser.add_argument(
        "--from_preset",
        default="general",
        metavar="NAME",
        help="preset to go on from: a name, a folder or hf://user/repo "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--minutes",
        type=positive_seconds,
        default=MINUTES,
        help="how long it learns (default: %(default)g)",
    )
    parser.add_argument(
        "--run_dir",
        type=Path,
        metavar="DIR",
        help="folder of the training (default: runs/ and the output's name)",
    )
    parser.add_argument(
        "--seed", type=seed_number, default=0, help="of the training (default: 0)"
    )
    parser.add_argument(
        "--force", action="store_true", help="replace the output if it exists"
    )
    parser.add_argument(
        "--json", action="store_true", help="print the report as one JSON document"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
