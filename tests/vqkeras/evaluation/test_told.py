"""Trees that tell two sets apart: what they must and must not find out."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from vqkeras.evaluation import told as told_module
from vqkeras.evaluation.told import told_apart

GROUPS = [f"source {number % 12}" for number in range(120)]


@pytest.fixture(autouse=True)
def _fewer_draws(monkeypatch):
    monkeypatch.setattr(told_module, "DRAWS", 200)
    monkeypatch.setattr(told_module, "_TREES", {"max_iter": 20, "max_leaf_nodes": 8})


def statistics(seed):
    return np.random.default_rng(seed).normal(size=(120, 3)).astype(np.float32)


def area(originals, made, groups=GROUPS):
    return told_apart(originals, made, groups, seed=0, repeats=1).area(seed=0)


def test_what_is_alike_cannot_be_told():
    found = area(statistics(0), statistics(1))
    assert found.low < 0.5 < found.high
    assert found.value == pytest.approx(0.5, abs=0.1)


def test_the_very_same_is_a_tie():
    same = statistics(0)
    assert area(same, same).value == 0.5


def test_what_is_shifted_can_be_told():
    found = area(statistics(0), statistics(1) + 4)
    assert 0.98 < found.low <= found.value <= found.high <= 1.0


def test_a_statistic_that_only_some_have_is_no_hindrance():
    originals, made = statistics(0), statistics(1) + 4
    for each in (originals, made):
        each[::2, 1:] = np.nan
    assert area(originals, made).value > 0.98


def test_no_group_is_learned_from_and_judged():
    # Each source is changed in a way of its own: whoever has heard some of its regions
    # can tell the others, and must not have.
    numbers = np.arange(150) % 5
    originals, made = np.zeros((2, 150, 5), np.float32)
    made[np.arange(150), numbers] = 1.0
    assert area(originals, made, [str(number) for number in numbers]).value == 0.5
    by_region = [str(number) for number in range(150)]
    assert area(originals, made, by_region).value > 0.9


def test_the_area_is_the_mean_of_those_of_the_folds(no_trees):
    originals, made = statistics(0), statistics(1) + 1
    told = told_apart(originals, made, GROUPS, seed=0, repeats=1)
    areas = []
    for fold in np.unique(told.pairs, axis=0).astype(bool):
        scores = np.concatenate([made[fold, 0], originals[fold, 0]])
        labels = np.repeat([1, 0], fold.sum())
        areas.append((fold.sum() ** 2, roc_auc_score(labels, scores)))
        assert told.area_among(fold) == pytest.approx(areas[-1][1])
    assert len(areas) == 5
    weights, values = zip(*areas, strict=True)
    mean = np.average(values, weights=weights)
    assert told.area(seed=0).value == pytest.approx(mean)


def test_one_filler_is_told_less_than_another():
    originals = statistics(0)
    near, far = (
        told_apart(originals, statistics(1) + shift, GROUPS, seed=0, repeats=1)
        for shift in (0.5, 3.0)
    )
    less = near.less_than(far, seed=0)
    assert 0.0 < less.low < less.value < less.high
    assert less.value == pytest.approx(far.area(seed=0).value - near.area(seed=0).value)
    assert near.area_among(np.zeros(120, bool)) != near.area(seed=0).value  # NaN


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="same examples.*120 groups"):
        told_apart(statistics(0), statistics(1)[:-1], GROUPS, seed=0)
    with pytest.raises(ValueError, match="5 folds need.*Received: 2"):
        told_apart(statistics(0), statistics(1), ["a", "b"] * 60, seed=0)
