import numpy as np
import pytest

from vqkeras.evaluation.opus import opus_is_here, through_opus

pytestmark = pytest.mark.skipif(not opus_is_here(), reason="libsndfile without Opus")


@pytest.mark.parametrize("seconds", [0.05, 3.1])
def test_a_tone_comes_back_in_place_at_a_low_rate(seconds):
    time = np.arange(int(16000 * seconds)) / 16000
    tone = (0.3 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    output, bits_per_second = through_opus(tone, 16000)
    assert output.shape == tone.shape and output.dtype == np.float32
    if seconds > 1:  # below, the headers of the file weigh more than the sound
        assert 4000 < bits_per_second < 16000
        error = np.mean((output - tone)[8000:-800] ** 2) / np.mean(tone**2)
        assert 0.0 < error < 0.1


def test_a_rate_that_opus_does_not_know_comes_back_in_place_at_what_is_asked():
    time = np.arange(2 * 44100) / 44100
    tone = (0.3 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    output, many = through_opus(tone, 44100, wanted_bps=24_000)
    assert output.shape == tone.shape and output.dtype == np.float32
    error = np.mean((output - tone)[8000:-800] ** 2) / np.mean(tone**2)
    assert error < 0.1
    _, few = through_opus(tone, 44100, wanted_bps=3_000)  # less than there is
    assert few == through_opus(tone, 44100)[1] < many
