"""The sounds that the page and the demo begin with."""

import numpy as np
import pytest

from edge_runtime.audio.examples import EXAMPLES, example_sound
from edge_runtime.audio.sung_vowels import FORMANTS_HZ, resonance, sung_vowel


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_the_same_at_every_call_and_keeps_within_its_range(name):
    sound, again = example_sound(name), example_sound(name)
    assert sound.sample_rate == 44_100 and sound.samples.shape == (176_400, 1)
    np.testing.assert_array_equal(sound.samples, again.samples)
    assert np.abs(sound.samples).max() == round(0.7 * 32767)
    assert np.abs(sound.to_float().mean()) < 1e-3


def test_drums_begin_on_the_beat_and_reach_the_top():
    audio = example_sound("drums").to_float()[:, 0]
    for beat in range(1, 8):
        place = beat * 22_050
        before, after = audio[place - 1000 : place], audio[place : place + 1000]
        assert np.std(after) > 5 * np.std(before)
    power = np.abs(np.fft.rfft(audio)) ** 2
    assert power[4 * 15_000 :].sum() > 0.01 * power.sum()


@pytest.mark.parametrize("vowel", FORMANTS_HZ)
def test_a_vowel_has_the_pitch_of_its_note_and_the_resonances_of_its_mouth(vowel):
    voice = sung_vowel(vowel, 100.0, 1.0, 16_000, np.random.default_rng(0))
    power = np.abs(np.fft.rfft(voice * np.hanning(16_000))) ** 2  # bins of 1 Hz
    near = [power[100 * n - 5 * n : 100 * n + 5 * n + 1].sum() for n in range(1, 9)]
    between = [power[100 * n + 40 : 100 * n + 61].sum() for n in range(1, 9)]
    assert sum(near) > 20 * sum(between)
    first, second = FORMANTS_HZ[vowel][:2]
    peak, beyond = resonance(np.array([first, 1.6 * second]), vowel)
    assert peak > 3 and peak > beyond
