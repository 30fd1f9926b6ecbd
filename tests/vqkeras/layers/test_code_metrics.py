import numpy as np
import pytest

from vqkeras.layers import CodebookUsage, Perplexity


def test_perplexity_is_the_exponential_of_the_entropy():
    codes = np.random.default_rng(0).integers(0, 6, size=(4, 5, 3)) ** 2 // 6
    metric = Perplexity(8)
    shares = np.bincount(codes.ravel()) / codes.size
    shares = shares[shares > 0]
    expected = np.exp(-np.sum(shares * np.log(shares)))
    assert float(metric(codes)) == pytest.approx(expected, rel=1e-5)


def test_epoch_counts_all_codes_together_and_is_not_the_mean_of_batches():
    perplexity, usage = Perplexity(8), CodebookUsage(8)
    for metric in (perplexity, usage):
        for code in range(4):
            metric.update_state(np.full((1, 2, 2), code))
    assert float(perplexity.result()) == pytest.approx(4.0)
    assert float(usage.result()) == 0.5
    perplexity.reset_state()
    assert float(perplexity.result()) == 1.0


def test_each_of_several_codebooks_is_counted_by_itself():
    codes = np.array([[[0, 7], [1, 7], [2, 7], [3, 7]]])  # 4 codes used, and 1
    perplexity, usage = Perplexity(8, 2), CodebookUsage(8, 2)
    assert float(perplexity(codes)) == pytest.approx(2.0)  # the geometric mean
    assert float(usage(codes)) == (4 + 1) / 16


def test_config_round_trip():
    for metric in (Perplexity(8), CodebookUsage(8, 2)):
        copy = type(metric).from_config(metric.get_config())
        assert copy.get_config() == metric.get_config()
        assert (copy.name, copy.codebooks) == (metric.name, metric.codebooks)
