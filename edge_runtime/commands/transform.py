"""`transform`: a codemap effect on a sound or a region of it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from edge_runtime.audio.audio_file import read_audio
from edge_runtime.commands.edit_arguments import (
    add_region_arguments,
    add_sound_arguments,
    read_inputs,
    read_region,
)
from edge_runtime.commands.edit_result import write_edit
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.edit.transform import transform_sound
from edge_runtime.effects.arguments import Argument, Choice
from edge_runtime.effects.table import ARGUMENTS, EFFECTS, EffectCall
from edge_runtime.engines.load import load_engine
from edge_runtime.errors import UsageError

HELP = "apply an effect to the codes of a sound"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command understands."""
    add_sound_arguments(parser, phase="continued")
    add_region_arguments(parser)
    parser.add_argument(
        "--effect", choices=sorted(EFFECTS), required=True, help="what to do"
    )
    for argument in ARGUMENTS:
        kind: dict[str, Any] = {"type": float, "metavar": "NUMBER"}
        if isinstance(argument, Choice):
            kind = {"choices": argument.choices}
        parser.add_argument(
            f"--{argument.name}",
            help=f"{argument.help}{_only(argument)} (default: {argument.default})",
            **kind,
        )
    mixing = [name for name, effect in EFFECTS.items() if effect.needs_second]
    parser.add_argument(
        "--with",
        dest="second",
        type=Path,
        metavar="SOUND",
        help=f"second sound, for {', '.join(mixing)}",
    )


def _only(argument: Argument) -> str:
    """Which effects have an argument, if not all."""
    having = [name for name, each in EFFECTS.items() if argument in each.arguments]
    return "" if len(having) == len(EFFECTS) else f"; {', '.join(having)} only"


def run(arguments: argparse.Namespace) -> int:
    """Transform and print the box that has changed."""
    call = _read_call(arguments)
    inputs = read_inputs(arguments)
    region = read_region(arguments, inputs)
    with inputs.times.stage("read"):
        second = None if arguments.second is None else read_audio(arguments.second)
    with inputs.times.stage("load"):
        engine = load_engine(inputs.bundle, arguments.engine)
        inpainter = Inpainter(inputs.bundle, engine=engine)
    edit = transform_sound(
        inpainter,
        inputs.audio_file,
        region,
        call,
        phase=arguments.phase,
        second=second,
        snap=arguments.snap,
        above=not arguments.keep_above,
        texture=arguments.texture,
    )
    write_edit(
        arguments, inputs, edit, effect=call.name, **call.values, engine=engine.name
    )
    return 0


def _read_call(arguments: argparse.Namespace) -> EffectCall:
    """The effect asked for; refuse what it would ignore, ask for what it needs."""
    told = {part.name: getattr(arguments, part.name) for part in ARGUMENTS}
    told = {name: value for name, value in told.items() if value is not None}
    call = EffectCall(arguments.effect, told, arguments.seed)
    if call.effect.needs_second and arguments.second is None:
        raise UsageError(f"Effect {call.name} needs a second sound: --with.")
    if arguments.second is not None and not call.effect.needs_second:
        raise UsageError(f"Effect {call.name} takes no second sound (--with).")
    return call
