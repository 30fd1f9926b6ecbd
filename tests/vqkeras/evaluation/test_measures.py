"""Measures against SciPy, scikit-learn and plain loops."""

import math

import numpy as np
import pytest
from scipy.stats import entropy
from sklearn.metrics import r2_score

from edge_runtime.bundle.bit_rate import bitrate_bps, cells_per_second
from edge_runtime.spectrogram.distance import lsd_db
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.evaluation import measures
from vqkeras.evaluation.reconstruction_error import ReconstructionError


@pytest.fixture
def pair():
    rng = np.random.default_rng(0)
    target = rng.random((6, 5, 8, 1)).astype(np.float32)
    output = (target + 0.1 * rng.normal(size=target.shape)).astype(np.float32)
    return target, output


def test_nmse_is_the_unexplained_share_of_the_variance(pair):
    target, output = pair
    expected = 1.0 - r2_score(target.ravel(), output.ravel())
    assert measures.nmse(target, output) == pytest.approx(expected, rel=1e-6)


def test_nmse_of_the_mean_is_one_and_of_the_target_zero(pair):
    target, _ = pair
    mean = np.full_like(target, target.mean())
    assert measures.nmse(target, mean) == pytest.approx(1.0, rel=1e-5)
    assert measures.nmse(target, target) == 0.0


def test_nmse_of_a_constant_target_is_not_a_number():
    assert math.isnan(measures.nmse(np.ones((1, 2, 2, 1)), np.zeros((1, 2, 2, 1))))


def test_batches_of_any_size_give_one_error(pair):
    target, output = pair
    error = ReconstructionError(floor_db=-80.0)
    for start, end in ((0, 1), (1, 2), (2, 6)):
        error.add(target[start:end], output[start:end])
    assert error.nmse == pytest.approx(measures.nmse(target, output), rel=1e-12)
    assert error.mse == pytest.approx(np.mean((target - output) ** 2), rel=1e-6)
    in_db = lsd_db(target[..., 0] * 80.0, output[..., 0] * 80.0)
    assert error.lsd_db == pytest.approx(in_db, rel=1e-6)


def test_a_far_away_mean_costs_no_precision():
    rng = np.random.default_rng(1)
    target = (1e4 + rng.normal(size=(50, 4, 4, 1))).astype(np.float64)
    error = ReconstructionError()
    for example in target:
        error.add(example, np.full_like(example, target.mean()))
    assert error.nmse == pytest.approx(1.0, rel=1e-9)


def test_images_have_no_distance_in_db(pair):
    error = ReconstructionError()
    error.add(*pair)
    assert math.isnan(error.lsd_db)


def test_different_or_empty_shapes_are_refused():
    error = ReconstructionError()
    with pytest.raises(ValueError, match=r"one shape.*\(2, 2, 1\) and \(2, 3, 1\)"):
        error.add(np.zeros((2, 2, 1)), np.zeros((2, 3, 1)))
    with pytest.raises(ValueError, match="hold values"):
        error.add(np.zeros((0, 2, 1)), np.zeros((0, 2, 1)))


def test_lsd_db_equals_a_loop(pair):
    target, output = (array[..., 0] * 80.0 for array in pair)
    distances = [
        math.sqrt(sum((a - b) ** 2 for a, b in zip(x, y, strict=True)) / len(x))
        for x, y in zip(target.reshape(-1, 8), output.reshape(-1, 8), strict=True)
    ]
    assert lsd_db(target, output) == pytest.approx(np.mean(distances))


def test_lsd_db_in_a_mask_sees_nothing_else():
    target = np.zeros((3, 4))
    output = np.array(
        [[9.0, 9.0, 9.0, 9.0], [2.0, 2.0, 9.0, 9.0], [4.0, 9.0, 9.0, 9.0]]
    )
    mask = np.array([[0, 0, 0, 0], [1, 1, 0, 0], [1, 0, 0, 0]], bool)
    assert lsd_db(target, output, mask) == 3.0
    assert math.isnan(lsd_db(target, output, np.zeros((3, 4), bool)))


def test_seam_db_equals_a_loop_over_pairs():
    rng = np.random.default_rng(2)
    level = rng.normal(size=(7, 6)) * 20.0
    mask = rng.random((7, 6)) < 0.4
    steps = []
    for t in range(7):
        for f in range(6):
            for other in ((t + 1, f), (t, f + 1)):
                if other[0] < 7 and other[1] < 6 and mask[t, f] != mask[other]:
                    steps.append(abs(level[t, f] - level[other]))
    assert measures.seam_db(level, mask) == pytest.approx(np.mean(steps))


def test_a_mask_without_a_border_has_no_seam():
    assert math.isnan(measures.seam_db(np.zeros((3, 3)), np.ones((3, 3), bool)))


def test_sounding_cells_equal_a_loop():
    rng = np.random.default_rng(3)
    level = np.where(rng.random((2, 10, 9)) < 0.05, -69.9, -70.0)
    expected = np.zeros((2, 3, 3), bool)
    for n, t, f in np.argwhere(level > -70.0):
        expected[n, t // 4, f // 4] = True
    np.testing.assert_array_equal(measures.sounding_cells(level, 4, 4), expected)
    np.testing.assert_array_equal(measures.sounding_cells(level[0], 4, 4), expected[0])


def test_entropy_and_perplexity_equal_scipy():
    counts = np.array([7, 0, 1, 30, 2])
    codes = np.repeat(np.arange(5), counts)
    np.testing.assert_array_equal(measures.code_counts(codes, 5), counts)
    assert measures.entropy_bits(counts) == pytest.approx(entropy(counts, base=2))
    assert measures.perplexity(codes, 5) == pytest.approx(np.exp(entropy(counts)))
    assert measures.codebook_usage(codes, 5) == 0.8


def test_one_code_has_perplexity_one_and_no_entropy():
    codes = np.full((3, 4), 2)
    assert measures.perplexity(codes, 8) == 1.0
    assert measures.entropy_bits(np.zeros(4, np.int64)) == 0.0


def test_the_rates_are_those_of_the_design():
    # Cells of 8 frames x 32 bins and 512 codewords: 1.125 kbit/s.
    settings = SpectrogramSettings(sample_rate=16000, n_fft=1024, hop_length=256)
    rate = cells_per_second(settings, time_stride=8, freq_stride=32)
    assert rate == 125.0
    assert bitrate_bps(512, rate) == 1125.0
    assert measures.entropy_rate_bps(np.array([4, 4]), rate) == 125.0


def test_a_last_incomplete_cell_is_paid_for():
    settings = SpectrogramSettings(n_fft=1024)
    rate = cells_per_second(settings, time_stride=1, freq_stride=500)
    assert rate == 2 * settings.frames_per_second
