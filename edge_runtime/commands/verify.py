"""`verify`: checksums of a bundle, and whether it still gives its golden outputs."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.signature import check_signature
from edge_runtime.commands.edit_arguments import (
    add_json_option,
    add_model_argument,
    model_path,
)
from edge_runtime.commands.engine_option import add_engine_option
from edge_runtime.engines.first_run import check_first_run
from edge_runtime.engines.golden import TOLERANCE, check_golden
from edge_runtime.engines.load import load_engine

HELP = "check a bundle on this machine"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command understands."""
    add_model_argument(parser)
    parser.add_argument(
        "--key",
        type=Path,
        metavar="FILE",
        help="also check the signature beside the bundle, with the public key of who "
        "made it",
    )
    add_engine_option(parser)
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Verify; 0 if the model does here what it did where it was made."""
    path = model_path(arguments)
    if arguments.key is not None:
        check_signature(path, arguments.key)
    bundle = read_bundle(path)
    check_first_run(path, arguments.engine)
    engine = load_engine(bundle, arguments.engine)
    check = check_golden(bundle, engine)
    if arguments.json:
        report = {
            "model": str(path),
            "engine": engine.name,
            "signed": None if arguments.key is None else True,
            "passed": check.passed,
            "tolerance": TOLERANCE,
        }
        print(json.dumps(report | asdict(check), indent=2))
    else:
        print(f"model: {bundle.name} ({path})")
        print(f"engine: {engine.name}")
        print("checksums: right")
        if arguments.key is not None:
            print(f"signature: right, of {arguments.key}")
        print(f"golden codes: {check.codes_equal} of {check.codes} equal")
        latents = check.latents_largest_difference
        decoded = check.decoded_largest_difference
        print(f"golden latents: largest relative difference {latents:.3g}")
        print(f"golden spectrogram: largest relative difference {decoded:.3g}")
        if check.logits_largest_difference is not None:
            logits = check.logits_largest_difference
            print(f"golden prior: largest relative difference {logits:.3g}")
        print("passed" if check.passed else f"FAILED (tolerance {TOLERANCE:g})")
    return 0 if check.passed else 1
