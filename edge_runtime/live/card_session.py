"""A session on a sound card, controlled by keys and UDP until it is ended."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from edge_runtime.errors import MissingDependencyError, UserError
from edge_runtime.live.control import KEYS, Controls
from edge_runtime.live.control_inputs import ControlInputs, single_keys
from edge_runtime.live.session import Session
from edge_runtime.live.sound_card import CardState, duplex_stream
from edge_runtime.live.transport import Transport

# Seconds between two looks at whether all is well.
_LOOK_S = 0.5
# Longer than this without a block, in s, is no card any more.
_STILL_S = 5.0
# Delay of an effect that is worth a word, in s.
_LONG_S = 0.4
# Seconds a Python thread may keep the callback waiting; the default is 5 ms.
_SWITCH_S = 0.0005


def one_blas_thread() -> AbstractContextManager[Any]:
    """Context in which matrix products use one thread and leave the other cores alone.

    Raises:
        MissingDependencyError: If threadpoolctl is not installed.
    """
    try:
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise MissingDependencyError(
            "Live sound needs threadpoolctl. Install it with: "
            "pip install 'vqkeras[live]'"
        ) from error
    limits: AbstractContextManager[Any] = threadpool_limits(1)
    return limits


def run_on_card(
    session: Session,
    *,
    device: str | None,
    sample_rate: int,
    channels: int,
    block: int,
    buffer: int,
    control_port: int | None,
) -> None:
    """Play until told to quit.

    Args:
        session: What runs.
        device: As for `duplex_stream`.
        sample_rate: In Hz.
        channels: Of input and output.
        block: Samples per block.
        buffer: Blocks of time that the work may take.
        control_port: UDP port on this machine; `None` for none.

    Raises:
        MissingDependencyError: If a package or PortAudio is missing.
        UserError: If the device or the port cannot be used.
    """
    transport = Transport(
        session.effect.process,
        sample_rate=sample_rate,
        channels=channels,
        delay=session.effect.delay,
        block=block,
        buffer=buffer,
        guard=one_blas_thread,
    )
    controls = Controls(session.controlled, session.actions)
    sys.setswitchinterval(_SWITCH_S)
    with ExitStack() as stack:
        keyboard = stack.enter_context(single_keys())
        inputs = ControlInputs(controls.say, port=control_port, keyboard=keyboard)
        stack.callback(inputs.close)
        stack.enter_context(transport)
        card = stack.enter_context(
            duplex_stream(
                transport.callback,
                device=device,
                sample_rate=sample_rate,
                channels=channels,
                block=block,
            )
        )
        delay = transport.delay / sample_rate
        latency_ms = 1000 * card.latency_s
        _say(f"delay: {1000 * delay:.0f} ms, and {latency_ms:.0f} ms of the card")
        if session.effect.delay > _LONG_S * sample_rate:
            _say(
                "That is long: the cells of this model are. Shorten it with "
                "--lookahead 0, or take a model made for live sound with --model"
            )
        if inputs.port is not None:
            _say(f"controls: UDP 127.0.0.1:{inputs.port}")
        if keyboard is not None:
            keys = ", ".join(f"{key} {meaning}" for key, (_, meaning) in KEYS.items())
            _say(f"keys: {keys}")
        watch(transport, inputs, controls, card)
    if card.underflows or card.overflows:
        _say(
            f"the card lost {card.overflows} blocks of input and was without "
            f"{card.underflows} of output"
        )


def watch(
    transport: Transport,
    inputs: ControlInputs,
    controls: Controls,
    card: CardState,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Handle controls and tell of overruns, until told to quit.

    Args:
        transport: What the effect runs in.
        inputs: Where words come from.
        controls: What they do.
        card: How the card is doing.
        clock: Monotonic time, in s. Defaults to `time.monotonic`.

    Raises:
        UserError: If the card stops or stands still, as one does that was pulled out.
    """
    told = 0
    blocks, moved_s = card.blocks, clock()
    while not controls.quits:
        inputs.wait(_LOOK_S)
        transport.check()
        now_s = clock()
        if card.blocks != blocks:
            blocks, moved_s = card.blocks, now_s
        elif not card.is_active() or now_s - moved_s > _STILL_S:
            raise UserError(
                "The sound card has stopped: was it pulled out? "
                "Start again when it is back."
            )
        if transport.overruns > told:
            told = transport.overruns
            _say(f"overruns: {told} blocks so far. Try a larger --block or --buffer")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
