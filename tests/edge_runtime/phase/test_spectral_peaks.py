"""Peaks, their regions and what the window's lobe says about frequency and delay."""

import numpy as np
import pytest

from edge_runtime.phase.directions import directions
from edge_runtime.phase.spectral_peaks import spectral_peaks, with_neighbours
from edge_runtime.spectrogram.stft import stft

SIZES = [(1024, 256), (1024, 128), (2048, 512), (256, 32)]


def peaks_of(magnitude, n_fft, hop_length):
    framed = with_neighbours(magnitude, 0, len(magnitude))
    return spectral_peaks(framed, n_fft, hop_length)


def test_every_bin_belongs_to_the_peak_on_its_louder_side():
    rng = np.random.default_rng(0)
    magnitude = np.round(rng.gamma(1.0, 3.0, (20, 65)))  # some neighbours are equal
    magnitude[3] = 0.0
    peaks = peaks_of(magnitude, 128, 32)
    for frame, levels in enumerate(magnitude):
        own = range(peaks.first[frame], peaks.first[frame + 1])
        rises = [True, *(levels[1:] > levels[:-1]), False]
        expected = [k for k in range(65) if rises[k] and not rises[k + 1]]
        valleys = [k for k in range(65) if not rises[k] and rises[k + 1]]
        assert peaks.bins[own].tolist() == expected
        assert (peaks.places[own] - 65 * frame).tolist() == expected
        starts = [0] + [k + (levels[k - 1] >= levels[k + 1]) for k in valleys]
        numbers = np.searchsorted(starts, range(65), side="right") - 1
        np.testing.assert_array_equal(peaks.region[frame], own[0] + numbers)
        for place, number in enumerate(own):
            beside = [
                (levels[valleys[place - (step < 0)]], number + step)
                for step in (-1, 1)
                if 0 <= place + step < len(own)
                and levels[expected[place + step]] > levels[expected[place]]
            ]
            assert peaks.valley[number] == max([level for level, _ in beside] or [0.0])
            if peaks.valley[number] > 0.0:
                assert (peaks.valley[number], peaks.leader[number]) in beside


@pytest.mark.parametrize(("n_fft", "hop_length"), SIZES)
@pytest.mark.parametrize("place", [20.0, 20.3, 31.5, 40.9])
def test_frequency_of_a_steady_partial_is_exact(n_fft, hop_length, place):
    times = np.arange(6 * n_fft)
    tone = np.exp(2j * np.pi * place / n_fft * times)
    spectrum = sum(
        part * stft(getattr(tone, name), n_fft=n_fft, hop_length=hop_length)
        for name, part in (("real", 1.0), ("imag", 1j))
    )
    peaks = peaks_of(np.abs(spectrum.astype(np.complex128)), n_fft, hop_length)
    middle = len(spectrum) // 2
    for beside in {int(np.floor(place)), int(np.ceil(place))}:  # within its main lobe
        number = np.array([beside])
        found = number + peaks.offsets(middle * spectrum.shape[1] + number, number)
        np.testing.assert_allclose(found, place, atol=1e-4)


@pytest.mark.parametrize(("n_fft", "hop_length"), SIZES)
@pytest.mark.parametrize("beside", [0, 1, -37, 60])
def test_phase_along_frequency_of_an_impulse_is_exact(n_fft, hop_length, beside):
    audio = np.zeros(8 * n_fft)
    frame = 4 * n_fft // hop_length
    audio[frame * hop_length + beside * n_fft // 1024] = 1.0
    spectrum = stft(audio, n_fft=n_fft, hop_length=hop_length)
    peaks = peaks_of(np.abs(spectrum.astype(np.complex128)), n_fft, hop_length)
    odd = np.pi * np.arange(spectrum.shape[1])
    expected = spectrum[frame] / np.abs(spectrum[frame])
    np.testing.assert_allclose(
        directions(peaks.slope[frame] + odd), expected, atol=2e-3
    )


def test_directions_are_those_of_the_exponential():
    phase = np.concatenate(
        [np.linspace(-10, 10, 4001), [1e6, -1e6], np.arange(99) * np.pi / 2048]
    )
    np.testing.assert_allclose(directions(phase), np.exp(1j * phase), atol=2e-9)
