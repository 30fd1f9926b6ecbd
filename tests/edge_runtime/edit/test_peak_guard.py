"""The guard against clipping: nothing too loud, the change whole everywhere else."""

import numpy as np
import pytest

from edge_runtime.edit.peak_guard import reach_of, without_clipping

RATE = 8000


@pytest.mark.parametrize("seed", range(3))
def test_the_sum_stays_within_the_peaks(seed):
    rng = np.random.default_rng(seed)
    audio = rng.uniform(-0.9, 0.9, (4000, 2)).astype(np.float32)
    change = rng.normal(0.0, 0.6, audio.shape).astype(np.float32)
    peaks = np.array([0.95, 1.2])
    assert (np.abs(audio + change) > peaks).mean() > 0.05
    kept = without_clipping(audio, change, peaks, RATE)
    assert kept.dtype == np.float32
    reach = reach_of(RATE)
    assert (np.abs(audio + kept)[reach:-reach] <= peaks + 1e-6).all()


def test_a_sound_as_loud_as_may_be_is_changed_all_the_same():
    times = np.arange(RATE) / RATE
    tone, other = (np.sin(2 * np.pi * hertz * times) for hertz in (200, 210))
    audio = tone[:, np.newaxis].astype(np.float32)
    change = (1.05 * other - tone)[:, np.newaxis].astype(np.float32)
    kept = without_clipping(audio, change, np.ones(1), RATE)
    inner = slice(RATE // 4, -RATE // 4)
    np.testing.assert_allclose((audio + kept)[inner, 0], other[inner], atol=0.01)


def test_samples_that_do_not_change_are_never_turned_down():
    audio = np.full((4000, 1), 0.9, np.float32)
    change = np.zeros_like(audio)
    change[1000:3000] = 0.4
    kept = without_clipping(audio, change, np.ones(1), RATE)
    assert not kept[:1000].any() and not kept[3000:].any()
    assert np.abs((audio + kept)[1100:2900]).max() <= 1.0 + 1e-6


def test_only_what_surrounds_a_peak_is_turned_down_and_alike_in_all_channels():
    audio = np.zeros((4000, 2), np.float32)
    change = np.full((4000, 2), 0.25, np.float32)
    change[2000, 1] = 2.0
    kept = without_clipping(audio, change, np.ones(2), RATE)
    gain = kept / change
    far = np.abs(np.arange(4000) - 2000) > reach_of(RATE)
    assert (gain[far] == 1.0).all()
    assert gain[2000, 1] == pytest.approx(0.5)
    np.testing.assert_allclose(gain[:, 0], gain[:, 1], rtol=1e-6)
    # No step of the gain is heard as a click.
    assert np.abs(np.diff(gain[:, 0])).max() < 0.05


def test_a_change_that_fits_stays_as_it_is():
    change = np.full((10, 1), 0.5, np.float32)
    audio = np.full((10, 1), 0.5, np.float32)
    assert without_clipping(audio, change, np.ones(1), RATE) is change


def test_partials_of_a_loud_change_do_not_spread():
    """Clipping a sine puts a thousandth of its energy far above it; this does not."""
    times = np.arange(RATE) / RATE
    sine = 1.5 * np.sin(2 * np.pi * 200 * times)[:, np.newaxis].astype(np.float32)

    def above(audio):
        power = np.abs(np.fft.rfft(audio[:, 0] * np.hanning(RATE))) ** 2
        return power[500:].sum() / power.sum()

    silence = np.zeros_like(sine)
    kept = without_clipping(silence, sine, np.ones(1), RATE)
    assert np.abs(kept).max() > 0.95
    assert above(kept) < 1e-3 * above(np.clip(sine, -1.0, 1.0))
