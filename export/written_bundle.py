"""A bundle written by a command, and a report of it for people or as JSON."""

import argparse
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.bundle_file import write_bundle


def add_output_options(parser: argparse.ArgumentParser, *, metavar: str) -> None:
    """Add `--output`, `--force` and `--json`.

    Args:
        parser: Of a command that writes a bundle.
        metavar: Name of the file in the help text.
    """
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar=metavar,
        help="bundle to write",
    )
    parser.add_argument(
        "--force", action="store_true", help="replace the output if it exists"
    )
    parser.add_argument(
        "--json", action="store_true", help="print the report as one JSON document"
    )


def write_with_report(
    options: argparse.Namespace,
    bundle: Bundle,
    measured: Mapping[str, Any],
    rows: Mapping[str, str],
) -> None:
    """Write a bundle and print what it is and what it cost.

    Args:
        options: What `add_output_options` has read.
        bundle: What to write.
        measured: Figures for the JSON document.
        rows: The same for people, a line each.

    Raises:
        UserError: If the file cannot be written.
    """
    from export.prior_bytes import prior_bytes  # reads TFLite: not for --help

    write_bundle(options.output, bundle, force=options.force)
    size, model = options.output.stat().st_size, len(bundle.flatbuffer)
    number_format, of_prior = bundle.metadata["number_format"], prior_bytes(bundle)
    if options.json:
        report = {
            "name": bundle.name,
            "number_format": number_format,
            "bundle_bytes": size,
            "flatbuffer_bytes": model,
            "prior_bytes": of_prior,
            **measured,
        }
        print(json.dumps(report, indent=2))
    else:
        rows = {
            "model": f"{bundle.name}, {number_format}",
            "bundle": f"{size} bytes ({model} of them the model; {of_prior} all that "
            "is of its prior)",
            **rows,
        }
        print("\n".join(f"{name:12} {value}" for name, value in rows.items()))
    logging.getLogger(__name__).info("Wrote %s", options.output)
