"""What `live` understands, and which of it goes together."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from edge_runtime.commands.edit_arguments import (
    add_json_option,
    add_model_option,
)
from edge_runtime.commands.numbers import port_number, positive_number, seed_number
from edge_runtime.commands.prior_arguments import (
    add_draw_arguments,
)
from edge_runtime.errors import UsageError
from edge_runtime.live.control import parse_band
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.live.streaming_inpainter import LIVE
from edge_runtime.phase.choice import PHASES

# Options that only make sense with another one: without it they are refused.
_ONLY = {
    "stream": ("with --mode stream", ("freeze", "lookahead")),
    "loop": ("with --mode loop", ("loop",)),
    "file": ("with --in and --out", ("realtime", "force", "json")),
    "card": ("on a sound card", ("device", "channels", "control_port")),
}


def add_live_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command understands."""
    add_model_option(parser)
    parser.add_argument(
        "--mode",
        choices=("stream", "loop"),
        default="stream",
        help="regenerate cells of what is played all the time, or record a loop and "
        "regenerate cells of it (default: %(default)s)",
    )
    _add_sound(
        parser.add_argument_group("sound: a card, or a file with --in and --out")
    )
    _add_rule(parser.add_argument_group("rule: what is regenerated"))
    add_json_option(parser)


def _add_sound(group: Any) -> None:
    group.add_argument("--device", metavar="NAME", help="sound card: name or number")
    group.add_argument(
        "--channels", type=int, choices=(1, 2), help="channels of the card (default: 1)"
    )
    group.add_argument("--in", dest="input", type=Path, help="sound to read")
    group.add_argument("--out", dest="output", type=Path, help="sound to write")
    group.add_argument("--force", action="store_true", help="replace files that exist")
    group.add_argument(
        "--realtime",
        action="store_true",
        help="play the file at the pace of a sound card and count what is late",
    )
    group.add_argument(
        "--block",
        type=positive_number,
        default=256,
        metavar="SAMPLES",
        help="samples per block, at the model's rate (default: %(default)s)",
    )
    group.add_argument(
        "--buffer",
        type=positive_number,
        default=2,
        metavar="BLOCKS",
        help="blocks of time that the work may take (default: %(default)s)",
    )
    group.add_argument(
        "--control-port",
        type=port_number,
        metavar="PORT",
        help="take commands such as 'density 0.3' by UDP from this machine",
    )


def _add_rule(group: Any) -> None:
    group.add_argument(
        "--density", type=float, default=0.5, help="share of cells (default: 0.5)"
    )
    group.add_argument(
        "--band", metavar="LOW:HIGH", default="all", help="in Hz, e.g. 200:2000"
    )
    group.add_argument(
        "--wet", type=float, default=1.0, help="share of the effect (default: 1)"
    )
    add_draw_arguments(group, predict=str(LIVE.predict))
    group.add_argument(
        "--phase",
        choices=PHASES,
        help="phase of what is regenerated (default: original in stream mode, "
        "continued in loop mode)",
    )
    group.add_argument("--seed", type=seed_number, default=0, help="(default: 0)")
    group.add_argument("--freeze", action="store_true", help="hold the first moment")
    group.add_argument(
        "--lookahead",
        type=seed_number,
        metavar="CELLS",
        help="cells that a cell waits for: fewer shorten the delay and change its "
        "codes a little (default: all that the model looks at)",
    )
    group.add_argument(
        "--loop",
        type=float,
        metavar="SECONDS",
        help="record so much at once, and play a new version in each pass",
    )


def check_arguments(arguments: argparse.Namespace) -> None:
    """Refuse options that would do nothing.

    Raises:
        UsageError: If there are any.
    """
    if (arguments.input is None) != (arguments.output is None):
        raise UsageError("--in and --out belong together: give both or neither.")
    source = "card" if arguments.input is None else "file"
    for needed, (where, options) in _ONLY.items():
        given = [o for o in options if getattr(arguments, o) not in (None, False)]
        if given and needed not in (arguments.mode, source):
            flag = given[0].replace("_", "-")
            raise UsageError(f"--{flag} does something only {where}. Leave it out.")
    if source == "file" and arguments.mode == "loop" and arguments.loop is None:
        raise UsageError("A loop from a file needs its length: --loop SECONDS.")


def read_parameters(
    arguments: argparse.Namespace, default_prior: str
) -> LiveParameters:
    """What the player starts from.

    Args:
        arguments: Parsed arguments.
        default_prior: The prior that is taken unless told.

    Raises:
        UsageError: If a number is out of range.
    """
    low_hz, high_hz = parse_band(arguments.band)
    return LiveParameters(
        density=arguments.density,
        low_hz=low_hz,
        high_hz=high_hz,
        prior=arguments.prior or default_prior,
        freeze=arguments.freeze,
        wet=arguments.wet,
        seed=arguments.seed,
    )
