import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_runtime.errors import UsageError
from edge_runtime.live.loop_player import LoopPlayer

RATE, FADE = 8000, 80


def played(player, audio, cuts=()):
    return np.concatenate(
        [player.process(part) for part in np.split(audio, sorted(cuts))]
    )


@pytest.fixture(scope="module")
def sound():
    time = np.arange(6000) / RATE
    left = 0.5 * np.sin(2 * np.pi * 100 * time)
    return np.stack([left, 0.5 * np.cos(2 * np.pi * 130 * time)], 1).astype(np.float32)


def test_before_anything_is_recorded_sound_passes(sound):
    assert np.array_equal(LoopPlayer(RATE).process(sound), sound)


def test_records_what_is_heard_and_repeats_it(sound):
    player = LoopPlayer(RATE)
    player.record(1000)
    output = played(player, sound)
    assert np.array_equal(output[:1000], sound[:1000])
    assert np.array_equal(output[1000 + FADE : 2000], sound[FADE:1000])
    assert np.array_equal(output[2000:3000], output[1000:2000])
    assert np.array_equal(player.loop, output[3000:4000])
    assert player.passes == 5


def test_the_loop_closes_without_a_click(sound):
    player = LoopPlayer(RATE)
    player.record(1033)  # no whole number of periods
    output = played(player, sound)
    steepest = np.abs(np.diff(sound, axis=0)).max()
    assert np.abs(np.diff(output, axis=0)).max() < 1.3 * steepest


def test_a_version_is_swapped_in_at_the_boundary_without_a_click(sound):
    player = LoopPlayer(RATE)
    player.record(1000)
    before = played(player, sound[:2500])
    player.offer(-player.loop)
    after = played(player, np.zeros((3500, 2), np.float32))
    loop = before[1000:2000]
    assert np.array_equal(after[:500], loop[500:])
    assert np.array_equal(after[500 + FADE : 1500], -loop[FADE:])
    assert np.array_equal(after[1500:2500], -loop)
    output = np.concatenate([before, after])
    assert np.abs(np.diff(output, axis=0)).max() < np.pi / FADE * 0.5 + 0.06


@given(cuts=st.lists(st.integers(0, 6000), max_size=15))
def test_output_does_not_depend_on_the_blocks(sound, cuts):
    whole, parts = LoopPlayer(RATE), LoopPlayer(RATE)
    for player in (whole, parts):
        player.record(700)
        player.mix.target = 0.6
    assert played(whole, sound).tobytes() == played(parts, sound, cuts).tobytes()


def test_play_ends_a_recording_of_any_length(sound):
    player = LoopPlayer(RATE)
    player.record()
    assert player.is_recording
    player.process(sound[:900])
    player.play()
    assert not player.is_recording and player.loop is None
    output = player.process(sound[900:])
    assert player.loop.shape == (900, 2)
    assert np.array_equal(output[FADE:900], sound[FADE:900])


def test_recording_anew_fades_the_old_loop_out(sound):
    player = LoopPlayer(RATE)
    player.record(1000)
    first = played(player, sound[:2300])
    player.record(500)
    second = played(player, sound[2300:])
    joined = np.concatenate([first, second])[:, :1]
    assert np.abs(np.diff(joined, axis=0)).max() < np.pi / FADE * 1.0 + 0.04
    assert np.array_equal(second[FADE:500], sound[2300 + FADE : 2800])
    # What fades out is heard and not recorded.
    assert np.array_equal(player.loop[FADE:], sound[2300 + FADE : 2800])


def test_the_mix_brings_the_input_back(sound):
    player = LoopPlayer(RATE)
    player.record(1000)
    player.process(sound[:1500])
    player.mix.target = 0.0
    output = player.process(sound[1500:])
    assert np.allclose(output[FADE:], sound[1500 + FADE :], atol=1e-7)


@pytest.mark.parametrize("length", [1, 2 * FADE - 1, 960001])
def test_lengths_that_cannot_be_are_refused(length):
    with pytest.raises(UsageError, match="must have 160 to 960000 samples"):
        LoopPlayer(RATE).record(length)


def test_commands_out_of_order_are_refused(sound):
    player = LoopPlayer(RATE, shortest=400)
    with pytest.raises(UsageError, match="Nothing is being recorded"):
        player.play()
    with pytest.raises(UsageError, match="recorded anew"):
        player.offer(sound)
    player.record()
    player.process(sound[:399])
    with pytest.raises(UsageError, match="too short: 399 samples; at least 400"):
        player.play()
    with pytest.raises(UsageError, match="is being recorded"):
        player.record()
