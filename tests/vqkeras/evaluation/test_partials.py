"""Partials of sounds whose frequencies are known."""

import numpy as np
import pytest

from vqkeras.evaluation.partials import pitch_kept, strongest_partials

RATE = 16000
SECONDS = np.arange(32000) / RATE


def tones(*partials):
    """Sum of `(frequency, amplitude)`, each with a phase of its own."""
    audio = sum(
        amplitude * np.sin(2 * np.pi * frequency * SECONDS + number)
        for number, (frequency, amplitude) in enumerate(partials)
    )
    return (0.3 * audio).astype(np.float32)


def detuned(frequency, cents):
    return frequency * 2.0 ** (cents / 1200.0)


NOTE = tones((220.0, 0.5), (440.0, 1.0), (660.0, 0.25), (880.0, 0.1))
NOISE = np.random.default_rng(0).normal(0, 0.1, 32000).astype(np.float32)


def test_the_strongest_partials_are_found_in_order():
    partials = strongest_partials(NOTE, RATE)
    frequencies = [partial.frequency for partial in partials]
    np.testing.assert_allclose(frequencies, [440.0, 220.0, 660.0], atol=0.02)
    differences = np.diff([partial.level_db for partial in partials])
    np.testing.assert_allclose(differences, [-6.02, -6.02], atol=0.2)


@pytest.mark.parametrize("frequency", [32.7, 33.1, 65.41, 1046.9, 6000.3])
def test_a_frequency_between_bins_is_found_within_two_cents(frequency):
    (partial,) = strongest_partials(tones((frequency, 1.0)), RATE)
    assert abs(1200 * np.log2(partial.frequency / frequency)) < 2.0


def test_side_lobes_and_soft_partials_do_not_count():
    assert len(strongest_partials(tones((440.0, 1.0)), RATE)) == 1
    assert len(strongest_partials(tones((440.0, 1.0), (900.0, 0.03)), RATE)) == 1


def test_of_peaks_within_a_semitone_the_strongest_counts():
    chorus = tones((440.0, 1.0), (452.0, 0.8), (466.0, 0.7), (880.0, 0.5))
    frequencies = [partial.frequency for partial in strongest_partials(chorus, RATE)]
    np.testing.assert_allclose(frequencies, [440.0, 880.0], atol=0.02)
    vibrato = np.sin(2 * np.pi * 440.0 * SECONDS + 2.0 * np.sin(31.0 * SECONDS))
    for audio in (chorus, vibrato, np.float32(0.1) * NOISE + chorus):
        assert pitch_kept(audio, audio, RATE) is True


def test_noise_silence_and_clicks_have_no_pitch():
    click = np.zeros(32000, np.float32)
    click[1000] = 1.0
    for audio in (NOISE, np.zeros(32000, np.float32), click):
        assert strongest_partials(audio, RATE) is None
        assert pitch_kept(audio, audio, RATE) is None


@pytest.mark.parametrize("frequency", [55.0, 440.0, 3000.0])
def test_ten_cents_are_kept_and_twenty_five_are_not(frequency):
    note = tones((frequency, 1.0), (2 * frequency, 0.5))
    for cents, kept in ((0, True), (10, True), (-10, True), (25, False), (-25, False)):
        moved = detuned(frequency, cents)
        output = tones((moved, 1.0), (2 * moved, 0.5))
        assert pitch_kept(note, output, RATE) is kept, cents
    assert pitch_kept(note, tones((frequency, 1.0)), RATE) is False
    assert pitch_kept(note, tones((detuned(frequency, 25), 1.0)), RATE, cents=30) is (
        False
    )


def test_a_partial_may_become_softer_but_not_vanish():
    for amplitude, kept in ((0.25, True), (0.05, True), (0.01, False), (0.0, False)):
        output = tones((220.0, 0.5), (440.0, 1.0), (660.0, amplitude))
        assert pitch_kept(NOTE, output, RATE) is kept


def test_noise_around_a_note_changes_nothing():
    assert pitch_kept(NOTE, NOTE + 0.3 * NOISE, RATE) is True
    assert pitch_kept(NOTE, NOISE, RATE) is False


def test_the_loudest_second_decides():
    fading_in = np.concatenate([0.01 * tones((300.0, 1.0)), NOTE])
    frequencies = [p.frequency for p in strongest_partials(fading_in, RATE)]
    np.testing.assert_allclose(frequencies, [440.0, 220.0, 660.0], atol=0.02)


def test_short_sounds_are_padded():
    (partial,) = strongest_partials(tones((440.0, 1.0))[:4000], RATE)
    assert partial.frequency == pytest.approx(440.0, abs=0.5)


def test_other_shapes_are_refused():
    with pytest.raises(ValueError, match="must have one shape"):
        pitch_kept(np.zeros(4), np.zeros(5), RATE)
