"""What `tests/benchmarks/measure_boxes.py` draws, and measures in a box."""

import importlib
from pathlib import Path

import numpy as np
import pytest

from edge_runtime import Region
from vqkeras.datasets import DataConfig
from vqkeras.datasets.sounds import Sounds, SoundSplits

RATE = 8000
BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def box_sounds(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("box_sounds")


@pytest.fixture
def meter(box_sounds):
    return box_sounds.Meter(RATE, 512, 128)


def tone(hertz, level_db=0.0):
    times = np.arange(4 * RATE) / RATE
    sine = np.sin(2 * np.pi * hertz * times) * 10 ** (level_db / 20)
    return sine.astype(np.float32)


def sounds(*values):
    return Sounds(
        metadata=[{"instrument_family_str": name} for name, _ in values],
        fingerprints=[name for name, _ in values],
        readers=[lambda value=value: value for _, value in values],
    )


def test_notes_are_those_of_the_test_by_family(box_sounds, monkeypatch, level_models):
    splits = SoundSplits(
        train=sounds(("organ", "heard")),
        validation=sounds(("organ", "watched")),
        test=sounds(("organ", "one"), ("bass", "two"), ("organ", "three")),
    )
    monkeypatch.setattr(box_sounds, "load_nsynth", lambda config, settings: splits)
    found = box_sounds.held_out_sounds(DataConfig("nsynth"), level_models.bundle)
    read = {name: [[r() for r in of] for of in kinds] for name, kinds in found.items()}
    assert read == {"bass": [["two"]], "organ": [["one", "three"]]}


def test_other_sounds_are_held_out_clips_by_group(
    box_sounds, monkeypatch, level_models
):
    clips = {"fx": ["a"], "speech": ["b"], "singing": ["c"]}
    monkeypatch.setattr(box_sounds, "held_out_clips", lambda data, bundle: clips)
    monkeypatch.setattr(box_sounds, "read_clip", lambda clip, rate: (clip, rate))
    found = box_sounds.held_out_sounds(DataConfig("general"), level_models.bundle)
    rate = level_models.bundle.settings.sample_rate
    read = {name: [[r() for r in of] for of in kinds] for name, kinds in found.items()}
    assert read == {
        "voice": [[("b", rate)], [("c", rate)]],
        "noises": [[("a", rate)]],
    }


def test_kinds_take_turns(box_sounds):
    kinds = [[lambda: "hit"], [lambda: "loop"]]
    found = box_sounds.drawn(kinds, np.random.default_rng(0))
    assert [next(found) for _ in range(4)] == ["hit", "loop"] * 2


def test_a_level_is_that_inside_the_box(meter):
    both = tone(500) + tone(3000, -20.0)
    low, high = Region(1.0, 2.0, 200, 1000), Region(1.0, 2.0, 2500, 3500)
    assert meter.level_db(both, low) - meter.level_db(both, high) == pytest.approx(
        20.0, abs=0.01
    )


def test_the_correlation_is_that_inside_the_box(meter):
    stereo = np.stack([tone(500) + tone(3000), tone(500) - tone(3000)], axis=1)
    assert meter.correlation(stereo, Region(1, 2, 200, 1000)) == pytest.approx(1.0)
    assert meter.correlation(stereo, Region(1, 2, 2500, 3500)) == pytest.approx(-1.0)


def test_no_box_lies_where_nothing_sounds(meter):
    half = tone(500)
    half[2 * RATE :] = 0.0
    rng = np.random.default_rng(0)
    boxes = [meter.box_in(half, rng) for _ in range(20)]
    assert all(box is None or box.start_s < 2.1 for box in boxes)
    assert any(boxes)
    assert meter.box_in(0 * half, rng) is None


def test_excess_is_what_changed_on_both_sides(box_sounds):
    before = np.zeros((RATE, 2), np.float32)
    after = before.copy()
    after[int(0.45 * RATE) : int(0.63 * RATE) + 1, 1] = 1.0
    box = Region(0.5, 0.6, 0.0, RATE / 2)
    assert box_sounds.excess_s(before, before, box, RATE) == 0.0
    assert box_sounds.excess_s(before, after, box, RATE) == pytest.approx(0.08)


def test_near_mono_is_more_alike_than_two_sounds_panned(box_sounds, meter):
    one, other = (
        np.random.default_rng(seed).normal(0, 0.1, 4 * RATE) for seed in range(2)
    )
    whole = Region(0.5, 3.5, 0.0, RATE / 2)
    near, panned = (
        meter.correlation(
            box_sounds.stereo_of(one, other, image, np.random.default_rng(0)), whole
        )
        for image in ("near mono", "panned")
    )
    assert near > 0.95 > panned
