"""A card that vanishes ends a session, or is waited for; losses are told."""

import contextlib
import io
import types

import numpy as np
import pytest

from edge_runtime.errors import UserError
from edge_runtime.live.card_watch import CardWatch
from edge_runtime.live.level_meter import LevelMeter, StatusLine
from edge_runtime.live.sound_card import CardError


class Stage:
    """Inputs, transport and cards of a session; each card plays some blocks."""

    def __init__(self, cards, is_active=True, drawn=False):
        self.cards, self.now, self.overruns = iter(cards), 0.0, 0
        self.is_active, self.left, self.card = is_active, iter(()), None
        self.opened, self.looked = [], 0
        self.controls = types.SimpleNamespace(quits=False)
        self.out = io.StringIO()
        self.out.isatty = lambda: drawn
        self.meter = LevelMeter(lambda block, output: np.copyto(output, 2 * block))
        self.watch = CardWatch(
            self,
            self,
            self.controls,
            status=StatusLine(self.out),
            meter=self.meter,
            refresh=lambda: ["MIDI: pedal"],
            clock=lambda: self.now,
        )

    def wait(self, seconds):
        self.now += seconds
        block = next(self.left, None)
        if block == "quit":
            self.controls.quits = True
        elif block is not None and self.card is not None:
            self.card.count(block)
            self.overruns += 1

    def check(self):
        pass

    @contextlib.contextmanager
    def open(self, card):
        blocks = next(self.cards)
        if blocks is None:
            raise CardError("no such card")
        self.left, self.card = iter(blocks), card
        card.is_active = lambda: self.is_active
        self.opened.append(card)
        yield card
        self.card = None

    def look_again(self):
        self.looked += 1

    def play(self, reconnect=False):
        self.watch.play(
            self.open,
            lambda card: None,
            reconnect=reconnect,
            look_again=self.look_again,
        )
        return self.out.getvalue()


WELL = types.SimpleNamespace()
LOSING = types.SimpleNamespace(input_overflow=True, output_underflow=True)


@pytest.mark.parametrize("is_active", [True, False])
def test_a_card_that_vanishes_ends_the_session(is_active):
    stage = Stage([[WELL, WELL, WELL]], is_active)
    with pytest.raises(
        UserError, match="sound card has stopped.*--reconnect"
    ) as raised:
        stage.play()
    assert raised.value.exit_code == 1
    assert stage.opened[0].blocks == 3
    assert (stage.now > 5.0) == is_active


def test_a_card_is_waited_for_and_played_on():
    stage = Stage([[WELL, LOSING], None, None, [WELL, LOSING, "quit"]])
    told = stage.play(reconnect=True)
    assert stage.looked == 3 and len(stage.opened) == 2
    assert told.count("waiting for the card: The sound card has stopped") == 1
    # Counted over both.
    assert "the card lost 2 blocks of input and was without 2 of output" in told
    assert "overruns: 4 blocks so far" in told and "MIDI: pedal" in told
    assert "\x1b" not in told


def test_one_can_quit_while_waiting():
    stage = Stage([None, None])
    stage.left = iter([None, "quit"])
    stage.play(reconnect=True)
    assert stage.controls.quits and not stage.opened


def test_without_a_card_nothing_is_waited_for_unless_told():
    with pytest.raises(UserError, match="no such card"):
        Stage([None]).play()


def test_a_terminal_shows_how_loud_it_is():
    stage = Stage([[WELL, WELL, "quit"]], drawn=True)
    block = np.full((64, 1), 0.75, np.float32)
    stage.meter.callback(block, np.empty_like(block))
    told = stage.play()
    assert "in   -2 dB ###########.  out    4 dB ############ CLIP  late 1" in told
    assert "in  -60 dB ............" in told  # since then, nothing
    assert "\r\x1b[Koverruns" in told


def test_a_meter_is_not_upset_by_what_is_no_sound():
    meter = LevelMeter(lambda block, output: np.copyto(output, block))
    block = np.array([[np.nan], [np.inf], [0.1]], np.float32)
    meter.callback(block, np.empty_like(block))
    assert meter.line().startswith("in   60 dB ############ CLIP")
    meter.callback(block[:0], block[:0])
    assert meter.line().startswith("in  -60 dB")
