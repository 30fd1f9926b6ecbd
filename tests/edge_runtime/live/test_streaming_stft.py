from dataclasses import replace

import numpy as np
import pytest

from edge_runtime.live.sample_history import SampleHistory
from edge_runtime.live.streaming_stft import StreamingOverlapAdd, StreamingStft
from edge_runtime.spectrogram.features import spectrogram_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from edge_runtime.spectrogram.stft import stft

SETTINGS = SpectrogramSettings(sample_rate=8000, n_fft=256, hop_length=64)


@pytest.fixture
def streamed(tone):
    history = SampleHistory(8000)
    history.append(tone)
    return StreamingStft(SETTINGS, 4, history)


def test_columns_are_the_frames_of_the_whole_file(streamed, tone):
    spectrum = stft(tone, n_fft=256, hop_length=64)
    spectrogram = spectrogram_of(tone, SETTINGS)
    for number in (0, 1, 20):
        column, frames = streamed.column(number), slice(4 * number, 4 * number + 4)
        np.testing.assert_allclose(column.spectrum, spectrum[frames], atol=1e-5)
        np.testing.assert_allclose(column.spectrogram, spectrogram[frames], atol=1e-5)


def test_columns_know_the_phase_before_them(tone):
    settings = replace(SETTINGS, representation="magnitude_if")
    history = SampleHistory(8000)
    history.append(tone)
    streamed = StreamingStft(settings, 4, history)
    spectrogram = spectrogram_of(tone, settings)
    for number in (0, 1, 20):
        column = streamed.column(number)
        assert column.spectrum.shape == (4, 129)
        expected = spectrogram[4 * number : 4 * number + 4]
        np.testing.assert_allclose(column.spectrogram, expected, atol=1e-3)


def test_a_column_is_complete_with_its_last_sample(streamed, tone):
    assert streamed.complete_at(0) == 3 * 64 + 128
    history = SampleHistory(1000)
    history.append(tone[: 3 * 64 + 127])
    early = StreamingStft(SETTINGS, 4, history)
    with pytest.raises(ValueError, match="were asked for"):
        early.column(0)


def test_before_the_stream_columns_are_silent(streamed):
    assert not streamed.column(-1).spectrum.any()
    assert not streamed.column(-7).spectrogram.any()


@pytest.mark.parametrize("hop_length", [16, 32, 64])
def test_overlap_add_undoes_the_transform(tone, hop_length):
    settings = SpectrogramSettings(sample_rate=8000, n_fft=256, hop_length=hop_length)
    history = SampleHistory(8000)
    history.append(tone)
    streamed = StreamingStft(settings, 4, history)
    output = StreamingOverlapAdd(settings, 4, -300)
    taken = []
    for number in range(20):
        output.add(number, streamed.column(number).spectrum)
        taken.append(output.take(4 * hop_length))
    audio = np.concatenate(taken)
    assert not audio[:300].any()
    inside = slice(300 + 256, 300 + 18 * 4 * hop_length - 512)
    expected = tone[inside.start - 300 : inside.stop - 300]
    np.testing.assert_allclose(audio[inside], expected, atol=1e-5)


def test_nothing_added_means_nothing_to_take():
    output = StreamingOverlapAdd(SETTINGS, 4, 0)
    assert output.take(100) is None
    output.add(1, np.ones((4, 129), np.complex64))
    assert output.take(28).shape == (28,)
    assert output.take(1000).shape == (1000,)
    assert output.take(1) is None
