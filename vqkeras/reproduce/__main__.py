"""`python -m vqkeras.reproduce`: the paper again, as one report."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from edge_runtime.commands.program import Parser
from vqkeras.command import run_command
from vqkeras.reproduce.plan import FULL, QUICK


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    plan = QUICK if options.quick else FULL
    from vqkeras.reproduce.report_maker import make_report, renew_shipped

    if options.shipped:
        print(renew_shipped(options.out))
        return

    # Keras draws its progress on stdout, which is for results.
    with contextlib.redirect_stdout(sys.stderr):
        report = make_report(
            options.out,
            plan=plan,
            runs=options.runs or Path("runs") / f"reproduce_{plan.name}",
            notes_run=options.nsynth_run,
            verbose=1 if sys.stderr.isatty() else 2,
        )
    print(report)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m vqkeras.reproduce",
        description="Make the paper's figures and numbers again, ours beside them: "
        "trains what is missing, keeps every finished part, and writes one report.",
    )
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        help="folder of the report; an earlier report in it is replaced",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a few training steps each, to see that it runs: minutes, not hours",
    )
    parser.add_argument(
        "--shipped",
        action="store_true",
        help="of a full report in --out, only what it says of the models that ship",
    )
    parser.add_argument(
        "--runs",
        type=Path,
        help="folder of the trained runs and finished parts, made or continued "
        "(default: runs/reproduce_full, with --quick runs/reproduce_quick)",
    )
    parser.add_argument(
        "--nsynth-run",
        type=Path,
        metavar="RUN",
        help="a finished run of notes, or where to make or continue that of "
        "configs/nsynth_small.yaml (default: one in --runs; with --quick of "
        "configs/synthetic_demo.yaml)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
