"""`decode`: the sound of a file of codes, as `reconstruct` would give it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from edge_runtime.audio.audio_file import check_audio_output, write_audio
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.codes.codes_file import read_codes
from edge_runtime.commands.edit_arguments import (
    add_json_option,
    add_model_option,
    model_path,
)
from edge_runtime.commands.engine_option import add_engine_option
from edge_runtime.edit.from_codes import sound_of_codes
from edge_runtime.engines.load import load_engine

HELP = "make the sound of a file of codes"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command understands."""
    parser.add_argument(
        "input", type=Path, metavar="X.vqc", help="file of codes, from `encode`"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        help="sound to write; its name decides the format",
    )
    add_model_option(parser)
    add_engine_option(parser)
    parser.add_argument("--force", action="store_true", help="replace files that exist")
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Decode with the model that encoded."""
    check_audio_output(arguments.output, force=arguments.force)
    model = model_path(arguments)
    bundle = read_bundle(model)
    codes = read_codes(arguments.input, bundle)
    sound = sound_of_codes(codes, bundle, engine=load_engine(bundle, arguments.engine))
    write_audio(arguments.output, sound, force=arguments.force)
    report = {
        "input": str(arguments.input),
        "output": str(arguments.output),
        "model": str(model),
        "codes": codes.codemap.size,
        "seconds": sound.duration,
        "phase": codes.phase,
        "seed": codes.seed,
        "texture": codes.texture,
    }
    if arguments.json:
        print(json.dumps(report, indent=2))
    else:
        print(f"{sound.duration:.2f} s from {codes.codemap.size} codes")
        print(f"wrote {arguments.output}")
    return 0
