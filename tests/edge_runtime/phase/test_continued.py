"""A phase that goes on: what surrounds a hole comes back in it."""

import numpy as np
import pytest

from edge_runtime.phase.continued import continued_phase
from edge_runtime.phase.griffin_lim import griffin_lim
from edge_runtime.spectrogram.stft import istft, stft

RATE = 16000
SIZES = [(1024, 256), (2048, 512), (1024, 128)]


def tone(hz, seconds=2.0, phase=1.0):
    times = np.arange(int(RATE * seconds)) / RATE
    return 0.4 * np.sin(2 * np.pi * hz * times + phase)


def chord(seconds=2.0):
    """Harmonics of two notes that die away."""
    times = np.arange(int(RATE * seconds)) / RATE
    partials = [(hz * k, k) for hz in (220.0, 331.0) for k in range(1, 9)]
    audio = sum(np.sin(2 * np.pi * hz * times + k) / k for hz, k in partials)
    return 0.15 * audio * np.exp(-times)


def spectra(channels, n_fft=1024, hop_length=256):
    return np.stack(
        [stft(each, n_fft=n_fft, hop_length=hop_length) for each in channels]
    )


def filled(channels, mask, n_fft=1024, hop_length=256):
    """The channels with new phases in a mask."""
    known = spectra(channels, n_fft, hop_length)
    found = continued_phase(np.abs(known), known, mask, hop_length=hop_length)
    np.testing.assert_array_equal(found[:, ~mask], known[:, ~mask])
    np.testing.assert_allclose(
        np.abs(found[:, mask]), np.abs(known[:, mask]), rtol=1e-5, atol=1e-7
    )
    length = len(channels[0])
    return np.stack(
        [istft(each, hop_length=hop_length, length=length) for each in found]
    )


