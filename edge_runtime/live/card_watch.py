"""Looks after a session on a card: controls, levels, what is lost, and its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from edge_runtime.live.control_inputs import ControlInputs
from edge_runtime.live.controls import Controls
from edge_runtime.live.level_meter import LevelMeter, StatusLine
from edge_runtime.live.sound_card import CardError, CardState, look_again
from edge_runtime.live.transport import Transport

# Seconds between two looks at whether all is well, and at levels that are drawn.
_LOOK_S, _DRAW_S = 0.5, 0.1
# Seconds between two looks for MIDI inputs, and between two tries to open a card.
_REFRESH_S, _RETRY_S = 2.0, 1.0
# Longer than this without a block, in s, is no card any more.
_STILL_S = 5.0


class CardWatch:
    """Plays until told to quit, and tells how it goes.

    Args:
        transport: What the effect runs in.
        inputs: Where words come from.
        controls: What they do.
        status: Where it is told.
        meter: How loud it is.
        refresh: Looks for other inputs, and returns the news.
        clock: Monotonic time, in s. Defaults to `time.monotonic`.
    """

    def __init__(
        self,
        transport: Transport,
        inputs: ControlInputs,
        controls: Controls,
        *,
        status: StatusLine,
        meter: LevelMeter,
        refresh: Callable[[], list[str]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transport = transport
        self._inputs = inputs
        self._controls = controls
        self._status = status
        self._meter = meter
        self._refresh = refresh
        self._clock = clock
        self._card = CardState()
        self._refreshed_s = clock()
        self._told = 0

    def play(
        self,
        opened: Callable[[CardState], AbstractContextManager[CardState]],
        begin: Callable[[CardState], None],
        *,
        reconnect: bool,
        look_again: Callable[[], None] = look_again,
    ) -> None:
        """Play until told to quit.

        Args:
            opened: Opens the card, counting on in what it is given.
            begin: Called whenever it has been opened.
            reconnect: Whether to wait for a card that is not there, or no longer.
            look_again: Finds cards that have come. Defaults to that of PortAudio.

        Raises:
            CardError: If the card cannot be used, or stops, and is not waited for.
        """
        is_waiting = False
        while not self._controls.quits:
            try:
                with opened(self._card) as card:
                    is_waiting = False
                    begin(card)
                    self._watch(card)
            except CardError as error:
                if not reconnect:
                    raise
                if not is_waiting:
                    self._status.say(f"waiting for the card: {error}")
                is_waiting = True
                self._wait(_RETRY_S)
                look_again()
        self._tell_losses()

    def _watch(self, card: CardState) -> None:
        blocks, moved_s = card.blocks, self._clock()
        while not self._controls.quits:
            self._inputs.wait(_DRAW_S if self._status.is_drawn else _LOOK_S)
            self._transport.check()
            now_s = self._clock()
            if card.blocks != blocks:
                blocks, moved_s = card.blocks, now_s
            elif not card.is_active() or now_s - moved_s > _STILL_S:
                raise CardError(
                    "The sound card has stopped: was it pulled out? Start again when "
                    "it is back, or wait for it with --reconnect."
                )
            self._tell_news(now_s)

    def _wait(self, seconds: float) -> None:
        """Do what is said meanwhile."""
        end_s = self._clock() + seconds
        while not self._controls.quits and self._clock() < end_s:
            self._inputs.wait(end_s - self._clock())

    def _tell_news(self, now_s: float) -> None:
        overruns = self._transport.overruns
        if overruns > self._told:
            self._told = overruns
            self._status.say(
                f"overruns: {overruns} blocks so far. Try a larger --block or --buffer"
            )
        if now_s - self._refreshed_s >= _REFRESH_S:
            self._refreshed_s = now_s
            for line in self._refresh():
                self._status.say(line)
        if self._status.is_drawn:
            self._status.draw(f"{self._meter.line()}  {self._losses()}")

    def _losses(self) -> str:
        return (
            f"late {self._transport.overruns}, lost in {self._card.overflows}, "
            f"out {self._card.underflows}"
        )

    def _tell_losses(self) -> None:
        if self._card.underflows or self._card.overflows:
            self._status.say(
                f"the card lost {self._card.overflows} blocks of input and was "
                f"without {self._card.underflows} of output"
            )
