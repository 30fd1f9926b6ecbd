"""Bands that widen upwards: what they hold, where they lie, and the way back."""

import itertools

import numpy as np
import pytest

from edge_runtime.phase.choice import phases_of, with_phase
from edge_runtime.spectrogram.features import (
    magnitude_db_of,
    magnitude_of,
    spectrogram_of,
)
from edge_runtime.spectrogram.frequency_scale import (
    hz_from_place,
    over_linear_frequency,
    owners,
    place_from_hz,
)
from edge_runtime.spectrogram.region import Region
from edge_runtime.spectrogram.region_masks import cell_mask
from edge_runtime.spectrogram.settings import SpectrogramSettings
from edge_runtime.spectrogram.stft import istft, stft
from edge_runtime.spectrogram.warped import bands_from_power, num_bands, over_bins

SETTINGS = SpectrogramSettings(
    "warped", sample_rate=44100, n_fft=2048, hop_length=512, floor_db=-90.0
)
SMALL = SpectrogramSettings("warped", sample_rate=8000, n_fft=256, hop_length=64)
# Bins of each of the 40 bands of SMALL: 16 of one, 8 of two, 8 of four, 8 of eight.
WIDTHS = [1] * 16 + [2] * 8 + [4] * 8 + [8] * 8


def noise(samples=8000):
    return np.random.default_rng(0).normal(0, 0.1, samples).astype(np.float32)


def test_320_bands_hold_all_bins_but_the_nyquist_one():
    assert SETTINGS.num_bins == num_bands(2048) == 320
    assert SMALL.num_bins == len(WIDTHS)
    assert sum(WIDTHS) == 128


def test_a_band_is_the_mean_power_of_its_bins():
    power = np.random.default_rng(1).random((3, 129)).astype(np.float32)
    edges = np.cumsum([0, *WIDTHS])
    expected = [
        power[:, low:high].mean(axis=1) for low, high in itertools.pairwise(edges)
    ]
    np.testing.assert_allclose(
        bands_from_power(power), np.transpose(expected), rtol=1e-6
    )


def test_bands_repeated_over_their_bins_have_the_same_bands():
    bands = np.random.default_rng(2).random((3, 40)).astype(np.float32)
    power = over_bins(bands)
    np.testing.assert_array_equal(power[0, :-1], np.repeat(bands[0], WIDTHS))
    assert not power[:, -1].any()
    np.testing.assert_allclose(bands_from_power(power), bands, rtol=1e-6)


@pytest.mark.parametrize("settings", [SETTINGS, SMALL], ids=["44.1 kHz", "8 kHz"])
def test_places_and_frequencies_are_inverse_and_rise(settings):
    nyquist = settings.sample_rate / 2
    places = []
    for hz in np.linspace(0.0, nyquist, 200):
        places.append(place_from_hz(hz, settings))
        assert hz_from_place(places[-1], settings) == pytest.approx(hz, abs=1e-8)
    assert (np.diff(places) > 0).all()
    assert place_from_hz(0.0, settings) == 0.0


def test_a_band_owns_its_bins_and_is_centred_on_them():
    expected = np.repeat(np.arange(40), WIDTHS)
    np.testing.assert_array_equal(owners(SMALL)[:-1], expected)
    bin_hz = SMALL.sample_rate / SMALL.n_fft
    for band in range(40):
        centre = np.flatnonzero(expected == band).mean() * bin_hz
        assert hz_from_place(band, SMALL) == pytest.approx(centre)


def test_levels_over_linear_frequency_repeat_bands():
    levels = np.arange(80, dtype=np.float32).reshape(2, 40)
    shown = over_linear_frequency(levels, SMALL)
    np.testing.assert_array_equal(shown, np.repeat(levels, WIDTHS, axis=1))


@pytest.mark.parametrize("number", [3, 20, 40, 90])
def test_a_sine_is_loudest_in_the_band_that_owns_its_bin(number):
    n = np.arange(8000)
    audio = 0.1 * np.sin(2 * np.pi * number * n / SMALL.n_fft)
    db = magnitude_db_of(spectrogram_of(audio, SMALL), SMALL)
    assert (db[8:-8].argmax(axis=1) == owners(SMALL)[number]).all()


def test_a_box_takes_the_bands_that_it_touches_and_no_others():
    # 1 kHz to 1.3 kHz are bins 32 to 41.6: bands 24 (bins 32 to 35) to 26 (40 to 43).
    region = Region(0.1, 0.2, 1000.0, 1300.0)
    mask = cell_mask(region, SMALL, 126, SMALL.num_bins, 1, 1)
    np.testing.assert_array_equal(np.flatnonzero(mask.any(axis=0)), [24, 25, 26])
    cells = cell_mask(region, SMALL, 32, 5, time_stride=4, freq_stride=8)
    np.testing.assert_array_equal(np.flatnonzero(cells.any(axis=0)), [3])
    everything = Region(0.0, 1.0, 0.0, 4000.0)
    assert cell_mask(everything, SMALL, 126, SMALL.num_bins, 1, 1).all()


def test_there_and_back_keeps_low_bins_and_the_power_of_every_band():
    audio = noise()
    spectrum = stft(audio, n_fft=256, hop_length=64)
    magnitude = magnitude_of(spectrogram_of(audio, SMALL), SMALL)
    np.testing.assert_allclose(
        magnitude[:, :16], np.abs(spectrum[:, :16]), rtol=1e-4, atol=1e-3
    )
    np.testing.assert_allclose(
        bands_from_power(np.square(magnitude)),
        bands_from_power(np.square(np.abs(spectrum))),
        rtol=1e-3,
        atol=1e-3,
    )


def test_there_and_back_with_its_own_phase_sounds_nearly_alike():
    audio = noise()
    spectrum = stft(audio, n_fft=256, hop_length=64)
    spectrogram = spectrogram_of(audio, SMALL)
    rebuilt = with_phase(
        magnitude_of(spectrogram, SMALL),
        spectrum,
        np.ones(spectrum.shape, bool),
        phase="original",
        hop_length=64,
        seed=0,
    )
    output = istft(rebuilt, hop_length=64, length=len(audio))
    again = spectrogram_of(output, SMALL)
    # Of noise, 80 dB floor: what differs is what frames that overlap cannot agree on.
    assert 80.0 * np.abs(again - spectrogram).mean() < 1.0


def test_level_alone_makes_no_phase():
    assert phases_of(SMALL) == phases_of(SpectrogramSettings())


def test_short_transforms_and_mel_bands_are_refused():
    with pytest.raises(ValueError, match="n_fft of 32 or more. Received: 16"):
        SpectrogramSettings("warped", n_fft=16, hop_length=4)
    with pytest.raises(ValueError, match="goes with representation='log_mel'"):
        SpectrogramSettings("warped", n_mels=320)
