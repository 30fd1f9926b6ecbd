"""Draws of codes: what probabilities, temperature and the nucleus make of a chance."""

import numpy as np
import pytest

from edge_runtime.priors.code_draws import drawn_codes, log_softmax

PROBABILITIES = np.array([0.05, 0.4, 0.25, 0.3])
CHANCES = (np.arange(1000) + 0.5) / 1000


def shares(temperature, top_p):
    logits = np.tile(np.log(PROBABILITIES).astype(np.float32) + 3, (1000, 1))
    drawn = drawn_codes(logits, CHANCES, temperature=temperature, top_p=top_p)
    expected = np.log(PROBABILITIES)[drawn.codes]
    np.testing.assert_allclose(drawn.confidence, expected, atol=1e-6)
    return np.bincount(drawn.codes, minlength=4) / 1000


@pytest.mark.parametrize(
    ("temperature", "top_p", "expected"),
    [
        (1.0, 1.0, PROBABILITIES),
        (0.5, 1.0, PROBABILITIES**2 / (PROBABILITIES**2).sum()),
        (1.0, 0.95, [0, 0.4 / 0.95, 0.25 / 0.95, 0.3 / 0.95]),
        (1.0, 0.69, [0, 0.4 / 0.7, 0, 0.3 / 0.7]),
        (1.0, 0.01, [0, 1, 0, 0]),
        (0.01, 1.0, [0, 1, 0, 0]),
    ],
)
def test_shares(temperature, top_p, expected):
    np.testing.assert_allclose(shares(temperature, top_p), expected, atol=0.0015)


def test_codes_as_likely_as_the_last_are_in_whatever_their_number():
    logits = np.zeros((1000, 4), np.float32)
    drawn = drawn_codes(logits, CHANCES, temperature=1.0, top_p=0.3)
    assert np.bincount(drawn.codes).tolist() == [250] * 4


def test_no_chance_leads_past_the_end():
    logits = np.log(np.float32([[0.7, 0.3, 1e-30]]))
    for chance in (0.0, np.nextafter(1.0, 0.0)):
        drawn = drawn_codes(logits, np.array([chance]), temperature=1.0, top_p=0.99)
        assert drawn.codes[0] == (chance > 0.5)


def test_log_softmax_of_large_logits():
    logs = log_softmax(np.float32([[1e4, 1e4, -1e4]]))
    np.testing.assert_allclose(logs, [[-np.log(2), -np.log(2), -2e4]], rtol=1e-3)
