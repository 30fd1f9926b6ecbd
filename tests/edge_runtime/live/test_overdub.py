"""Playing onto a loop, going back, and both from one pedal."""

import numpy as np
import pytest

from edge_runtime.errors import UsageError
from edge_runtime.live.loop_effect import LoopEffect
from edge_runtime.live.loop_player import LoopPlayer
from edge_runtime.live.parameters import LARGEST_SEED, LiveParameters
from edge_runtime.live.pedal import HELD_S, Pedal

RATE, FADE, LENGTH = 8000, 80, 400


def louder(loop, parameters):
    return 2 * loop


@pytest.fixture
def sound():
    return np.random.default_rng(0).normal(size=(LENGTH, 1)).astype(np.float32)


@pytest.fixture
def effect(sound):
    """A loop that has gone round once."""
    made = LoopEffect(LoopPlayer(RATE), louder, LiveParameters(), check=lambda p: None)
    made.record(LENGTH)
    made.process(sound)
    made.process(np.zeros_like(sound))
    return made


def heard(effect, played=None, block=33):
    """What a pass sounds like while something is played."""
    played = np.zeros((LENGTH, 1), np.float32) if played is None else played
    parts = [effect.process(played[n : n + block]) for n in range(0, LENGTH, block)]
    return np.concatenate(parts)


def swapped(effect):
    """What a pass sounds like once a swap of the loop has faded."""
    heard(effect)
    heard(effect)
    return heard(effect)


@pytest.mark.parametrize("late", [0, 30])
def test_what_is_played_onto_a_loop_goes_round_with_it(effect, late):
    effect.set_late(late)
    plain = heard(effect)
    onto = np.full((LENGTH, 1), 0.25, np.float32)
    effect.overdub()
    during = heard(effect, onto)
    # What lies before the press belongs to the end of the loop.
    part = slice(FADE + 1, LENGTH - late)
    assert np.allclose(during[part], plain[part] + 0.25, atol=1e-6)
    assert abs(during[0, 0] - plain[0, 0]) < 0.001  # it begins without a click
    effect.overdub()
    heard(effect, onto)  # the first samples of this pass are the end of it
    after = heard(effect)
    added = np.roll(after - plain, late, axis=0)[:, 0]
    assert np.allclose(added[FADE + 1 :], 0.25, atol=1e-6)
    # Its beginning and its end lie over each other, and sum up to no step.
    assert np.allclose(added[:FADE], 0.25, atol=1e-6)
    effect.undo()
    assert np.allclose(swapped(effect), plain, atol=1e-6)


def test_a_layer_is_dropped_without_a_click(effect):
    plain = heard(effect)
    effect.overdub()
    heard(effect, np.full((LENGTH, 1), 0.25, np.float32))
    effect.undo()
    fading = heard(effect) - plain
    assert np.abs(np.diff(fading[:, 0])).max() < 0.01
    assert np.allclose(fading[FADE:], 0.0, atol=1e-6)
    assert np.allclose(heard(effect), plain)
    with pytest.raises(UsageError, match="nothing to undo"):
        effect.undo()


def test_versions_are_made_of_all_layers_and_undone_one_by_one(effect):
    plain = heard(effect)
    effect.overdub()
    heard(effect, np.full((LENGTH, 1), 0.5, np.float32))
    effect.overdub()
    heard(effect)
    layered = heard(effect)
    effect.regenerate()
    assert np.allclose(swapped(effect), 2 * layered, atol=1e-5)
    for expected in (layered, plain):
        effect.undo()
        assert np.allclose(swapped(effect), expected, atol=1e-6)


def test_what_cannot_be_done_is_said(sound):
    made = LoopEffect(LoopPlayer(RATE), louder, LiveParameters(), check=lambda p: None)
    with pytest.raises(UsageError, match="no loop to play onto"):
        made.overdub()
    with pytest.raises(UsageError, match="nothing to undo"):
        made.undo()


def test_a_loop_is_not_recorded_while_it_is_played_onto(effect):
    effect.overdub()
    with pytest.raises(UsageError, match="End that with: overdub"):
        effect.record()


def test_the_largest_seed_does_not_end_a_session(sound):
    seeds = []

    def note(loop, parameters):
        seeds.append(parameters.seed)
        return loop

    parameters = LiveParameters(seed=LARGEST_SEED)
    made = LoopEffect(
        LoopPlayer(RATE), note, parameters, check=lambda p: None, every_pass=True
    )
    made.record(LENGTH)
    for _ in range(4):
        made.process(sound)
    assert seeds[:2] == [LARGEST_SEED, 0]


def test_a_loop_in_one_pedal(sound):
    now = [0.0]
    effect = LoopEffect(
        LoopPlayer(RATE), louder, LiveParameters(), check=lambda p: None
    )
    pedal = Pedal(effect, clock=lambda: now[0])

    def press(seconds=0.1):
        pedal.down()
        now[0] += seconds
        pedal.up()

    press()
    assert effect.is_recording
    heard(effect, sound)
    press()
    assert not effect.is_recording
    heard(effect)
    plain = heard(effect)
    press()
    assert effect.is_overdubbing
    heard(effect, np.full((LENGTH, 1), 0.5, np.float32))
    press()
    assert not effect.is_overdubbing
    heard(effect)
    assert not np.allclose(heard(effect), plain)
    press(2 * HELD_S)  # and what the press began is gone too
    assert np.allclose(swapped(effect), plain, atol=1e-6)
    with pytest.raises(UsageError, match="nothing to undo"):
        effect.undo()
    pedal.up()  # let go of without having been pressed
