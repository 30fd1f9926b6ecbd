"""Instantaneous frequency against librosa, and the way back to sound, measured."""

import librosa
import numpy as np
import pytest

from edge_runtime.errors import UsageError
from edge_runtime.phase.choice import check_phase, phases_of, with_phase
from edge_runtime.spectrogram.features import (
    magnitude_of,
    phase_steps_of,
    silence,
    spectrogram_from,
    spectrogram_of,
)
from edge_runtime.spectrogram.magnitude_if import MASKED_DB
from edge_runtime.spectrogram.settings import SpectrogramSettings
from edge_runtime.spectrogram.stft import istft, stft
from vqkeras.evaluation.partials import pitch_kept
from vqkeras.evaluation.sound_measures import log_mel_distance_db

SETTINGS = SpectrogramSettings("magnitude_if")
RATE = SETTINGS.sample_rate
SECONDS = np.arange(2 * RATE) / RATE
QUIET = -MASKED_DB / SETTINGS.floor_db


def sines():
    """Three partials that begin at once and fade, between bins and on one."""
    fade = np.exp(-SECONDS)
    partials = [np.sin(2 * np.pi * hz * SECONDS) for hz in (220.0, 1003.7, 3125.0)]
    return (0.25 * fade * np.sum(partials, axis=0)).astype(np.float32)


def chirp():
    """From 200 Hz to 5 kHz in 2 s: a bin every 6 ms."""
    return (0.5 * np.sin(2 * np.pi * (200 + 1200 * SECONDS) * SECONDS)).astype(
        "float32"
    )


def late():
    """A note after a second of silence, which ends before the sound does."""
    audio = np.zeros(2 * RATE, np.float32)
    audio[RATE:-3000] = sines()[: RATE - 3000]
    return audio


SOUNDS = {"sines": sines, "chirp": chirp, "late": late}


