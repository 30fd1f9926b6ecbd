"""`live`: the effect in real time, on a sound card or on a file."""

from __future__ import annotations

import argparse
import json
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace

from edge_runtime.audio.audio_file import check_audio_output, read_audio, write_audio
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.commands.edit_arguments import model_path
from edge_runtime.commands.edit_result import say
from edge_runtime.commands.live_arguments import (
    add_live_arguments,
    card_options,
    check_arguments,
    read_parameters,
)
from edge_runtime.engines.first_run import check_first_run
from edge_runtime.engines.load import load_engine
from edge_runtime.live.card_session import run_on_card
from edge_runtime.live.file_effect import at_rate, with_change
from edge_runtime.live.file_session import run_on_file
from edge_runtime.live.midi_ports import import_rtmidi
from edge_runtime.live.receptive_field import prompt_lookahead
from edge_runtime.live.session import Session, loop_session, stream_session
from edge_runtime.live.sound_card import import_sounddevice
from edge_runtime.live.streaming_inpainter import LIVE, STREAM_PRIOR
from edge_runtime.priors.choice import default_prior, every_prior

HELP = "play the effect live, on a sound card or on a file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command understands."""
    add_live_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Play until the file or the player ends it."""
    check_arguments(arguments)
    # Versions of a loop are made here, behind the back of the thread that plays.
    with ThreadPoolExecutor(1, thread_name_prefix="versions") as executor:
        if arguments.input is None:
            _run_on_card(arguments, executor)
        else:
            # A file that nobody waits for has them made when they are due.
            _run_on_file(arguments, executor if arguments.realtime else None)
    return 0


def _run_on_card(arguments: argparse.Namespace, executor: Executor) -> None:
    options = card_options(arguments)
    import_sounddevice()  # says what is missing before the model is loaded
    if arguments.midi is not None:
        import_rtmidi()
    model = model_path(arguments)
    bundle = read_bundle(model)
    check_first_run(model, "auto")
    run_on_card(
        _session(arguments, bundle, options.channels, executor),
        options,
        sample_rate=bundle.settings.sample_rate,
    )


def _session(
    arguments: argparse.Namespace,
    bundle: Bundle,
    channels: int,
    executor: Executor | None,
) -> Session:
    is_loop = arguments.mode == "loop"
    parameters = read_parameters(
        arguments, default_prior(bundle) if is_loop else STREAM_PRIOR
    )
    predict = arguments.predict or LIVE.predict
    choice = replace(LIVE, predict=predict, temperature=arguments.temperature)
    if is_loop:  # versions are made ahead of time
        choice = replace(choice, passes=None)
    engine = load_engine(bundle)
    priors = every_prior(bundle, engine, choice)
    if is_loop:
        return loop_session(
            bundle,
            engine,
            parameters,
            priors=priors,
            phase=arguments.phase or "continued",
            executor=executor,
            loop_s=arguments.loop,
        )
    lookahead = arguments.lookahead
    if lookahead is None:
        lookahead = prompt_lookahead(bundle)
    return stream_session(
        bundle,
        engine,
        parameters,
        channels=channels,
        priors=priors,
        phase=arguments.phase or "original",
        lookahead=lookahead,
    )


def _run_on_file(arguments: argparse.Namespace, executor: Executor | None) -> None:
    check_audio_output(arguments.output, force=arguments.force)
    model = model_path(arguments)
    bundle = read_bundle(model)
    check_first_run(model, "auto")
    model_rate = bundle.settings.sample_rate
    audio_file = read_audio(arguments.input)
    # As a card would, whose own rate the file's is; else all of it is there already.
    rate = audio_file.sample_rate if arguments.realtime else model_rate
    audio = at_rate(audio_file, rate)
    session = _session(arguments, bundle, audio.shape[1], executor)
    done = run_on_file(
        session,
        audio,
        sample_rate=rate,
        model_rate=model_rate,
        block=arguments.block,
        buffer=arguments.buffer if arguments.realtime else None,
    )
    result = with_change(audio_file, audio, done.audio, rate)
    write_audio(arguments.output, result, force=arguments.force)
    report = {
        "input": str(arguments.input),
        "output": str(arguments.output),
        "model": str(model),
        "mode": arguments.mode,
        "delay_samples": done.delay,
        "delay_ms": 1000 * done.delay / rate,
        "real_time_factor": done.real_time_factor,
        "overruns": done.overruns,
    }
    if arguments.json:
        say(arguments, json.dumps(report, indent=2))
        return
    late = f", {done.overruns} blocks late" if arguments.realtime else ""
    say(
        arguments,
        f"live delay {report['delay_ms']:.0f} ms ({done.delay} samples), undone in the "
        f"file; real-time factor {done.real_time_factor:.3f}{late}",
    )
