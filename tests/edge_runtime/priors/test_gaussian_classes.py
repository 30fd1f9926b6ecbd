"""The batched classifier against scikit-learn's, to the last bit, ties included."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB

from edge_runtime.priors.gaussian_classes import (
    Scores,
    class_scores,
    drawn,
    mean_code,
    most_likely,
    posterior,
    samples_of,
)


def random_neighbourhoods(count, codebook_size, seed):
    """Known cells around random cells of a large grid: `(query, positions, codes)`."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        radius = int(rng.integers(1, 5))
        query = rng.integers(radius, 500, 2)
        grid = np.mgrid[-radius : radius + 1, -radius : radius + 1].reshape(2, -1).T
        grid = grid[np.any(grid != 0, axis=1)]
        reach = [(1, 1), (1, 0), (0, 1)][rng.integers(3)]
        grid = np.unique(grid * reach, axis=0)
        grid = grid[np.any(grid != 0, axis=1)]
        keep = rng.random(len(grid)) < rng.choice([0.1, 0.5, 1.0])
        keep[rng.integers(len(grid))] = True
        positions = (query + grid[keep]).astype(np.float64)
        # Few codes, few classes: many ties and many neighbourhoods of one class.
        codes = rng.integers(0, rng.choice([1, 2, 3, codebook_size]), len(positions))
        yield query.astype(np.float64), positions, codes


def pack(neighbourhoods, codebook_size):
    """All of them in one batch."""
    queries, positions, codes = zip(*neighbourhoods, strict=True)
    owner = np.repeat(np.arange(len(queries)), [len(p) for p in positions])
    samples = samples_of(owner, np.concatenate(positions).T, np.array(queries).T)
    return class_scores(samples, np.concatenate(codes), codebook_size)


@pytest.fixture(scope="module")
def fitted():
    """4,000 neighbourhoods, our scores, and scikit-learn's fits where it has one."""
    neighbourhoods = list(random_neighbourhoods(4000, 64, seed=0))
    fits = [
        GaussianNB().fit(positions, codes) if len(positions) > 1 else None
        for _, positions, codes in neighbourhoods
    ]
    return neighbourhoods, pack(neighbourhoods, 64), fits


def test_predictions_equal_scikit_learn(fitted):
    neighbourhoods, scores, fits = fitted
    predicted = most_likely(scores)
    expected = [
        codes[0] if fit is None else fit.predict(query[None])[0]
        for (query, _, codes), fit in zip(neighbourhoods, fits, strict=True)
    ]
    np.testing.assert_array_equal(predicted, expected)


def test_joint_log_likelihoods_equal_scikit_learn_bit_for_bit(fitted):
    neighbourhoods, scores, fits = fitted
    ties = one_class = 0
    for cell, ((query, _, _), fit) in enumerate(zip(neighbourhoods, fits, strict=True)):
        if fit is None:
            continue
        own = scores.owner == cell
        expected = fit.predict_joint_log_proba(query[None])[0]
        np.testing.assert_array_equal(scores.code[own], fit.classes_)
        np.testing.assert_array_equal(scores.log_joint[own], expected)
        ties += int(np.sum(expected == expected.max()) > 1)
        one_class += int(len(expected) == 1)
    # What was promised was met: the sample holds both.
    assert ties > 100 and one_class > 500


def test_posteriors_equal_scikit_learn(fitted):
    neighbourhoods, scores, fits = fitted
    probabilities = posterior(scores)
    sums = np.bincount(scores.owner, probabilities)
    np.testing.assert_allclose(sums, 1.0, rtol=1e-12)
    for cell, ((query, _, _), fit) in enumerate(zip(neighbourhoods, fits, strict=True)):
        if fit is not None and cell % 10 == 0:
            # scikit-learn adds logs of -1e8 back, which costs it 1e-8.
            np.testing.assert_allclose(
                probabilities[scores.owner == cell],
                fit.predict_proba(query[None])[0],
                atol=1e-7,
            )


def test_a_single_neighbour_is_followed_where_scikit_learn_divides_by_zero():
    scores = pack([(np.array([3.0, 3.0]), np.array([[2.0, 3.0]]), np.array([9]))], 16)
    with np.errstate(divide="ignore", invalid="ignore"):
        fit = GaussianNB().fit([[2.0, 3.0]], [9])
        assert np.isnan(fit.predict_joint_log_proba([[3.0, 3.0]])).all()
        assert fit.predict([[3.0, 3.0]]) == [9]
    assert np.isfinite(scores.log_joint).all()
    assert most_likely(scores) == [9]
    assert posterior(scores) == [1.0]


def test_a_tie_goes_to_the_lowest_code():
    around = np.array([[4.0, 5.0], [6.0, 5.0]])
    for codes in ([7, 2], [2, 7]):
        scores = pack([(np.array([5.0, 5.0]), around, np.array(codes))], 8)
        assert scores.log_joint[0] == scores.log_joint[1]
        assert most_likely(scores) == [2]


