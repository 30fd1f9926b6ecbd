"""What training costs: which meters exist here, and the energy of runs."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from edge_runtime.commands.program import Parser
from edge_runtime.output_file import check_output
from vqkeras.command import run_command
from vqkeras.energy.doctor import diagnosis, diagnosis_text
from vqkeras.energy.report import run_rows, table_text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(_run, arguments)


def _run(given: list[str]) -> None:
    options = _parser().parse_args(given)
    options.run(options)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m vqkeras.energy", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    doctor = commands.add_parser(
        "doctor",
        help="list the meters, and why some are not available",
        description="List the meters, why some are not available here, what a training "
        "counts, and the constants with their sources.",
    )
    doctor.set_defaults(run=_doctor)
    report = commands.add_parser(
        "report",
        help="compare the energy of runs",
        description="Print a table of the runs' energy and emissions, with methods, "
        "gaps, sources, and what makes totals differ.",
    )
    report.add_argument(
        "runs", type=Path, nargs="+", metavar="RUN", help="folder of a run"
    )
    report.add_argument(
        "--plot",
        type=Path,
        metavar="X.png",
        help="also draw power and emissions over time into this file",
    )
    report.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="also write the table, the numbers and the plot as a report",
    )
    report.add_argument("--force", action="store_true", help="replace files that exist")
    report.set_defaults(run=_report)
    for command in (doctor, report):
        command.add_argument(
            "--json", action="store_true", help="print one JSON document"
        )
    return parser


def _doctor(options: argparse.Namespace) -> None:
    document = diagnosis()
    if options.json:
        print(json.dumps(document, indent=2))
    else:
        print(diagnosis_text(document))


def _report(options: argparse.Namespace) -> None:
    if options.plot is not None:
        check_output(options.plot, force=options.force)
    rows = run_rows(options.runs)
    if options.plot is not None:
        from vqkeras.energy.plot import energy_figure, save_figure

        labels = [f"{row['run']} ({row['method']})" for row in rows]
        figure = energy_figure(options.runs, labels)
        save_figure(figure, options.plot, force=options.force)
    if options.out is not None:
        from vqkeras.energy.report_folder import write_report

        write_report(options.runs, options.out, force=options.force)
    if options.json:
        print(json.dumps(rows, indent=2))
    else:
        print(table_text(rows))


if __name__ == "__main__":
    sys.exit(main())
