"""What `live` understands, and which of it goes together."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from edge_runtime.commands.edit_arguments import (
    add_json_option,
    add_model_option,
    add_texture_option,
)
from edge_runtime.commands.numbers import port_number, positive_number, seed_number
from edge_runtime.commands.prior_arguments import (
    add_draw_arguments,
)
from edge_runtime.errors import UsageError
from edge_runtime.live.card_session import CardOptions
from edge_runtime.live.control import parse_band
from edge_runtime.live.midi_map import parse_map
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.live.presets import PRESETS, with_preset
from edge_runtime.live.streaming_inpainter import LIVE, STREAM_PRIOR
from edge_runtime.phase.choice import PHASES

# Options that only make sense with another one: without it they are refused.
_ONLY = {
    "stream": ("with --mode stream", ("freeze", "lookahead")),
    "loop": ("with --mode loop", ("loop",)),
    "file": ("with --in and --out", ("realtime", "force", "json")),
    "card": (
        "on a sound card",
        (
            *("device", "channels", "reconnect"),
            *("control_port", "osc", "midi", "midi_map"),
        ),
    ),
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
    _add_controls(
        parser.add_argument_group("controls: besides keys, while a card plays")
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
        help="samples per block, at the card's rate (default: %(default)s)",
    )
    group.add_argument(
        "--buffer",
        type=positive_number,
        default=2,
        metavar="BLOCKS",
        help="blocks of time that the work may take (default: %(default)s)",
    )
    group.add_argument(
        "--reconnect",
        action="store_true",
        help="wait for a card that is not there, or that was pulled out, and play on",
    )


def _add_controls(group: Any) -> None:
    group.add_argument(
        "--control-port",
        type=port_number,
        metavar="PORT",
        help="take commands such as 'density 0.3' by UDP from this machine",
    )
    group.add_argument(
        "--osc",
        type=udp_address,
        metavar="[ADDRESS:]PORT",
        help="take Open Sound Control such as '/density 0.3' by UDP from this machine, "
        "with 0.0.0.0: before the port from the whole network, e.g. a tablet",
    )
    group.add_argument(
        "--midi",
        nargs="?",
        const="",
        metavar="NAME",
        help="take MIDI from inputs whose name has this in it, or from all; wheel, "
        "volume and brightness set density, wet and temperature, the pedal freezes, or "
        "records a loop; 'learn density' gives what is moved next to density",
    )
    group.add_argument(
        "--midi-map",
        metavar="MAP",
        help="what else MIDI says, e.g. 'cc20=low,note60=preset wild'",
    )


def _add_rule(group: Any) -> None:
    group.add_argument(
        "--preset",
        choices=PRESETS,
        default=PRESETS[0],
        help="density, band and temperature together (default: %(default)s)",
    )
    group.add_argument(
        "--density", type=float, help="share of cells (default: the preset's, 0.5)"
    )
    group.add_argument(
        "--band", metavar="LOW:HIGH", help="in Hz, e.g. 200:2000, or all"
    )
    group.add_argument(
        "--wet", type=float, default=1.0, help="share of the effect (default: 1)"
    )
    add_texture_option(group)
    add_draw_arguments(
        group,
        predict=str(LIVE.predict),
        prior=f"{STREAM_PRIOR} in stream mode, in loop mode as for inpaint",
        temperature="the preset's, 1",
    )
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
        "codes a little (default: as many as keep the delay within 100 ms)",
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
    if arguments.midi_map and arguments.midi is None:
        raise UsageError("--midi-map does something only with --midi. Add it.")
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
    parameters = LiveParameters(
        prior=arguments.prior or default_prior,
        wet=arguments.wet,
        texture=arguments.texture,
        seed=arguments.seed,
    )
    parameters = with_preset(parameters, arguments.preset)
    given = {}
    if arguments.density is not None:
        given["density"] = arguments.density
    if arguments.temperature is not None:
        given["temperature"] = arguments.temperature
    if arguments.band is not None:
        given["low_hz"], given["high_hz"] = parse_band(arguments.band)
    return replace(parameters, freeze=arguments.freeze, **given)


def card_options(arguments: argparse.Namespace) -> CardOptions:
    """How a session on a card is played and controlled."""
    return CardOptions(
        device=arguments.device,
        channels=arguments.channels or 1,
        block=arguments.block,
        buffer=arguments.buffer,
        control_port=arguments.control_port,
        osc=arguments.osc,
        midi=arguments.midi,
        midi_map=parse_map(arguments.midi_map) if arguments.midi_map else {},
        reconnect=arguments.reconnect,
    )


def udp_address(text: str) -> tuple[str, int]:
    """Address and port, from `"9000"` or `"0.0.0.0:9000"`."""
    host, _, port = text.rpartition(":")
    return host or "127.0.0.1", port_number(port)
