"""A session on a sound card, controlled until it is ended."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Any

from edge_runtime.errors import MissingDependencyError, how_to_install
from edge_runtime.live.card_rate import at_card_rate
from edge_runtime.live.card_watch import CardWatch
from edge_runtime.live.control import KEYS
from edge_runtime.live.control_inputs import ControlInputs, single_keys
from edge_runtime.live.controls import Controls
from edge_runtime.live.file_effect import LiveEffect
from edge_runtime.live.level_meter import LevelMeter, StatusLine
from edge_runtime.live.midi_player import MidiPlayer
from edge_runtime.live.midi_ports import MidiPorts
from edge_runtime.live.session import Session
from edge_runtime.live.sound_card import CardState, duplex_stream, own_rate
from edge_runtime.live.transport import Transport

# Delay of an effect that is worth a word, in s.
_LONG_S = 0.4
# Seconds a Python thread may keep the callback waiting; the default is 5 ms.
_SWITCH_S = 0.0005


@dataclass(frozen=True)
class CardOptions:
    """How a session is played and controlled.

    Attributes:
        device: As for `duplex_stream`. Defaults to `None`: the default one.
        channels: Of input and output. Defaults to `1`.
        block: Samples per block. Defaults to `256`.
        buffer: Blocks of time that the work may take. Defaults to `2`.
        control_port: UDP port of words, on this machine. Defaults to `None`: none.
        osc: Address and UDP port of OSC. Defaults to `None`: none.
        midi: Part of the name of a MIDI input, an empty one for all. Defaults to
            `None`: no MIDI.
        midi_map: Words by control, in addition to the session's.
        reconnect: Whether to wait for a card that is not there. Defaults to `False`.
    """

    device: str | None = None
    channels: int = 1
    block: int = 256
    buffer: int = 2
    control_port: int | None = None
    osc: tuple[str, int] | None = None
    midi: str | None = None
    midi_map: Mapping[str, str] = field(default_factory=dict)
    reconnect: bool = False


def one_blas_thread() -> AbstractContextManager[Any]:
    """Context in which matrix products use one thread and leave the other cores alone.

    Raises:
        MissingDependencyError: If threadpoolctl is not installed.
    """
    try:
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise MissingDependencyError(
            f"Live sound needs threadpoolctl. Install it with: {how_to_install('live')}"
        ) from error
    limits: AbstractContextManager[Any] = threadpool_limits(1)
    return limits


def run_on_card(session: Session, options: CardOptions, *, sample_rate: int) -> None:
    """Play until told to quit, at the card's own rate.

    A card that is not there yet, and is waited for, is opened at the model's rate.

    Args:
        session: What runs.
        options: How it is played and controlled.
        sample_rate: The model's, in Hz.

    Raises:
        MissingDependencyError: If a package or PortAudio is missing.
        UserError: If the card, a port or an input of MIDI cannot be used, or the card
            stops.
    """
    card_rate = own_rate(options.device) or sample_rate
    effect = at_card_rate(
        session.effect,
        model_rate=sample_rate,
        card_rate=card_rate,
        channels=options.channels,
        replaces=session.replaces,
    )
    transport = Transport(
        effect.process,
        sample_rate=card_rate,
        channels=options.channels,
        delay=effect.delay,
        block=options.block,
        buffer=options.buffer,
        guard=one_blas_thread,
    )
    meter = LevelMeter(transport.callback)
    status = StatusLine()
    midi = MidiPlayer({**session.midi, **options.midi_map}, status.say)
    learn = None if options.midi is None else midi.learn
    controls = Controls(session.controlled, session.actions, learn)
    midi.say = controls.say
    sys.setswitchinterval(_SWITCH_S)
    with ExitStack() as stack:
        keyboard = stack.enter_context(single_keys())
        inputs = ControlInputs(
            controls.say,
            port=options.control_port,
            osc=options.osc,
            keyboard=keyboard,
            tell=status.say,
        )
        stack.callback(inputs.close)
        ports = None if options.midi is None else MidiPorts(options.midi, midi.take)
        if ports is not None:
            stack.callback(ports.close)
        stack.enter_context(transport)
        for line in _controls_of(inputs, keyboard, ports):
            status.say(line)

        def opened(card: CardState) -> AbstractContextManager[CardState]:
            return duplex_stream(
                meter.callback,
                device=options.device,
                sample_rate=card_rate,
                channels=options.channels,
                block=options.block,
                state=card,
            )

        def begin(card: CardState) -> None:
            late_s = transport.delay / card_rate + card.latency_s
            session.set_late(round(late_s * sample_rate))
            if card_rate != sample_rate:
                status.say(
                    f"the card runs at {card_rate} Hz, the model at {sample_rate}"
                )
            _tell_delay(effect, transport, card, card_rate, status.say)

        watch = CardWatch(
            transport,
            inputs,
            controls,
            status=status,
            meter=meter,
            refresh=ports.refresh if ports is not None else list,
        )
        watch.play(opened, begin, reconnect=options.reconnect)


def _tell_delay(
    effect: LiveEffect,
    transport: Transport,
    card: CardState,
    sample_rate: int,
    say: Callable[[str], None],
) -> None:
    delay_ms = 1000 * transport.delay / sample_rate
    say(f"delay: {delay_ms:.0f} ms, and {1000 * card.latency_s:.0f} ms of the card")
    if effect.delay > _LONG_S * sample_rate:
        say(
            "That is long. Leave --lookahead out if you gave it, or take a model with "
            "shorter cells, such as general, with --model"
        )


def _controls_of(
    inputs: ControlInputs, keyboard: int | None, ports: MidiPorts | None
) -> list[str]:
    """A line for each way of controlling a session."""
    lines = []
    if inputs.port is not None:
        lines.append(f"controls: UDP 127.0.0.1:{inputs.port}")
    if inputs.osc is not None:
        lines.append(f"controls: OSC {inputs.osc[0]}:{inputs.osc[1]}")
    if ports is not None:
        lines.append(f"controls: MIDI {', '.join(ports.names) or 'none yet'}")
    if keyboard is not None:
        keys = ", ".join(f"{key} {meaning}" for key, (_, meaning) in KEYS.items())
        lines.append(f"keys: {keys}")
    return lines
