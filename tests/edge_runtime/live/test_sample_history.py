import numpy as np
import pytest

from edge_runtime.live.sample_history import SampleHistory


def test_remembers_as_much_as_promised():
    history, samples = SampleHistory(50), np.arange(1000, dtype=np.float32)
    for start in range(0, 1000, 25):
        history.append(samples[start : start + 25])
        assert history.end == start + 25
        oldest = max(0, history.end - 50)
        assert np.array_equal(
            history.read(oldest, history.end), samples[oldest : start + 25]
        )


def test_before_the_stream_there_is_silence():
    history = SampleHistory(4)
    history.append(np.ones(3, np.float32))
    assert history.read(-5, -2).tolist() == [0, 0, 0]
    assert history.read(-1, 1).tolist() == [0, 1]


@pytest.mark.parametrize(("start", "stop"), [(0, 2), (95, 101)])
def test_what_is_forgotten_or_to_come_is_refused(start, stop):
    history = SampleHistory(10)
    for _ in range(10):
        history.append(np.zeros(10, np.float32))
    with pytest.raises(ValueError, match="were asked for"):
        history.read(start, stop)
