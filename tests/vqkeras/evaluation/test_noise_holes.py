"""Holes in steady noise."""

import numpy as np
import pytest

from vqkeras.evaluation.fillers import FILLERS
from vqkeras.evaluation.noise_holes import evaluate_noise, is_steady, made_up, noises

RATE = 4000


@pytest.fixture(scope="module")
def white():
    return made_up("white", RATE, 0.0, seed=0)


def test_noise_that_is_made_up_falls_as_its_name_says(white):
    pink = made_up("pink", RATE, -0.5, seed=0)
    low, high = (
        [
            np.square(np.abs(np.fft.rfft(noise.audio))[part]).mean()
            for part in (slice(400, 800), slice(4000, 8000))
        ]
        for noise in (white, pink)
    )
    assert low[1] == pytest.approx(low[0], rel=0.2)
    assert high[0] == pytest.approx(10 * high[1], rel=0.2)
    assert made_up("white", RATE, 0.0, seed=1).audio[0] != white.audio[0]


def test_what_stays_alike_is_steady(white, unheard):
    assert is_steady(white.audio, RATE)
    assert not is_steady(white.audio * np.linspace(0.1, 1.0, 16000), RATE)
    assert not is_steady(1e-5 * white.audio, RATE)  # nobody hears it
    assert [noise.name for noise in noises({}, RATE, seed=0)] == ["white", "pink"]


def test_noise_that_keeps_its_magnitudes_is_as_like_as_noise_is(level_models, white):
    fillers = {name: FILLERS[name] for name in ("true_magnitudes", "true_codes_smooth")}
    rows = evaluate_noise(level_models, fillers, white, seed=0)
    kept, smooth = rows
    assert (kept["noise"], kept["filler"]) == ("white", "true_magnitudes")
    assert kept["distance_ratio"] == pytest.approx(1.0, abs=0.15)
    assert kept["level_db"] == pytest.approx(0.0, abs=0.5)
    assert kept["deviation_ratio"] == pytest.approx(1.0, abs=0.2)
    # Means of levels, without any texture: too quiet and too even.
    assert smooth["deviation_ratio"] < kept["deviation_ratio"]
    assert smooth["level_db"] < kept["level_db"]
