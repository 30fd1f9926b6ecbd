"""`python -m export.zoo.preset_row`: a preset joins the zoo without any run.

It is exported to int8 anew, without its prior; its errors are those that
`vqkeras.evaluate` wrote. All other rows and the study stay as they are.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge_runtime.commands.program import Parser
from edge_runtime.errors import UserError
from export.finished_run import load_codec
from export.zoo.__main__ import add_folder, write_page
from vqkeras.command import run_command
from vqkeras.presets.preset import load_preset


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    preset = load_preset(options.preset)
    load_codec(preset.folder)  # refuses what cannot be exported
    content = _read(options.out / "zoo.json", "models", "notes")
    figures = _read(
        options.reports / f"{preset.config.name}.json", "nmse", "lsd_db", "baselines"
    )
    from export.zoo.models import preset_row

    join(content["models"], preset_row(preset, figures))
    write_page(content, options.out)
    print(options.out / "README.md")


def join(rows: list[dict[str, Any]], row: dict[str, Any]) -> None:
    """Put a row where the one of its name is, or else at the end.

    Args:
        rows: The table, changed in place.
        row: From `preset_row`.

    Example:

    >>> rows = [{"name": "a", "nmse": 1.0}, {"name": "b", "nmse": 1.0}]
    >>> join(rows, {"name": "a", "nmse": 0.5})
    >>> rows
    [{'name': 'a', 'nmse': 0.5}, {'name': 'b', 'nmse': 1.0}]
    """
    names = [each["name"] for each in rows]
    place = names.index(row["name"]) if row["name"] in names else len(rows)
    rows[place : place + 1] = [row]


def _read(path: Path, *fields: str) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"Cannot read {path}: {error.strerror}.") from error
    except ValueError as error:
        raise UserError(f"{path} is no JSON file.") from error
    there = content if isinstance(content, dict) else {}
    missing = [name for name in fields if name not in there]
    if missing:
        raise UserError(
            f"{path} has no {', '.join(missing)}. Make it again with this version."
        )
    return content


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m export.zoo.preset_row", description=__doc__.partition(": ")[2]
    )
    parser.add_argument("preset", help="name or folder of a preset of sound")
    folder = Path("report")
    add_folder(parser, "reports", folder / "evaluation", "figures, NAME.json")
    add_folder(parser, "out", folder / "zoo", "page and numbers")
    return parser


if __name__ == "__main__":
    sys.exit(main())
