"""`python -m vqkeras.presets [NAME]`: the presets, or one of them."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge_runtime.commands.program import Parser
from vqkeras.command import run_command
from vqkeras.model.preset_place import place_of
from vqkeras.presets.table import presets

# Of the metadata, what a line can say.
_TOLD = (
    "num_parameters",
    "data",
    "num_examples",
    "seed",
    "epochs",
    "minutes",
    "weights",
    "machine",
    "energy_wh",
    "emissions_g",
    "energy_method",
    "versions",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    if options.name is None:
        rows = presets()
        as_json = json.dumps([dataclasses.asdict(row) for row in rows], indent=2)
        print(as_json if options.json else rows)
    else:
        report = _report(place_of(options.name))
        lines = (f"{name}: {value}" for name, value in report.items())
        print(json.dumps(report, indent=2) if options.json else "\n".join(lines))


def _report(folder: Path) -> dict[str, Any]:
    """What one preset is; all its files are checked."""
    # It needs packages of training, which the table does not.
    from vqkeras.model.preset_folder import PresetFolder

    preset = PresetFolder(folder)
    preset.check()
    metadata, settings = preset.metadata, preset.spectrogram
    return {
        "name": preset.name,
        "folder": str(preset.folder),
        "files": f"{len(metadata['sha256'])}, all with their checksums",
        "sound": settings and dataclasses.asdict(settings),
        "model": dataclasses.asdict(preset.model_config),
        **{name: metadata[name] for name in _TOLD if name in metadata},
        **{name: metadata["credits"][name] for name in ("licence", "attribution")},
    }


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m vqkeras.presets",
        description="The trained models that come with the package.",
    )
    parser.add_argument(
        "name",
        nargs="?",
        help="a preset to look at and check: a name, a folder or hf://user/repo",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser


if __name__ == "__main__":
    sys.exit(main())
