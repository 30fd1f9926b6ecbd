"""`transform`: a codemap effect on a sound or a region of it."""

from __future__ import annotations

import argparse
from pathlib import Path

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
from edge_runtime.effects.table import AXES, EFFECTS
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
    parser.add_argument(
        "--strength",
        type=share,
        default=0.5,
        metavar="SHARE",
        help="how much, from 0 (nothing) to 1 (default: %(default)s)",
    )
    parser.add_argument(
        "--axis", choices=AXES, help="along which shift and freeze run (default: time)"
    )
    parser.add_argument(
        "--with",
        dest="second",
        type=Path,
        metavar="SOUND",
        help="second sound, for mix and mix_channels",
    )


def share(text: str) -> float:
    """A number from 0 to 1."""
    value = float(text)
    if not 0.0 <= value <= 1.0:
        raise ValueError(text)
    return value


def run(arguments: argparse.Namespace) -> int:
    """Transform and print the box that has changed."""
    _check_options(arguments)
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
        arguments.effect,
        strength=arguments.strength,
        seed=arguments.seed,
        phase=arguments.phase,
        axis=arguments.axis or "time",
        second=second,
    )
    write_edit(
        arguments,
        inputs,
        edit,
        effect=arguments.effect,
        strength=arguments.strength,
        engine=engine.name,
    )
    return 0


def _check_options(arguments: argparse.Namespace) -> None:
    """Refuse options that the effect would ignore, and ask for what it needs."""
    effect = EFFECTS[arguments.effect]
    if effect.needs_second and arguments.second is None:
        raise UsageError(f"Effect {arguments.effect} needs a second sound: --with.")
    if arguments.second is not None and not effect.needs_second:
        raise UsageError(f"Effect {arguments.effect} takes no second sound (--with).")
    if arguments.axis is not None and not effect.has_axis:
        raise UsageError(f"Effect {arguments.effect} has no --axis.")
