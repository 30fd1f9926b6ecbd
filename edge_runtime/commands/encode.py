"""`encode`: a sound as a small file of codes, for `decode`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from edge_runtime.audio.audio_file import read_audio
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.codes.codes_file import SoundCodes, write_codes
from edge_runtime.commands.edit_arguments import (
    add_json_option,
    add_model_option,
    add_texture_option,
    model_path,
)
from edge_runtime.commands.engine_option import add_engine_option
from edge_runtime.commands.numbers import seed_number
from edge_runtime.edit.from_codes import codes_of_sound
from edge_runtime.engines.load import load_engine
from edge_runtime.output_file import check_output
from edge_runtime.phase.choice import STREAMED
from edge_runtime.priors.marginal import MarginalPrior

HELP = "write a sound as a small file of codes"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command understands."""
    parser.add_argument("input", type=Path, help="sound to read: WAV, FLAC, OGG, ...")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="X.vqc",
        help="file of codes to write",
    )
    add_model_option(parser)
    add_engine_option(parser)
    parser.add_argument(
        "--phase",
        choices=STREAMED,
        default=STREAMED[0],
        help="how `decode` finds a phase (default: %(default)s)",
    )
    add_texture_option(parser)
    parser.add_argument(
        "--seed",
        type=seed_number,
        default=0,
        help="seed of everything random in `decode` (default: %(default)s)",
    )
    parser.add_argument("--force", action="store_true", help="replace files that exist")
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Encode, and print what it costs."""
    check_output(arguments.output, force=arguments.force)
    model = model_path(arguments)
    bundle = read_bundle(model)
    _ = bundle.settings  # refuses a model of images
    sound = read_audio(arguments.input)
    codes = codes_of_sound(
        sound,
        bundle,
        engine=load_engine(bundle, arguments.engine),
        phase=arguments.phase,
        texture=arguments.texture,
        seed=arguments.seed,
    )
    size = write_codes(arguments.output, codes, bundle, force=arguments.force)
    prior = MarginalPrior(bundle.marginal)
    bits = float(-np.log2(prior.probabilities[codes.codemap]).sum())
    report = {
        "input": str(arguments.input),
        "output": str(arguments.output),
        "model": str(model),
        **_costs(codes, size, bits, sound.duration),
    }
    if arguments.json:
        print(json.dumps(report, indent=2))
    else:
        print(
            f"{report['codes']} codes in {size} bytes: {report['bits_per_code']:.2f} "
            f"bits a code, {report['bitrate_bps'] / 1000:.2f} kbit/s "
            f"(how often each occurs asks for {report['marginal_bytes']:.0f} bytes)"
        )
        print(f"wrote {arguments.output}")
    return 0


def _costs(codes: SoundCodes, size: int, bits: float, seconds: float) -> dict[str, Any]:
    return {
        "codes": codes.codemap.size,
        "bytes": size,
        "marginal_bytes": bits / 8,
        "bits_per_code": 8 * size / codes.codemap.size,
        "bitrate_bps": 8 * size / seconds,
    }
