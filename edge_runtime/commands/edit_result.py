"""What the commands on sound write and print."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from edge_runtime.audio.audio_file import AudioFile, write_audio
from edge_runtime.audio.opened import STANDARD
from edge_runtime.commands.edit_arguments import Inputs
from edge_runtime.edit.result import Edit


def write_edit(
    arguments: argparse.Namespace, inputs: Inputs, edit: Edit, **details: Any
) -> None:
    """Write an edited sound and say what was regenerated, and how.

    Args:
        arguments: Parsed arguments.
        inputs: What the command read.
        edit: What it made.
        details: More for the JSON document.
    """
    report = {**edit.report(), **details}
    text = "\n".join(edit.lines())
    write_sound(arguments, inputs, edit.audio_file, edit.seconds, report, text)


def write_sound(
    arguments: argparse.Namespace,
    inputs: Inputs,
    audio_file: AudioFile,
    seconds: dict[str, float],
    report: dict[str, Any],
    text: str,
) -> None:
    """Write a sound and print what was done, as text or JSON.

    Args:
        arguments: Parsed arguments.
        inputs: What the command read.
        audio_file: Sound to write.
        seconds: Time spent in each stage in between, in s.
        report: What is special to the command, for the JSON document.
        text: The same for people.
    """
    with inputs.times.stage("write"):
        write_audio(arguments.output, audio_file, force=arguments.force)
    common = {
        "input": str(arguments.input),
        "output": str(arguments.output),
        "model": str(inputs.model),
        "phase": arguments.phase,
        "seed": arguments.seed,
        "seconds": seconds | inputs.times.seconds,
    }
    say(arguments, json.dumps(common | report, indent=2) if arguments.json else text)


def say(arguments: argparse.Namespace, text: str) -> None:
    """Print what was done; beside the sound if that goes to standard output.

    Args:
        arguments: Parsed arguments; without `--json` it is also said what was written.
        text: What was done.
    """
    is_taken = arguments.output == STANDARD
    print(text, file=sys.stderr if is_taken else sys.stdout)
    if not arguments.json and not is_taken:
        print(f"wrote {arguments.output}")
