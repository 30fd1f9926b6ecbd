"""`sign`: say who made a bundle, in a file beside it."""

from __future__ import annotations

import argparse
from pathlib import Path

from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.signature import make_key, sign, signature_path
from edge_runtime.output_file import check_output

HELP = "sign a bundle, so that others can check who made it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command understands."""
    parser.add_argument("model", type=Path, metavar="MODEL", help="bundle to sign")
    parser.add_argument(
        "--key",
        type=Path,
        required=True,
        metavar="FILE",
        help="private Ed25519 key in PEM; where there is none it is made, and its "
        "public half is written beside it, for those who check",
    )
    parser.add_argument(
        "--force", action="store_true", help="replace a signature that exists"
    )


def run(arguments: argparse.Namespace) -> int:
    """Sign a whole bundle."""
    read_bundle(arguments.model)  # what is damaged is not signed
    check_output(signature_path(arguments.model), force=arguments.force)
    if not arguments.key.exists():
        public = make_key(arguments.key)
        print(f"made {arguments.key}: keep it to yourself, and a copy of it")
        print(f"made {public}: give it to those who check")
    path = sign(arguments.model, arguments.key, force=arguments.force)
    print(f"wrote {path}")
    return 0
