"""Sound resampled while it arrives equals sound resampled whole."""

import numpy as np
import pytest

from edge_runtime.audio.resample import resample
from edge_runtime.audio.stream_resampler import StreamResampler

RATES = [(48000, 44100), (44100, 48000), (96000, 44100), (16000, 48000), (44100, 16000)]


def in_blocks(resampler, audio, sizes):
    parts, start = [], 0
    while start < len(audio):
        size = sizes[len(parts) % len(sizes)]
        parts.append(resampler.process(audio[start : start + size]))
        start += size
    return np.concatenate(parts)


@pytest.mark.parametrize(("from_rate", "to_rate"), RATES)
def test_blocks_of_any_size_give_what_the_whole_gives(from_rate, to_rate):
    audio = np.random.default_rng(0).normal(0.0, 0.3, (5000, 2)).astype(np.float32)
    whole = resample(audio, from_rate, to_rate)
    made = []
    for sizes in ([256], [1, 700, 3, 64], [5000]):
        resampler = StreamResampler(from_rate, to_rate, 2)
        made.append(in_blocks(resampler, audio, sizes))
        assert len(made[-1]) == resampler.ready(len(audio))
        np.testing.assert_allclose(made[-1], whole[: len(made[-1])], atol=1e-6)
        np.testing.assert_array_equal(made[-1], made[0])
    # What is missing at the end waits for 64 samples of the lower rate, and one.
    missing = (len(whole) - len(made[0])) / to_rate
    assert missing * min(from_rate, to_rate) == pytest.approx(64.0, abs=3.0)
