"""Statistics of a region: what each of them hears."""

import numpy as np
import pytest

from edge_runtime.spectrogram.region import Region
from vqkeras.evaluation.heard_statistics import GROUPS, MELS, heard_region

RATE = 8000
GAP = Region(0.5, 1.0, 0.0, RATE / 2)
BOX = Region(0.5, 1.0, 500.0, 1500.0)


def noise(seconds=1.5):
    rng = np.random.default_rng(0)
    return rng.normal(0.0, 0.1, round(seconds * RATE)).astype(np.float32)


def inside(audio, gain):
    changed = audio.copy()
    changed[RATE // 2 : RATE] *= gain
    return changed


def test_a_box_has_no_statistics_outside_its_bands():
    heard = heard_region(noise(), BOX, RATE)
    assert tuple(heard.statistics) == GROUPS
    known = np.isfinite(heard.statistics["level"])
    assert 0 < known.sum() < MELS
    assert heard.levels.shape[1] == known.sum()
    for group in ("deviation", "steps", "peaks"):
        assert (np.isfinite(heard.statistics[group]) == known).all()
    assert np.isfinite(heard_region(noise(), GAP, RATE).statistics["level"]).all()


def test_a_gain_moves_levels_and_power_by_as_much():
    before = heard_region(noise(), GAP, RATE)
    after = heard_region(inside(noise(), 0.5), GAP, RATE)
    assert after.thirds_db - before.thirds_db == pytest.approx(-6.0, abs=0.4)
    assert after.power_db - before.power_db == pytest.approx(-6.0, abs=0.6)


def test_a_gain_is_a_seam():
    seams = [
        heard_region(inside(noise(), gain), GAP, RATE).statistics["seams"]
        for gain in (1.0, 0.05)
    ]
    jumps, contrasts = (
        [np.nanmean(each[part]) for each in seams]
        for part in (slice(MELS), slice(MELS, 2 * MELS))
    )
    assert jumps[1] > jumps[0] + 10
    assert contrasts == pytest.approx([0.0, -26.0], abs=4)


def test_a_tone_is_steadier_and_less_flat_than_noise():
    tone = 0.3 * np.sin(2 * np.pi * 1000 * np.arange(12000) / RATE)
    of_noise, of_tone = (
        heard_region(audio.astype(np.float32), BOX, RATE).statistics
        for audio in (noise(), tone)
    )
    for group in ("deviation", "steps", "peaks"):
        assert np.nanmean(of_tone[group]) < 0.2 * np.nanmean(of_noise[group])
    assert of_tone["flatness"][4] < of_noise["flatness"][4] - 5


def test_the_smallest_region_has_two_frames_and_a_band():
    heard = heard_region(noise(), Region(0.5, 0.501, 500.0, 500.1), RATE)
    assert heard.levels.shape == (2, 1)
    assert np.isfinite(heard.power_db)
