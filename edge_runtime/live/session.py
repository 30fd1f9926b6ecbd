"""A live effect as the command asks for it, with what controls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.engines.engine import Engine
from edge_runtime.live.channels import StreamEffect
from edge_runtime.live.file_effect import LiveEffect
from edge_runtime.live.loop_effect import LoopEffect
from edge_runtime.live.loop_player import LoopPlayer
from edge_runtime.live.loop_regeneration import regenerate_loop
from edge_runtime.live.midi_map import LOOP_MAP, STREAM_MAP
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.live.pedal import Pedal
from edge_runtime.live.receptive_field import receptive_field
from edge_runtime.live.rule import StreamRule
from edge_runtime.live.streaming_inpainter import StreamingInpainter
from edge_runtime.phase.choice import check_phase
from edge_runtime.priors.prior import Prior
from edge_runtime.priors.temperature import at_temperature


@dataclass(frozen=True, eq=False)
class Session:
    """What runs and what controls it.

    Attributes:
        effect: Blocks in, blocks out.
        controlled: What has `parameters`.
        actions: Words with a meaning of their own.
        midi: What MIDI controls say unless told. Defaults to `STREAM_MAP`.
        set_late: Told how many samples the input is behind what its player hears.
        replaces: Whether the effect takes the place of its input, as a loop does.
            Defaults to `False`.
    """

    effect: LiveEffect
    controlled: Sequence[Any]
    actions: dict[str, Callable[[], None]] = field(default_factory=dict)
    midi: Mapping[str, str] = field(default_factory=lambda: STREAM_MAP)
    set_late: Callable[[int], None] = lambda samples: None
    replaces: bool = False


def stream_session(
    bundle: Bundle,
    engine: Engine,
    parameters: LiveParameters,
    *,
    channels: int,
    priors: Mapping[str, Prior],
    phase: str,
    lookahead: int | None,
) -> Session:
    """Cells are regenerated all the time; one engine per channel.

    Args:
        bundle: Model of sounds.
        engine: What runs it.
        parameters: What the player can change.
        channels: Number of channels.
        priors: What predicts the codes, by name.
        phase: As for `StreamingInpainter`.
        lookahead: As for `StreamingInpainter`.
    """
    seen = receptive_field(bundle)
    engines = [
        StreamingInpainter(
            bundle,
            engine=engine,
            priors=priors,
            parameters=parameters,
            phase=phase,
            lookahead=lookahead,
            field=seen,
        )
        for _ in range(channels)
    ]
    return Session(StreamEffect(engines), engines)


def loop_session(
    bundle: Bundle,
    engine: Engine,
    parameters: LiveParameters,
    *,
    priors: Mapping[str, Prior],
    phase: str,
    executor: Executor | None = None,
    loop_s: float | None = None,
) -> Session:
    """A loop is recorded and versions of it are played.

    Args:
        bundle: Model of sounds.
        engine: What runs it.
        parameters: What the player can change.
        priors: What predicts the codes, by name.
        phase: As for `Inpainter.inpaint`.
        executor: Where versions are made. Defaults to `None`: at once.
        loop_s: Record a loop of so many seconds from the start, and make a version in
            each pass. Defaults to `None`: when told.

    Raises:
        UsageError: If a loop cannot be that long or short, or the model has no such
            phase.
    """
    check_phase(phase, bundle.settings)
    inpainter = Inpainter(bundle, engine=engine)
    settings = bundle.settings
    cell = bundle.time_stride * settings.hop_length

    def regenerate(
        loop: NDArray[np.float32], asked: LiveParameters
    ) -> NDArray[np.float32]:
        prior = at_temperature(priors[asked.prior], asked.temperature)
        return regenerate_loop(loop, inpainter, prior, asked, phase=phase)

    effect = LoopEffect(
        LoopPlayer(settings.sample_rate, shortest=cell),
        regenerate,
        parameters,
        check=StreamRule(bundle, priors).check,
        executor=executor,
        every_pass=loop_s is not None,
    )
    if loop_s is not None:
        effect.record(round(loop_s * settings.sample_rate))
    pedal = Pedal(effect)
    actions: dict[str, Callable[[], None]] = {
        "record": effect.record,
        "overdub": effect.overdub,
        "regenerate": effect.regenerate,
        "undo": effect.undo,
        "restore": effect.restore,
        "pedal down": pedal.down,
        "pedal up": pedal.up,
    }
    return Session(effect, [effect], actions, LOOP_MAP, effect.set_late, replaces=True)
