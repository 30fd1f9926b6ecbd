"""`inpaint`: regenerate a region of a sound from what surrounds it."""

from __future__ import annotations

import argparse
from dataclasses import replace

from edge_runtime.audio.audio_file import read_audio
from edge_runtime.commands.edit_arguments import (
    add_region_arguments,
    add_sound_arguments,
    read_inputs,
    read_region,
)
from edge_runtime.commands.edit_result import write_edit
from edge_runtime.commands.prior_arguments import (
    add_prior_arguments,
    read_prior_choice,
)
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.engines.load import load_engine
from edge_runtime.errors import UsageError
from edge_runtime.priors.choice import make_prior

HELP = "regenerate a region of a sound"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command understands."""
    add_sound_arguments(parser, phase="continued")
    add_region_arguments(parser)
    add_prior_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Inpaint and print the box that was regenerated."""
    if arguments.time is None and arguments.freq is None:
        raise UsageError("Say what to regenerate: --time, --freq or both.")
    read_prior_choice(arguments)  # refuses what does nothing before any long work
    inputs = read_inputs(arguments)
    region = read_region(arguments, inputs)
    with inputs.times.stage("read"):
        other = arguments.like_sound and read_audio(arguments.like_sound)
    heard = other or inputs.audio_file
    choice = read_prior_choice(arguments, heard.duration).of_model(inputs.bundle)
    with inputs.times.stage("load"):
        engine = load_engine(inputs.bundle, arguments.engine)
        inpainter = Inpainter(inputs.bundle, engine=engine)
    if other is not None:
        choice = replace(choice, example=inpainter.codemap_of(other))
    prior = make_prior(inputs.bundle, engine, choice)
    edit = inpainter.inpaint(
        inputs.audio_file,
        region,
        prior=prior,
        phase=arguments.phase,
        seed=arguments.seed,
        snap=arguments.snap,
        above=not arguments.keep_above,
        texture=arguments.texture,
    )
    write_edit(arguments, inputs, edit, prior=choice.name, engine=engine.name)
    return 0
