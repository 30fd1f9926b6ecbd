"""A report as two files: figures as JSON, and beside them a page with the table."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from edge_runtime.commands.program import Parser
from edge_runtime.errors import UsageError
from edge_runtime.output_file import check_output, output_file


def add_report_options(parser: argparse.ArgumentParser) -> None:
    """Add `--out` and `--force`, as `check_report` and `write_report` take them.

    Args:
        parser: Of a command that writes a report.
    """
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE.json",
        help="write the figures there, and the table beside it, as FILE.md",
    )
    parser.add_argument(
        "--force", action="store_true", help="replace what lies at --out"
    )


def run_parser(program: str, about: str) -> argparse.ArgumentParser:
    """The parser of a command that measures one run, or one preset.

    Args:
        program: Its module.
        about: Its docstring, of which the first line is shown.
    """
    parser = Parser(prog=f"python -m {program}", description=about.partition("\n")[0])
    parser.add_argument(
        "run", metavar="RUN_OR_PRESET", help="folder of a run, or a preset"
    )
    add_report_options(parser)
    return parser


def check_report(path: Path, *, force: bool) -> None:
    """Refuse the path of a report before any long work starts.

    Args:
        path: File of the figures, `.json`.
        force: Whether existing files may be replaced.

    Raises:
        UsageError: If it is no `.json`, or one of the two files exists.
        UserError: If the folder is missing or cannot be written.
    """
    if path.suffix != ".json":
        raise UsageError(f"--out must end in .json. Received: {path}.")
    for file in (path, path.with_suffix(".md")):
        check_output(file, force=force)


def write_report(report: dict[str, Any], table: str, about: str, path: Path) -> None:
    """Write both files.

    Args:
        report: Plain values, with a `name`.
        table: The same as lines of text.
        about: What was measured and how, for people.
        path: File of the figures, `.json`; what is there is replaced.
    """
    page = f"# Figures of `{report['name']}`\n\n{about}\n\n```\n{table}\n```\n"
    texts = {path: json.dumps(report, indent=2) + "\n", path.with_suffix(".md"): page}
    for file, text in texts.items():
        with output_file(file, force=True) as temporary:
            temporary.write_text(text, encoding="utf-8")
