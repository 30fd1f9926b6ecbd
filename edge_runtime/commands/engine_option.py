"""The option `--engine`: which engine runs the model."""

from __future__ import annotations

import argparse

from edge_runtime.engines.load import ENGINES


def add_engine_option(parser: argparse.ArgumentParser) -> None:
    """Add the choice of an engine."""
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        default="auto",
        help="what runs the model; auto takes LiteRT if it is installed, else numpy "
        "(default: %(default)s)",
    )