def settings_of(n_fft):
    return SpectrogramSettings("magnitude_if", n_fft=n_fft, hop_length=n_fft // 4)


def spectrum_of(audio, settings=SETTINGS):
    return stft(audio, n_fft=settings.n_fft, hop_length=settings.hop_length)


def rebuilt(spectrogram, known, mask, settings=SETTINGS):
    """Spectrum whose phase inside the mask the second channel has made."""
    return with_phase(
        magnitude_of(spectrogram, settings),
        known,
        mask,
        phase="instantaneous_frequency",
        hop_length=settings.hop_length,
        seed=0,
        steps=phase_steps_of(spectrogram, settings),
    )


def there_and_back(audio, settings=SETTINGS):
    """A sound from its spectrogram alone."""
    known = spectrum_of(audio, settings)
    nothing, everywhere = np.zeros_like(known), np.ones(known.shape, bool)
    spectrum = rebuilt(spectrogram_from(known, settings), nothing, everywhere, settings)
    return istft(spectrum, hop_length=settings.hop_length, length=len(audio))


def snr_db(target, output):
    error = target.astype(np.float64) - output
    return 10.0 * np.log10(np.sum(target.astype(np.float64) ** 2) / np.sum(error**2))


@pytest.mark.parametrize("n_fft", [512, 1024, 2048])
def test_equals_differences_of_librosas_phase(n_fft):
    settings = settings_of(n_fft)
    audio = sines() + 1e-3 * np.random.default_rng(0).normal(size=2 * RATE)
    phase = np.angle(
        librosa.stft(
            audio, n_fft=n_fft, hop_length=settings.hop_length, pad_mode="constant"
        )
    ).T
    advance = 2 * np.pi * settings.hop_length * np.arange(n_fft // 2 + 1) / n_fft
    steps = np.diff(phase, axis=0) - advance
    wrapped = -((-steps + np.pi) % (2 * np.pi) - np.pi)  # in (-pi, pi]
    expected = (0.5 + wrapped / (2 * np.pi))[:, :-1]
    level, channel = np.moveaxis(spectrogram_of(audio, settings), 2, 0)
    energetic = (level[1:] > 0.4) & (level[:-1] > 0.4)  # above -48 dB
    assert energetic.sum() > 500
    difference = np.abs(channel[1:] - expected)[energetic]
    # Half a turn to one side is half a turn to the other.
    assert np.minimum(difference, 1.0 - difference).max() < 1e-4


@pytest.mark.parametrize("beside", [-1.5, -0.5, 0.0, 0.25, 1.5])
@pytest.mark.parametrize("number", [40, 41, 42, 43])
def test_a_sine_beside_a_bin_has_the_same_value_at_every_bin(number, beside):
    hz = (number + beside) * RATE / SETTINGS.n_fft
    spectrogram = spectrogram_of(0.5 * np.sin(2 * np.pi * hz * SECONDS), SETTINGS)
    # A bin is a quarter of the channel: half of it is two bins, up or down.
    np.testing.assert_allclose(
        spectrogram[8:-8, number, 1], 0.5 + beside / 4, atol=1e-3
    )


def test_where_nothing_sounds_the_channel_is_in_the_middle():
    noise = 3e-4 * np.random.default_rng(1).normal(size=2 * RATE)
    level, channel = np.moveaxis(spectrogram_of(late() + noise, SETTINGS), 2, 0)
    silent = level <= QUIET
    assert 0.3 < silent.mean() < 0.99
    assert (channel[silent] == 0.5).all()
    assert (channel[~silent] != 0.5).mean() > 0.99
    assert channel.min() >= 0.0 and channel.max() <= 1.0
    zero = spectrogram_of(np.zeros(3000), SETTINGS)
    np.testing.assert_array_equal(zero, silence(zero.shape))
    assert not magnitude_of(zero, SETTINGS).any()


def test_a_bin_that_begins_holds_its_phase_in_the_middle_of_the_frame():
    # A cosine that is at its top in the middle of every frame has phase 0 there.
    audio = 0.5 * np.cos(2 * np.pi * 64 * (RATE / 1024) * SECONDS)
    spectrogram = spectrogram_from(spectrum_of(audio)[5:], SETTINGS)
    np.testing.assert_allclose(spectrogram[0, 63:66, 1], 0.5, atol=1e-3)
    quarter = spectrogram_from(1j * spectrum_of(audio)[5:], SETTINGS)
    np.testing.assert_allclose(quarter[0, 63:66, 1], 0.75, atol=1e-3)
    np.testing.assert_allclose(quarter[1:100], spectrogram[1:100], atol=1e-3)


def test_a_part_from_further_on_equals_the_whole():
    spectrum = spectrum_of(chirp())
    whole = spectrogram_from(spectrum, SETTINGS)
    more = SETTINGS.frames_before
    part = spectrogram_from(spectrum[40 - more : 60], SETTINGS)[more:]
    np.testing.assert_allclose(part, whole[40:60], atol=1e-6)


@pytest.mark.parametrize("n_fft", [512, 1024, 2048])
@pytest.mark.parametrize("name", SOUNDS)
def test_a_sound_comes_back_with_its_phase(name, n_fft):
    audio = SOUNDS[name]()
    output = there_and_back(audio, settings_of(n_fft))
    # What lies 75 dB below full scale has lost its phase: 56 to 69 dB are left.
    assert snr_db(audio, output) > 50.0
    assert log_mel_distance_db(audio, output, RATE) < 0.5


def test_phases_come_back():
    known = spectrum_of(chirp())
    spectrogram = spectrogram_from(known, SETTINGS)
    everywhere = np.ones(known.shape, bool)
    spectrum = rebuilt(spectrogram, np.zeros_like(known), everywhere)
    loud = np.abs(known) > 1e-3 * np.abs(known).max()
    loud[:, -1] = False  # Nyquist
    error = np.angle(spectrum * np.conj(known))[loud]
    assert np.abs(error).max() < 1e-3


@pytest.mark.parametrize("hz", [82.4, 440.0, 1318.5])
def test_pitch_is_kept(hz):
    partials = [np.sin(2 * np.pi * hz * k * SECONDS) / k for k in (1, 2, 3)]
    audio = (0.3 * np.sum(partials, axis=0)).astype(np.float32)
    assert pitch_kept(audio, there_and_back(audio), RATE)


@pytest.fixture
def hole():
    """A sound's spectrum, its spectrogram and a mask in the middle."""
    known = spectrum_of(sines() + chirp() / 2)
    mask = np.zeros(known.shape, bool)
    mask[40:56, 8:120] = True
    return known, spectrogram_from(known, SETTINGS), mask


def test_a_hole_goes_on_from_the_phase_before_it(hole):
    known, spectrogram, mask = hole
    assert phase_error(rebuilt(spectrogram, known, mask), known, mask) < 1e-3
    # Turned by a radian around the hole, the sound inside turns as well.
    turned = (known * np.exp(1j)).astype(np.complex64)
    assert phase_error(rebuilt(spectrogram, turned, mask), turned, mask) < 1e-3


def phase_error(spectrum, expected, mask):
    """Largest where both the hole and what lies before it are loud."""
    loud = mask & (np.abs(expected) > 0.5)
    assert loud.sum() > 100
    return np.abs(np.angle(spectrum * np.conj(expected)))[loud].max()


def test_outside_a_hole_nothing_changes_and_nothing_inside_is_read(hole):
    known, spectrogram, mask = hole
    spectrum = rebuilt(spectrogram, known, mask)
    np.testing.assert_array_equal(spectrum[~mask], known[~mask])
    expected = magnitude_of(spectrogram, SETTINGS)
    np.testing.assert_allclose(np.abs(spectrum[mask]), expected[mask], rtol=1e-5)
    hidden = np.where(mask, np.complex64(7.0), known)
    np.testing.assert_array_equal(rebuilt(spectrogram, hidden, mask), spectrum)
    seen = np.where(mask[:, :-1, np.newaxis], spectrogram, np.float32(0.7))
    np.testing.assert_array_equal(rebuilt(seen, known, mask), spectrum)


def test_masks_with_gaps_and_none_at_all(hole):
    known, spectrogram, mask = hole
    mask[44:47] = False
    mask[50, 30:60] = False
    mask[0] = True
    spectrum = rebuilt(spectrogram, known, mask)
    np.testing.assert_array_equal(spectrum[~mask], known[~mask])
    assert phase_error(spectrum, known, mask) < 1e-3
    untouched = rebuilt(spectrogram, known, np.zeros_like(mask))
    np.testing.assert_array_equal(untouched, known)


def test_what_a_decoder_overshoots_is_clipped():
    spectrogram = np.full((3, 512, 2), 1.4, np.float32)
    spectrogram[:, 0] = -0.3
    steps = phase_steps_of(spectrogram, SETTINGS)
    assert steps.frequency.shape == steps.has_phase.shape == (3, 513)
    assert (steps.frequency[:, 1:-1] == 1.0).all()
    assert not steps.frequency[:, [0, -1]].any()  # silent, and Nyquist
    assert not steps.has_phase[:, [0, -1]].any()


def test_level_alone_has_no_such_phase():
    settings = SpectrogramSettings()
    assert phases_of(settings) == ("continued", "original", "griffin_lim")
    assert phases_of(SETTINGS)[-1] == "instantaneous_frequency"
    check_phase("instantaneous_frequency", SETTINGS)
    assert phase_steps_of(silence((2, 512, 1)), settings) is None
    with pytest.raises(
        UsageError, match="has log_magnitude: choose one of continued, orig"
    ):
        check_phase("instantaneous_frequency", settings)
    with pytest.raises(UsageError, match="must be one of .*Received: 'zero'"):
        check_phase("zero", SETTINGS)
    known = np.zeros((2, 513), np.complex64)
    with pytest.raises(UsageError, match="needs a spectrogram that says how"):
        with_phase(
            np.abs(known),
            known,
            known == 0,
            phase="instantaneous_frequency",
            hop_length=256,
            seed=0,
        )
    with pytest.raises(ValueError, match=r"\(frames, 512, 2\). Received: \(5, 512, 1"):
        phase_steps_of(np.zeros((5, 512, 1)), SETTINGS)
