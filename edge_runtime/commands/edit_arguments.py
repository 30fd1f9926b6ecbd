"""Arguments that the commands on sound share, and the checks before any long work."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from edge_runtime.audio.audio_file import AudioFile, check_audio_output, read_audio
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.shipped import default_bundle_path, path_of_model
from edge_runtime.commands.engine_option import add_engine_option
from edge_runtime.commands.numbers import seed_number, share_number
from edge_runtime.engines.first_run import check_first_run
from edge_runtime.phase.choice import PHASES, check_phase
from edge_runtime.spectrogram.region import Region, check_heard, parse_region
from edge_runtime.stage_times import StageTimes


@dataclass(frozen=True, eq=False)
class Inputs:
    """What a command on sound works on.

    Attributes:
        bundle: The model.
        model: Where it came from.
        audio_file: The sound.
        times: Time spent so far.
    """

    bundle: Bundle
    model: Path
    audio_file: AudioFile
    times: StageTimes


def add_sound_arguments(parser: argparse.ArgumentParser, *, phase: str) -> None:
    """Add input, output, model, engine, phase, seed and the form of the result."""
    parser.add_argument(
        "input",
        type=Path,
        help="sound to read: WAV, FLAC, OGG, ...; - is standard input",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        help="sound to write; its name decides the format, - is WAV on standard output",
    )
    add_model_option(parser)
    add_engine_option(parser)
    parser.add_argument(
        "--phase",
        choices=PHASES,
        default=phase,
        help="phase of what is regenerated: that goes on from what surrounds it, that "
        "was there, that is found from a random start, or that a model of magnitude_if "
        "decodes (default: %(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=seed_number,
        default=0,
        help="seed of everything random (default: %(default)s)",
    )
    parser.add_argument("--force", action="store_true", help="replace files that exist")
    add_json_option(parser)


def add_region_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the box of an edit."""
    parser.add_argument(
        "--time", metavar="START:END", help="region in s, e.g. 0.5:1.2 (default: all)"
    )
    parser.add_argument(
        "--freq", metavar="LOW:HIGH", help="region in Hz, e.g. 200:2000 (default: all)"
    )
    parser.add_argument(
        "--snap",
        action="store_true",
        help="change all of each cell that the region touches, not the region alone",
    )
    parser.add_argument(
        "--keep-above",
        action="store_true",
        help="leave what lies above the model's band as it is; else it becomes louder "
        "and softer as the top octave of the model does, if the region reaches there",
    )
    add_texture_option(parser)


def add_texture_option(parser: argparse.ArgumentParser) -> None:
    """Add how much what is noise gets the texture of noise."""
    parser.add_argument(
        "--texture",
        type=share_number,
        default=1.0,
        metavar="SHARE",
        help="how much of noise's own texture the sound gets where the model says that "
        "it is noise, 0 to 1; models without a spread say nothing "
        "(default: %(default)s)",
    )


def add_model_option(parser: argparse.ArgumentParser) -> None:
    """Add the model as an option."""
    parser.add_argument(
        "--model",
        type=Path,
        metavar="X.tflite",
        help="bundle to use, or the name of one that comes with the package "
        "(`info --models` lists them; default: general)",
    )


def add_model_argument(parser: argparse.ArgumentParser) -> None:
    """Add the model as what the command is about."""
    parser.add_argument(
        "model",
        type=Path,
        nargs="?",
        metavar="X.tflite",
        help="bundle to look at, or the name of one that comes with the package "
        "(default: general)",
    )


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """Add the choice of one JSON document instead of text."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def model_path(arguments: argparse.Namespace) -> Path:
    """The model asked for, or the one that comes with the package for any sound."""
    model: Path | None = arguments.model
    return default_bundle_path() if model is None else path_of_model(model)


def read_inputs(arguments: argparse.Namespace) -> Inputs:
    """Check the output, then read model and sound.

    Raises:
        UserError: If any of them cannot be used.
    """
    times = StageTimes()
    check_audio_output(arguments.output, force=arguments.force)
    model = model_path(arguments)
    with times.stage("read"):
        bundle = read_bundle(model)
        check_first_run(model, arguments.engine)
        check_phase(arguments.phase, bundle.settings)  # refuses a model of images
        audio_file = read_audio(arguments.input)
    return Inputs(bundle, model, audio_file, times)


def read_region(arguments: argparse.Namespace, inputs: Inputs) -> Region:
    """The region asked for, within the sound and in reach of the model.

    Raises:
        UsageError: If it leaves the sound, or lies above what the model hears.
    """
    sound = inputs.audio_file
    region = parse_region(
        arguments.time, arguments.freq, sound.duration, sound.sample_rate / 2
    )
    check_heard(region, inputs.bundle.settings)
    return region
