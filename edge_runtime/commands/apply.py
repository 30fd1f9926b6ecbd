"""`apply`: a session that the page saved, done again on its sound or another one."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from edge_runtime.audio.audio_file import (
    AudioFile,
    check_audio_output,
    read_audio,
    write_audio,
)
from edge_runtime.audio.opened import STANDARD
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.earlier_files import earlier_of
from edge_runtime.bundle.shipped import shipped_path
from edge_runtime.commands.edit_arguments import add_json_option
from edge_runtime.commands.edit_result import say
from edge_runtime.commands.engine_option import add_engine_option
from edge_runtime.edit.mix import change_alone
from edge_runtime.engines.first_run import check_first_run
from edge_runtime.engines.load import load_engine
from edge_runtime.errors import BundleError, SessionError, UsageError
from edge_runtime.page.session_file import (
    Session,
    SessionStep,
    TakePlace,
    crc32_of,
    read_session,
)
from edge_runtime.page.session_replay import Replayed, replay
from edge_runtime.page.worker import Worker

HELP = "do again what was done on the page"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command understands."""
    parser.add_argument("session", type=Path, help="session that the page saved, JSON")
    parser.add_argument(
        "input",
        type=Path,
        nargs="?",
        metavar="SOUND",
        help="do it with this sound (default: the one in the session); where the "
        "session is about a passage of it, that is put back in its place",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        help="sound to write; its name decides the format, - is WAV on standard output "
        "(default: beside the session, named alike, WAV)",
    )
    parser.add_argument(
        "--take",
        metavar="NAME",
        help="a take that was kept, by its name (default: the one heard when the "
        "session was saved)",
    )
    parser.add_argument(
        "--change",
        type=Path,
        metavar="SOUND",
        help="write the change alone as well: the result minus what it began with",
    )
    parser.add_argument(
        "--model",
        type=Path,
        action="append",
        default=[],
        metavar="X.tflite",
        help="a model of the session that does not come with the package; may be "
        "repeated",
    )
    add_engine_option(parser)
    parser.add_argument("--force", action="store_true", help="replace files that exist")
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Apply and print what each step did."""
    _check_outputs(arguments)
    session = read_session(arguments.session)
    take = _take(session, arguments.take)
    sound = _sound(session, arguments)
    workers = _workers([step for _, step in session.line(take)], session, arguments)
    first, piece = _piece(session, sound)
    done = list(replay(session, take, piece, workers))
    made = done[-1].audio_file if done else piece
    result = made if piece is sound else _put_back(sound, first, made)
    write_audio(arguments.output, result, force=arguments.force)
    if arguments.change is not None:
        change = change_alone(sound, result)
        write_audio(arguments.change, change, force=arguments.force)
    same = None
    is_its_own = session.crc32 == crc32_of(piece)
    if is_its_own and take == session.result and session.result_crc32:
        same = crc32_of(made) == session.result_crc32
    _print(arguments, session, done, is_its_own=is_its_own, same=same)
    return 0


def _check_outputs(arguments: argparse.Namespace) -> None:
    """Refuse what cannot be written, before any long work starts."""
    if arguments.output is None:
        if not arguments.session.name:
            raise UsageError(f"{arguments.session} is a folder. Name a session in it.")
        arguments.output = arguments.session.with_suffix(".wav")
    output, change = arguments.output, arguments.change
    if change == STANDARD:
        raise UsageError("--change cannot be standard output. Give the name of a file.")
    if change is not None and change.resolve() == output.resolve():
        raise UsageError(f"-o and --change are both {change}. Give two names.")
    for path in filter(None, (output, change)):
        check_audio_output(path, force=arguments.force)


def _take(session: Session, name: str | None) -> TakePlace | None:
    if name is None:
        return session.result
    if name not in session.kept:
        kept = ", ".join(session.kept) or "none"
        raise UsageError(f"No take was kept as {name!r}. Kept were: {kept}.")
    return session.kept[name]


def _sound(session: Session, arguments: argparse.Namespace) -> AudioFile:
    if arguments.input is not None:
        return read_audio(arguments.input)
    if session.sound is None:
        raise SessionError(
            f"{arguments.session} does not hold its sound {session.name!r}. "
            "Name the sound after the session."
        )
    return session.sound


def _piece(session: Session, sound: AudioFile) -> tuple[int, AudioFile]:
    """The passage that the session is about, in a file as long as its own was.

    A sound of the passage's own length stands for the passage.
    """
    if session.passage is None:
        return 0, sound
    first, samples, of = session.passage
    if len(sound.samples) == samples:
        return 0, sound
    if len(sound.samples) != of:
        raise SessionError(
            f"The session is about a passage of {samples} samples in a sound of {of}; "
            f"the one given has {len(sound.samples)}. Give the whole sound or the "
            "passage alone."
        )
    part = sound.samples[first : first + samples].copy()
    return first, replace(sound, samples=part, mapped=None)


def _put_back(sound: AudioFile, first: int, made: AudioFile) -> AudioFile:
    whole = sound.copied()
    whole.put(first, made.samples)
    return whole


def _workers(
    steps: list[SessionStep], session: Session, arguments: argparse.Namespace
) -> dict[str, Worker]:
    """The models that the steps need, each checked to be the one it was."""
    given: dict[str, tuple[Path, Bundle]] = {}
    for path in arguments.model:
        bundle = read_bundle(path)
        given[bundle.name] = path, bundle
    workers = {}
    for name in dict.fromkeys(step.model for step in steps):
        if name not in given:
            path = shipped_path(name)  # a file says no more than a name
            given[name] = path, read_bundle(path)
        (path, bundle), wanted = given[name], session.models[name]
        if wanted not in (bundle.sha256, *earlier_of(bundle.sha256)):
            raise BundleError(
                f"The session was made with another model of the name {name}: its "
                f"file has SHA-256 {wanted[:16]}..., this one {bundle.sha256[:16]}... "
                "Name the right file with --model."
            )
        check_first_run(path, arguments.engine)
        workers[name] = Worker(bundle, load_engine(bundle, arguments.engine))
    return workers


def _print(
    arguments: argparse.Namespace,
    session: Session,
    done: list[Replayed],
    *,
    is_its_own: bool,
    same: bool | None,
) -> None:
    report: dict[str, Any] = {
        "session": str(arguments.session),
        "input": session.name if arguments.input is None else str(arguments.input),
        "output": str(arguments.output),
        "same_samples": same,
        "steps": [
            {
                "label": each.step.label,
                "model": each.step.model,
                "seed": each.seed,
                "mix": each.mix,
                **each.edit.report(),
                "seconds": each.edit.seconds,
            }
            for each in done
        ],
    }
    lines = [
        f"{number} {each.step.label} (seed {each.seed}): {each.edit.lines()[0]}"
        for number, each in enumerate(done, 1)
    ]
    if same is not None:
        lines.append(
            "the same samples as on the page"
            if same
            else "not the same samples as on the page: another engine, processor or "
            "version computes them a little differently"
        )
    if done and not is_its_own:
        lines.append(
            "made from other samples than the page had: another sound, or one that a "
            "browser decodes a little differently"
        )
    text = "\n".join(lines or ["no steps: the output equals the input"])
    say(arguments, json.dumps(report, indent=2) if arguments.json else text)
