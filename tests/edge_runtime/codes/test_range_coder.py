"""The range coder: there and back, and no longer than the probabilities ask for."""

import zlib

import numpy as np
import pytest

from edge_runtime.codes.chances import FixedChances, LearningChances, shares_of
from edge_runtime.codes.range_coder import pack, unpack

COUNTS = {
    "even": np.ones(7, np.int64),
    "one code alone": np.array([0, 10**9, 0]),
    "steep": (10**6 / np.arange(1, 1025) ** 2).astype(np.int64),
    "largest codebook": np.arange(65536),
    "single": np.array([5]),
}


KINDS = (FixedChances, LearningChances)


def bits_of(codes, chances):
    """What the chances ask for."""
    bits = 0.0
    for code in codes:
        bits -= np.log2(chances.of_code(code).share / chances.total)
        chances.saw(code)
    return bits


@pytest.mark.parametrize("chances", KINDS)
@pytest.mark.parametrize("counts", COUNTS.values(), ids=COUNTS)
def test_there_and_back_in_few_bytes(counts, chances):
    rng = np.random.default_rng(0)
    smooth = (counts + 1) / (counts + 1).sum()
    codes = rng.choice(len(counts), 3000, p=smooth)
    # Also what hardly ever occurs, first and last.
    codes[:3] = codes[-3:] = np.argmin(counts)
    shares = shares_of(counts)
    assert sum(shares) == 1 << 20 and min(shares) >= 1
    packed = pack(codes.tolist(), chances(shares))
    assert unpack(packed, len(codes), chances(shares)) == codes.tolist()
    bits = bits_of(codes.tolist(), chances(shares))
    assert len(packed) <= bits / 8 * 1.0001 + 2


@pytest.mark.parametrize("chances", KINDS)
def test_every_length_is_exact_and_nothing_packs_to_nothing(chances):
    shares = shares_of(np.array([3, 0, 900]))
    assert pack([], chances(shares)) == b""
    rng = np.random.default_rng(1)
    for length in range(1, 60):
        codes = rng.integers(0, 3, length).tolist()
        packed = pack(codes, chances(shares))
        assert unpack(packed, length, chances(shares)) == codes


@pytest.mark.parametrize("chances", KINDS)
def test_every_place_belongs_to_one_code(chances):
    told = chances(shares_of(np.array([3, 0, 12])))
    for seen in (0, 2, 2, 1, 2):
        told.saw(seen)
    spans = [told.of_code(code) for code in range(3)]
    assert [span.start for span in spans] == [
        0,
        spans[0].share,
        spans[0].share + spans[1].share,
    ]
    assert spans[2].start + spans[2].share == told.total
    for span in spans:
        assert told.at(span.start) == told.at(span.start + span.share - 1) == span


def test_what_a_sound_repeats_costs_less_and_what_it_does_not_hardly_more():
    counts = np.ones(256, np.int64)
    shares = shares_of(counts)
    rng = np.random.default_rng(2)
    fixed, learning = (
        lambda codes, kind=kind: len(pack(codes, kind(shares))) for kind in KINDS
    )
    theme = rng.integers(0, 256, 40).tolist()
    assert learning(theme * 50) < 0.25 * fixed(theme * 50)
    few = rng.integers(0, 16, 1000).tolist()
    assert learning(few) < 0.65 * fixed(few)
    anything = rng.integers(0, 256, 2000).tolist()
    assert learning(anything) < 1.08 * fixed(anything)
    # What follows changes after thousands of codes: it is learned anew.
    turned = [0] * 5000 + [0, 1] * 300
    assert learning(turned) < 500


def test_the_bytes_are_the_same_for_ever():
    """Files that others have must be read by every later version."""
    shares = shares_of(np.array([50, 20, 5, 0]))
    codes = [0, 1, 0, 0, 2, 0, 1, 0, 3, 1] * 300
    packed = [pack(codes, kind(shares)) for kind in KINDS]
    assert [len(each) for each in packed] == [710, 380]
    assert [zlib.crc32(each) for each in packed] == [3916865630, 159492948]


def test_the_bytes_of_many_codewords_are_the_same_for_ever():
    """Codes that are 1024 apart share what follows them."""
    shares = shares_of(np.arange(2000, 0, -1))
    codes = np.random.default_rng(3).integers(0, 2000, 3000)
    codes[::3] = np.array([1, 1025, 1023, 0, 1024])[np.arange(1000) % 5]
    packed = pack(codes.tolist(), LearningChances(shares))
    assert unpack(packed, len(codes), LearningChances(shares)) == codes.tolist()
    assert (len(packed), zlib.crc32(packed)) == (3924, 4222204865)


def test_counts_that_are_none_are_refused():
    for counts in (np.array([], int), np.array([1, -1]), np.zeros(65537, int)):
        with pytest.raises(ValueError, match="counts must be 1 to 65536"):
            shares_of(counts)


@pytest.mark.parametrize("chances", KINDS)
def test_a_count_that_was_never_packed_takes_no_time(chances):
    """A header says how many there are; hours of codes cannot come of a few bytes."""
    shares = shares_of(np.arange(100, 0, -1))
    packed = pack([5, 90, 17] * 50, chances(shares))
    with pytest.raises(ValueError, match="of 10000000 codes"):
        unpack(packed[:-3] + b"abc", 10**7, chances(shares))
    # But of one code alone many come of nothing.
    codes = [5] + [0] * 5000
    assert unpack(pack(codes, chances(shares)), 5001, chances(shares)) == codes
