"""Sound resampled while it arrives equals sound resampled whole."""

import numpy as np
import pytest

from edge_runtime.audio.resample import resample
from edge_runtime.audio.stream_resampler import StreamResampler
from edge_runtime.errors import UsageError

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


def test_a_long_stream_is_the_same_where_integers_have_32_bits(monkeypatch):
    # The product of an index and 150,001 is beyond 32 bits after 14,316 samples. A
    # short filter leaves room for a table of such rates.
    monkeypatch.setattr("edge_runtime.audio.stream_resampler.ZEROS", 1)
    audio = np.random.default_rng(1).normal(0.0, 0.3, (20000, 1))
    expected = in_blocks(StreamResampler(150001, 150000, 1), audio, [4096])
    arange = np.arange

    def arange_of_32_bits(*limits, dtype=np.int32):
        return arange(*limits, dtype=dtype)

    monkeypatch.setattr(np, "arange", arange_of_32_bits)
    output = in_blocks(StreamResampler(150001, 150000, 1), audio, [4096])
    np.testing.assert_array_equal(output, expected)


@pytest.mark.parametrize(
    ("from_rate", "to_rate"),
    [(44099, 44100), (44100, 44099), (192001, 44100), (44100, 192001)],
)
def test_rates_with_too_little_in_common_are_refused(from_rate, to_rate):
    with pytest.raises(UsageError, match=f"{from_rate} Hz.*{to_rate} Hz.*Resample"):
        StreamResampler(from_rate, to_rate, 1)


@pytest.mark.parametrize("card_rate", [8000, 11025, 22050, 32000, 88200, 96000, 192000])
@pytest.mark.parametrize("model_rate", [16000, 22050, 44100, 48000])
def test_usual_rates_are_not_refused(card_rate, model_rate):
    for rates in ((card_rate, model_rate), (model_rate, card_rate)):
        assert StreamResampler(*rates, 1).ready(card_rate) > 0