def hole(samples, first_s, last_s, n_fft=1024, hop_length=256, bins=slice(None)):
    mask = np.zeros((samples // hop_length + 1, n_fft // 2 + 1), bool)
    mask[
        round(first_s * RATE / hop_length) : round(last_s * RATE / hop_length), bins
    ] = 1
    return mask


def snr_db(target, output):
    return 10 * np.log10(np.sum(target**2) / np.sum((target - output) ** 2))


@pytest.mark.parametrize(("n_fft", "hop_length"), SIZES)
@pytest.mark.parametrize("seconds", [0.25, 0.5, 1.0])
def test_a_steady_tone_goes_on(n_fft, hop_length, seconds):
    found = []
    for hz in (443.7, 1234.5, 3001.2, 5210.0):
        audio = tone(hz)
        mask = hole(len(audio), 0.5, 0.5 + seconds, n_fft, hop_length)
        (output,) = filled([audio], mask, n_fft, hop_length)
        part = slice(int(0.45 * RATE), int((0.55 + seconds) * RATE))
        found.append(snr_db(audio[part], output[part]))
    assert np.median(found) > 50.0
    assert min(found) > 40.0


@pytest.mark.parametrize(("n_fft", "hop_length"), SIZES)
def test_an_impulse_is_one_again(n_fft, hop_length):
    audio = np.zeros(2 * RATE)
    audio[16100] = 0.9
    mask = hole(len(audio), 0.7, 1.3, n_fft, hop_length)
    (output,) = filled([audio], mask, n_fft, hop_length)
    # Where it enters the first window its growth does not yet say how far it is.
    assert abs(np.argmax(np.abs(output)) - 16100) < n_fft // 32
    near = slice(16100 - n_fft // 16, 16100 + n_fft // 16)
    assert np.sum(output[near] ** 2) > 0.9 * np.sum(output**2)


def test_a_whole_impulse_and_a_whole_tone():
    audio = np.zeros(2 * RATE)
    audio[16100] = 0.9
    (output,) = filled([audio], hole(len(audio), 0, 3))
    assert np.sum(output[16000:16200] ** 2) > 0.9 * np.sum(output**2)
    audio = tone(443.7)
    (output,) = filled([audio], hole(len(audio), 0, 3))
    before, after = (np.abs(spectra([each])) for each in (audio, output))
    assert np.linalg.norm(before - after) < 0.02 * np.linalg.norm(before)


@pytest.mark.parametrize(
    ("first", "last", "bins"),
    [
        (0.0, 0.4, slice(None)),  # from the beginning
        (1.6, 3.0, slice(None)),  # to the end
        (0.0, 3.0, slice(10, 60)),  # a band
        (0.5, 1.5, slice(20, 24)),  # narrow
        (0.5, 1.5, slice(0, 100)),
        (0.5, 0.516, slice(None)),  # one frame
    ],
)
def test_holes_everywhere_are_better_than_from_a_random_start(first, last, bins):
    audio = chord()
    mask = hole(len(audio), first, last, bins=bins)
    (output,) = filled([audio], mask)
    known = spectra([audio])[0]
    random = griffin_lim(np.abs(known), known, mask, hop_length=256, seed=0)
    random = istft(random, hop_length=256, length=len(audio))
    errors = [
        np.linalg.norm(np.abs(spectra([each])[0]) - np.abs(known))
        for each in (output, random)
    ]
    assert errors[0] < max(errors[1], 1e-4 * np.linalg.norm(known))
    if first > 0.0 and last < 2.0:  # its phase is known on both sides
        assert snr_db(audio, output) > 25.0


def test_any_mask():
    """Scattered cells: known and new bins beside each other everywhere."""
    audio = chord()
    cells = np.random.default_rng(2).random((32, 33)) < 0.4
    mask = np.repeat(np.repeat(cells, 4, axis=0), 16, axis=1)[:126, :513]
    (output,) = filled([audio], mask)
    assert snr_db(audio, output) > 20.0


@pytest.mark.parametrize("bins", [slice(None), slice(20, 90), slice(20, 24)])
def test_mono_in_two_channels_stays_mono(bins):
    audio = chord() + 0.01 * np.random.default_rng(0).normal(size=2 * RATE)
    for mask in (hole(len(audio), 0.5, 1.2, bins=bins), hole(len(audio), 0, 3)):
        left, right = filled([audio, audio], mask)
        np.testing.assert_array_equal(left, right)


def test_channels_share_what_is_followed():
    """A tone left and right, quieter and turned on one side, and a hum on the other."""
    left, right = tone(1234.5), 0.1 * tone(1234.5, phase=2.5) + 0.05 * tone(310.0)
    mask = hole(len(left), 0.5, 1.5)
    output = filled([left, right], mask)
    for before, after in zip((left, right), output, strict=True):
        assert snr_db(before, after) > 40.0


def test_reads_magnitude_inside_and_spectrum_outside_only():
    known = spectra([chord()])
    for bins in (slice(None), slice(30, 60)):
        mask = hole(2 * RATE, 0.5, 1.2, bins=bins)
        expected = continued_phase(np.abs(known), known, mask, hop_length=256)
        found = continued_phase(
            np.where(mask, np.abs(known), np.float32(np.nan)),
            np.where(mask, np.complex64(np.nan), known),
            mask,
            hop_length=256,
        )
        np.testing.assert_array_equal(found, expected)


def test_only_the_frames_around_the_mask_count():
    known = spectra([chord()])
    mask = hole(2 * RATE, 0.5, 1.2)
    first, last = np.flatnonzero(mask.any(axis=1))[[0, -1]]
    far = known.copy()
    far[:, : first - 3] = far[:, last + 4 :] = np.nan
    expected = continued_phase(np.abs(known), known, mask, hop_length=256)
    found = continued_phase(np.abs(known), far, mask, hop_length=256)
    np.testing.assert_array_equal(found[:, mask], expected[:, mask])


def test_silence_around_has_no_phase():
    """A tone that begins and ends in its hole: all is silent around it."""
    audio = tone(1000.0)
    audio[: int(0.7 * RATE)] = audio[int(1.3 * RATE) :] = 0.0
    mask = hole(len(audio), 0.5, 1.5)
    (output,) = filled([audio], mask)
    before, after = (np.abs(spectra([each])) for each in (audio, output))
    assert np.linalg.norm(before - after) < 0.1 * np.linalg.norm(before)


def test_silence_is_filled_with_what_is_asked():
    spectrum = np.zeros((1, 20, 129), np.complex64)
    mask = np.zeros(spectrum.shape[1:], bool)
    mask[5:15, 20:60] = True
    silent = continued_phase(np.abs(spectrum), spectrum, mask, hop_length=64)
    assert not silent.any()
    magnitude = np.where(mask, np.float32(1e-36), np.float32(0.0))[np.newaxis]
    result = continued_phase(magnitude, spectrum, mask, hop_length=64)
    np.testing.assert_allclose(np.abs(result), magnitude, rtol=1e-5)


def test_empty_mask_copies():
    known = spectra([chord()])
    mask = np.zeros(known.shape[1:], bool)
    result = continued_phase(np.abs(known), known, mask, hop_length=256)
    np.testing.assert_array_equal(result, known)
    assert not np.shares_memory(result, known)


def test_shapes_must_agree():
    known = np.zeros((2, 20, 129), np.complex64)
    mask = np.zeros((20, 129), bool)
    with pytest.raises(ValueError, match="must have one shape"):
        continued_phase(np.abs(known[:1]), known, mask, hop_length=64)
    with pytest.raises(ValueError, match="must have one shape"):
        continued_phase(np.abs(known), known, mask[1:], hop_length=64)
    with pytest.raises(ValueError, match="hop_length must divide n_fft"):
        continued_phase(np.abs(known), known, mask, hop_length=60)


@pytest.mark.parametrize("whole", [True, False])
def test_magnitudes_off_by_a_rounding_do_not_move_the_sound(whole):
    """Another processor rounds otherwise: less than one step of 16 bits."""
    rng = np.random.default_rng(4)
    audio = chord() + 0.02 * rng.normal(size=2 * RATE)
    known = spectra([audio])
    mask = hole(len(audio), 0, 3) if whole else hole(len(audio), 0.5, 1.5)
    magnitude = np.abs(known).astype(np.float64)
    moved = magnitude * (1.0 + 1e-7 * rng.uniform(-1, 1, magnitude.shape))
    first, second = (
        istft(
            continued_phase(wanted, known, mask, hop_length=256)[0],
            hop_length=256,
            length=len(audio),
        )
        for wanted in (magnitude, moved)
    )
    assert np.abs(first - second).max() < 1 / 32768
