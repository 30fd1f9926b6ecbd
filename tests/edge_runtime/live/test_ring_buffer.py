import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edge_runtime.live.ring_buffer import RingBuffer


@given(
    blocks=st.lists(st.integers(0, 25), max_size=12),
    start=st.integers(-10, 120),
    length=st.integers(0, 30),
)
def test_gives_back_what_is_here_and_silence_elsewhere(blocks, start, length):
    ring, total = RingBuffer(16, 2), sum(blocks)
    samples = np.arange(1, 2 * total + 1, dtype=np.float32).reshape(-1, 2)
    done = 0
    for block in blocks:
        ring.write(samples[done : done + block])
        done += block
    expected = np.zeros((length, 2), np.float32)
    for row in range(length):
        if max(0, total - 16) <= start + row < total:
            expected[row] = samples[start + row]
    assert ring.written == total
    assert np.array_equal(ring.read(start, start + length), expected)