def test_answers_worked_out_on_paper():
    # Code 0 at frames 0 and 2, code 1 at frame 5; asked at frame 4. Variances: all
    # (0, 2, 5) 38/9; code 0: 1; code 1: 0; each plus 1e-9 * 38/9, also for the bins.
    smoothing = 1e-9 * 38 / 9
    samples = [[0.0, 0.0], [2.0, 0.0], [5.0, 0.0]]
    scores = pack([(np.array([4.0, 0.0]), np.array(samples), np.array([0, 0, 1]))], 2)
    expected = [
        np.log(2 / 3)
        - 0.5 * np.log(4 * np.pi**2 * (1 + smoothing) * smoothing)
        - 0.5 * 9 / (1 + smoothing),
        np.log(1 / 3) - 0.5 * np.log((2 * np.pi * smoothing) ** 2) - 0.5 / smoothing,
    ]
    np.testing.assert_allclose(scores.log_joint, expected, rtol=1e-12)


def test_draws_follow_the_posterior():
    # Two classes spread alike: near even odds, as a posterior rarely has them.
    around = np.array([[0.0, 0.0], [2.0, 3.0], [1.0, 0.0], [3.0, 3.0], [4.0, 1.0]])
    one = (np.array([2.0, 1.0]), around, np.array([3, 3, 5, 5, 3]))
    scores = pack([one] * 5000, 8)
    chance = posterior(scores)[:2]
    assert 0.1 < chance[0] < 0.9
    draws = np.random.default_rng(0).random(5000)
    codes = drawn(scores, draws)
    assert set(codes) == {3, 5}
    assert np.mean(codes == 3) == pytest.approx(chance[0], abs=0.02)
    np.testing.assert_array_equal(codes == 3, draws < chance[0])


@pytest.mark.parametrize("temperature", [0.05, 0.5, 1.0, 3.0, 100.0])
def test_temperature_raises_the_posterior_to_a_power(fitted, temperature):
    _, scores, _ = fitted
    warm = posterior(scores, temperature=temperature)
    np.testing.assert_allclose(np.bincount(scores.owner, warm), 1.0, rtol=1e-12)
    # In every cell p ** (1 / temperature), up to a factor: differences of logs say so.
    plain = posterior(scores)
    seen = (plain > 1e-200) & (warm > 1e-200)
    first = scores.starts[scores.owner]
    seen &= seen[first]
    np.testing.assert_allclose(
        np.log(warm[seen]) - np.log(warm[first[seen]]),
        (np.log(plain[seen]) - np.log(plain[first[seen]])) / temperature,
        rtol=1e-9,
        atol=1e-9,
    )
    if temperature == 1.0:
        np.testing.assert_array_equal(warm, plain)


def test_warm_draws_follow_probabilities_worked_out_on_paper():
    around = np.array([[0.0, 0.0], [2.0, 3.0], [1.0, 0.0], [3.0, 3.0], [4.0, 1.0]])
    one = (np.array([2.0, 1.0]), around, np.array([3, 3, 5, 5, 3]))
    scores = pack([one] * 5000, 8)
    odds = posterior(scores)[0] / posterior(scores)[1]
    draws = np.random.default_rng(0).random(5000)
    for temperature in (0.25, 1.0, 4.0):
        chance = 1.0 / (1.0 + odds ** (-1.0 / temperature))
        codes = drawn(scores, draws, temperature=temperature)
        np.testing.assert_array_equal(codes == 3, draws < chance)
    cold = drawn(scores, draws, temperature=0.01)
    np.testing.assert_array_equal(cold, most_likely(scores))


def test_draws_at_the_ends_of_the_range_stay_in_their_cell():
    scores = pack(list(random_neighbourhoods(500, 16, seed=1)), 16)
    last = np.append(scores.starts[1:], len(scores.code)) - 1
    for draw in (0.0, np.nextafter(1.0, 0.0)):
        codes = drawn(scores, np.full(500, draw))
        cells = [
            code in scores.code[start : end + 1]
            for code, start, end in zip(codes, scores.starts, last, strict=True)
        ]
        assert all(cells)


def test_mean_code_averages_numbers():
    around = np.array([[4.0, 5.0], [6.0, 5.0]])
    scores = pack([(np.array([5.0, 5.0]), around, np.array([0, 13]))], 16)
    np.testing.assert_allclose(posterior(scores), [0.5, 0.5])
    # 6.5 rounds to even; code 6 stands nowhere near.
    assert mean_code(scores) == [6]


def test_rounding_does_not_decide_between_equals():
    """A digit ahead in the last place is no reason; more than rounding is."""
    owner, code = np.array([0, 0, 1, 1]), np.array([3, 8, 3, 8])
    best = np.nextafter(-5.0, 0.0)
    log_joint = np.array([-5.0, best, -5.0, -5.0 + 1e-6])
    scores = Scores(
        owner=owner, code=code, starts=np.array([0, 2]), log_joint=log_joint
    )
    np.testing.assert_array_equal(most_likely(scores), [3, 8])
