"""The STFT equals librosa's, phase included, and inverts."""

import librosa
import numpy as np
import pytest

from edge_runtime.spectrogram.stft import BLOCK, hann_window, istft, stft

# Window, hop, samples: whole and broken hops, one block and many, less than a window.
CASES = [
    (1024, 256, 64000),
    (1024, 256, 12345),
    (512, 64, 4001),
    (2048, 256, 8191),
    (256, 64, 255),
    (64, 16, 16 * (2 * BLOCK) + 5),
]


def noise(samples, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, samples).astype(np.float32)


def librosa_stft(audio, n_fft, hop_length):
    # Sounds shorter than a window make librosa warn; padding by hand does not.
    padded = np.pad(audio.astype(np.float64), n_fft // 2)
    return librosa.stft(padded, n_fft=n_fft, hop_length=hop_length, center=False).T


def test_equals_a_direct_transform_loop():
    audio, n_fft, hop = noise(200), 32, 8
    padded = np.pad(audio.astype(np.float64), n_fft // 2)
    n = np.arange(n_fft)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * n / n_fft)
    expected = [
        [
            np.sum(
                padded[t * hop :][:n_fft] * window * np.exp(-2j * np.pi * k * n / n_fft)
            )
            for k in range(n_fft // 2 + 1)
        ]
        for t in range(len(audio) // hop + 1)
    ]
    np.testing.assert_allclose(
        stft(audio, n_fft=n_fft, hop_length=hop), expected, atol=1e-5
    )


@pytest.mark.parametrize(("n_fft", "hop", "samples"), CASES)
def test_equals_librosa_with_phase(n_fft, hop, samples):
    audio = noise(samples)
    spectrum = stft(audio, n_fft=n_fft, hop_length=hop)
    assert spectrum.dtype == np.complex64
    assert spectrum.shape == (samples // hop + 1, n_fft // 2 + 1)
    expected = librosa_stft(audio, n_fft, hop)
    np.testing.assert_allclose(spectrum, expected, rtol=0, atol=1e-5)


def test_equals_librosa_in_its_own_centred_call():
    audio = noise(8000)
    expected = librosa.stft(audio, n_fft=512, hop_length=128, pad_mode="constant")
    ours = stft(audio, n_fft=512, hop_length=128)
    np.testing.assert_allclose(ours, expected.T, rtol=0, atol=1e-5)


@pytest.mark.parametrize(("n_fft", "hop", "samples"), CASES)
def test_inverse_equals_librosa_on_spectra_of_no_sound(n_fft, hop, samples):
    # Random numbers are inconsistent: only the least-squares inverse agrees on them.
    rng = np.random.default_rng(1)
    shape = (samples // hop + 1, n_fft // 2 + 1)
    spectrum = rng.normal(size=shape) + 1j * rng.normal(size=shape)
    expected = librosa.istft(spectrum.T, n_fft=n_fft, hop_length=hop, length=samples)
    audio = istft(spectrum, hop_length=hop, length=samples)
    assert audio.dtype == np.float32
    np.testing.assert_allclose(audio, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("samples", [1, 63, 64, 65, 1000, 64 * BLOCK, 20001])
def test_inverse_gives_the_sound_back(samples):
    audio = noise(samples)
    spectrum = stft(audio, n_fft=256, hop_length=64)
    again = istft(spectrum, hop_length=64, length=samples)
    np.testing.assert_allclose(again, audio, rtol=0, atol=2e-6)


def test_inverse_cuts_and_extends_to_the_length():
    audio = noise(1000)
    spectrum = stft(audio, n_fft=256, hop_length=64)
    whole = istft(spectrum, hop_length=64, length=1000)
    np.testing.assert_array_equal(
        istft(spectrum, hop_length=64, length=300)[:250], whole[:250]
    )
    np.testing.assert_allclose(
        istft(spectrum, hop_length=64, length=300), audio[:300], atol=2e-6
    )
    longer = istft(spectrum, hop_length=64, length=2000)
    assert longer.shape == (2000,)
    # The last window ends 128 samples after the centre of the last frame, 960.
    assert not longer[960 + 128 :].any()
    assert istft(spectrum, hop_length=64, length=0).shape == (0,)


@pytest.mark.parametrize("k", [1, 17, 100])
def test_tone_at_bin_k_peaks_at_k_with_its_phase(k):
    n_fft, hop = 256, 64
    n = np.arange(4096)
    spectrum = stft(
        np.cos(2 * np.pi * k * n / n_fft + 0.7), n_fft=n_fft, hop_length=hop
    )
    inner = spectrum[4:-4]
    assert (np.abs(inner).argmax(axis=1) == k).all()
    # Frame t begins n_fft / 2 samples before its centre t * hop.
    start = np.arange(4, len(spectrum) - 4) * hop - n_fft // 2
    expected = n_fft / 4 * np.exp(1j * (2 * np.pi * k * start / n_fft + 0.7))
    np.testing.assert_allclose(inner[:, k], expected, rtol=1e-4)


def test_empty_sound_is_one_silent_frame():
    spectrum = stft(np.zeros(0, np.float32), n_fft=256, hop_length=64)
    assert spectrum.shape == (1, 129)
    assert not spectrum.any()


def test_window_is_periodic_and_protected():
    np.testing.assert_allclose(
        hann_window(1024), librosa.filters.get_window("hann", 1024), atol=1e-7
    )
    with pytest.raises(ValueError, match="read-only"):
        hann_window(1024)[0] = 1.0


@pytest.mark.parametrize(("n_fft", "hop"), [(512, 100), (512, 0), (512, 1024)])
def test_hop_must_divide_the_window(n_fft, hop):
    with pytest.raises(ValueError, match="hop_length must divide n_fft. Received: hop"):
        stft(np.zeros(1000), n_fft=n_fft, hop_length=hop)
    with pytest.raises(ValueError, match="hop_length must divide n_fft. Received: hop"):
        istft(np.zeros((4, n_fft // 2 + 1)), hop_length=hop, length=1000)


def test_window_must_be_even():
    with pytest.raises(ValueError, match="n_fft must be even, 2 or more. Received: 15"):
        stft(np.zeros(100), n_fft=15, hop_length=5)


def test_one_channel_at_a_time():
    with pytest.raises(ValueError, match=r"shape \(samples,\). Received: \(100, 2\)"):
        stft(np.zeros((100, 2)), n_fft=16, hop_length=4)
    with pytest.raises(ValueError, match=r"\(frames, bins\). Received: \(9,\)"):
        istft(np.zeros(9), hop_length=4, length=100)
