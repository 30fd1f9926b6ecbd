"""A bundle judged by what is heard, from sounds to a table."""

import json

import numpy as np
import pytest

from edge_runtime.errors import UserError
from edge_runtime.spectrogram.region import Region
from vqkeras.datasets import DataConfig
from vqkeras.evaluation import bundle_report, noise_holes, regenerated, told
from vqkeras.evaluation.bundle_report import evaluate_bundle
from vqkeras.evaluation.bundle_table import bundle_table_of
from vqkeras.evaluation.fillers import FILLERS, Models
from vqkeras.evaluation.heard_statistics import GROUPS
from vqkeras.evaluation.held_out import HeldOutHole, held_out_holes
from vqkeras.evaluation.regenerated import Regenerated

DATA = DataConfig("general")
CHOSEN = ("true_codes", "true_codes_smooth", "learned_drawn")


@pytest.fixture(scope="module")
def prepared(level_models, unheard, trees_that_learn_nothing):
    """Few ways, few sounds and small trees: everything else is as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(told, "DRAWS", 50)
        patch.setattr(*trees_that_learn_nothing)
        patch.setattr(regenerated, "TAKES", 2)
        patch.setattr(noise_holes, "HOLES", 1)
        chosen = {name: FILLERS[name] for name in CHOSEN}
        patch.setattr(bundle_report, "fillers_of", lambda bundle: chosen)
        patch.setattr(bundle_report, "held_out_clips", lambda data, bundle: unheard)
        patch.setattr(Models, "of", lambda bundle: level_models)
        yield


@pytest.fixture(scope="module")
def report(prepared, level_models):
    return evaluate_bundle(level_models.bundle, DATA, regions=8)


def test_a_report_says_what_was_measured(report):
    assert (report["name"], report["engine"], report["seed"]) == ("levels", "levels", 0)
    assert (report["regions"], report["origins"]) == (8, 6)
    assert report["kinds"] == {"drums": 4, "speech": 4}
    assert json.loads(json.dumps(report)) == report


def test_every_filler_is_told_and_its_level_is_measured(report):
    rows = report["told"]["rows"]
    assert tuple(row["filler"] for row in rows) == CHOSEN
    for row in rows:
        assert 0.0 <= row["auc_low"] <= row["auc"] <= row["auc_high"] <= 1.0
        assert set(row["auc_by_group"]) == set(GROUPS)
        assert set(row["auc_by_kind"]) == {"drums", "speech"}
        assert len(row["thirds_db"]) == 3
        assert 0.0 <= row["level_db"] <= row["level_p90_db"]
        assert abs(row["level_signed_db"]) <= row["level_p90_db"]
    compared = [(row["filler"], row["than"]) for row in report["told"]["less"]]
    assert compared == [
        ("true_codes", "true_codes_smooth"),
        ("true_codes", "learned_drawn"),
    ]


def test_takes_are_those_of_fillers_that_draw(report):
    assert {row["filler"] for row in report["takes"]} == {"learned_drawn"}
    rows = {row["hole"]: row for row in report["takes"]}
    assert len(rows["all"]["auc"]) == 2
    for hole in ("gap", "box"):
        assert 0.0 <= rows[hole]["codes_differ"] <= 1.0
        assert rows[hole]["distance_db"] >= 0.0


def test_a_table_shows_it_all(report):
    table = bundle_table_of(report)
    words = ("drums", "gap", "white", "copy_last_frame", "sound_before")
    for word in (*CHOSEN, *GROUPS, *words):
        assert word in table
    assert "is told less than true_codes_smooth by" in table


def test_too_few_origins_are_refused(prepared, level_models):
    with pytest.raises(UserError, match="has 1 in 1 regions. Take more."):
        evaluate_bundle(level_models.bundle, DATA, regions=1)


def test_the_same_seed_regenerates_the_same(level_models, unheard):
    hole = next(held_out_holes(unheard, level_models.bundle, count=1, seed=0))
    heard = []
    for _ in range(2):
        made = Regenerated(level_models, {"true_codes": FILLERS["true_codes"]})
        made.add(hole, seed=5)
        heard.append(made._takes["true_codes"][0][0].heard.levels)
    assert np.array_equal(*heard)


def test_the_sound_beside_a_hole_shows_what_can_be_known_of_its_level(level_models):
    settings = level_models.bundle.settings
    rate, nyquist = settings.sample_rate, settings.sample_rate / 2
    audio = np.random.default_rng(0).normal(scale=0.1, size=3 * rate)
    audio[rate : rate * 3 // 2] *= 0.5
    audio[rate * 3 // 2 :] *= 0.25
    hole = HeldOutHole(
        *("drums", "origin", "gap", audio.astype(np.float32)),
        mask=np.zeros((1, 1), bool),
        region=Region(1.0, 1.5, 0.0, nyquist),
    )
    made = Regenerated(level_models, {})
    made.add(hole, seed=0)
    rows = made._levels_by_kind()
    assert [(row["kind"], row["filler"]) for row in rows] == [
        (kind, name)
        for kind in ("all", "drums")
        for name in ("sound_before", "sound_after")
    ]
    for row, expected_db in zip(rows, (6.0, -6.0) * 2, strict=True):
        assert row["level_signed_db"] == pytest.approx(expected_db, abs=1.0)
        assert row["level_db"] == row["level_p90_db"] == abs(row["level_signed_db"])
