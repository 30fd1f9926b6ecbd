"""`vqkeras-train own SOUNDS -o X.tflite`: a preset learns one's own sounds.

Checks the folder, says what it will cost, goes on from the weights of a preset's codec
and prior, measures both on files that were held back, and exports the result. An
interrupted call goes on where it stopped when it is given again.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from edge_runtime.commands.numbers import positive_seconds, seed_number
from edge_runtime.commands.program import Parser, called_as
from edge_runtime.energy.cpu_time import core_power_here
from edge_runtime.output_file import check_output
from export.own.learned import Learned
from export.own.plan import Plan, own_plan
from export.own.sounds import LITTLE_S, OwnSounds, look_at
from vqkeras.fine_tuning import MINUTES
from vqkeras.model.preset_place import place_of

_log = logging.getLogger(__name__)


def own_sounds(arguments: list[str]) -> None:
    """Teach a preset what a command line names, and export it.

    Raises:
        UserError: If the command line is wrong, or any of it cannot be done.
    """
    options = _parser().parse_args(arguments)
    check_output(options.output, force=options.force)
    sounds = look_at(options.sounds)
    plan = own_plan(
        options.sounds,
        from_preset=options.from_preset,
        name=options.output.stem,
        run_dir=options.run_dir or Path("runs") / options.output.stem,
        minutes=options.minutes,
        seed=options.seed,
    )
    _announce(sounds, plan)
    # Keras draws its progress on stdout, which is for results.
    with contextlib.redirect_stdout(sys.stderr):
        report = make_own(plan, options.output, force=options.force)
    print(json.dumps(report, indent=2) if options.json else _table(report))


def _announce(sounds: OwnSounds, plan: Plan) -> None:
    """Say what there is and what it will cost, before it does."""
    minutes = plan.minutes
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
    if (plan.codec_dir / "config.yaml").is_file():
        _log.info("Going on in %s.", plan.codec_dir)


def make_own(plan: Plan, output: Path, *, force: bool) -> dict[str, Any]:
    """Train, measure and export.

    Args:
        plan: What to train; what lies in its folders goes on.
        output: Bundle to write.
        force: Whether it may be replaced.

    Returns:
        Plain values: `preset` and `own`, the `Figures` of both on held-back files, each
        prior on the codes of its own codec; `bits_of_preset_prior`, what the codes of
        `own` cost the preset's; `held_back`, how many segments that were; `energy_wh`
        and `energy_method`; `export`, the report of the export; `output` and
        `name_of_preset`.

    Raises:
        UserError: If any of it cannot be done.
    """
    own = Learned(plan, verbose=1 if sys.stderr.isatty() else 2)
    _log.info("1/4 The codec learns from %s ...", plan.codec.data.dir)
    own.learn_codec()
    if plan.prior is not None:
        _log.info("2/4 The prior learns its codes ...")
        own.learn_prior()
    held_back = len(own.run.dataset.test)
    _log.info("3/4 Measuring on %d segments that were held back ...", held_back)
    report = {
        "preset": own.figures_of_preset(),
        "own": own.figures(),
        "bits_of_preset_prior": own.bits_of_preset_prior(),
    }
    _log.info("4/4 Exporting to int8 ...")
    return {
        "name_of_preset": place_of(str(plan.codec.from_preset)).name,
        **report,
        "held_back": held_back,
        **own.energy(),
        "export": own.export(output, force=force),
        "output": str(output),
    }


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
    if own["bits_per_code"] is not None:
        one, other = (f"{each['bits_per_code']:.2f} bits" for each in (preset, own))
        rows.append(("a hidden code", one, other))
    same_codes = []
    if (bits := report["bits_of_preset_prior"]) is not None:
        prior = f"the prior of {report['name_of_preset']}"
        same_codes = [f"a hidden code of own costs {prior} {bits:.2f} bits"]
    energy = report["energy_wh"]
    cost = "unknown" if energy is None else f"{energy:.2f} Wh"
    model = report["output"]
    return "\n".join(
        [
            *(f"{name:18}{one:>12}{other:>12}" for name, one, other in rows),
            *same_codes,
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
        help="folder of the codec's training, beside which the prior's lies "
        "(default: runs/ and the output's name)",
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
