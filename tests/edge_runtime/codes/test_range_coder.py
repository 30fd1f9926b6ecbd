"""The range coder: there and back, and no longer than the probabilities ask for."""

import numpy as np
import pytest

from edge_runtime.codes.range_coder import pack, shares_of, unpack

COUNTS = {
    "even": np.ones(7, np.int64),
    "one code alone": np.array([0, 10**9, 0]),
    "steep": (10**6 / np.arange(1, 1025) ** 2).astype(np.int64),
    "largest codebook": np.arange(65536),
    "single": np.array([5]),
}


@pytest.mark.parametrize("counts", COUNTS.values(), ids=COUNTS)
def test_there_and_back_in_few_bytes(counts):
    rng = np.random.default_rng(0)
    smooth = (counts + 1) / (counts + 1).sum()
    codes = rng.choice(len(counts), 3000, p=smooth)
    # Also what hardly ever occurs, first and last.
    codes[:3] = codes[-3:] = np.argmin(counts)
    shares = shares_of(counts)
    assert sum(shares) == 1 << 20 and min(shares) >= 1
    packed = pack(codes.tolist(), shares)
    assert unpack(packed, len(codes), shares) == codes.tolist()
    bits = -np.log2(np.array(shares)[codes] / 2**20).sum()
    assert len(packed) <= bits / 8 * 1.0001 + 2


def test_every_length_is_exact_and_nothing_packs_to_nothing():
    shares = shares_of(np.array([3, 0, 900]))
    assert pack([], shares) == b""
    rng = np.random.default_rng(1)
    for length in range(1, 60):
        codes = rng.integers(0, 3, length).tolist()
        assert unpack(pack(codes, shares), length, shares) == codes


def test_counts_that_are_none_are_refused():
    for counts in (np.array([], int), np.array([1, -1]), np.zeros(65537, int)):
        with pytest.raises(ValueError, match="counts must be 1 to 65536"):
            shares_of(counts)


def test_a_count_that_was_never_packed_takes_no_time():
    """A header says how many there are; hours of codes cannot come of a few bytes."""
    shares = shares_of(np.arange(100, 0, -1))
    packed = pack([5, 90, 17] * 50, shares)
    with pytest.raises(ValueError, match="of 10000000 codes"):
        unpack(packed[:-3] + b"abc", 10**7, shares)
    # But of one code alone many come of nothing.
    assert unpack(pack([5] + [0] * 5000, shares), 5001, shares) == [5] + [0] * 5000
