"""Scores of holes in codemaps against the same computed by hand."""

import numpy as np
import pytest

from edge_runtime.spectrogram.distance import lsd_db
from edge_runtime.spectrogram.features import magnitude_db_of, spectrogram_of
from edge_runtime.spectrogram.region_masks import expand_mask
from vqkeras.evaluation.held_out import HOLES, held_out_holes
from vqkeras.evaluation.kind_holes import ALL_KINDS, KindHoles

PRIORS = ("learned", "naive_bayes")


@pytest.fixture(scope="module")
def holes(level_models, unheard):
    return list(held_out_holes(unheard, level_models.bundle, count=4, seed=0))


@pytest.fixture(scope="module")
def rows(level_models, holes):
    scores = KindHoles(level_models)
    for number, hole in enumerate(holes):
        scores.add(hole, seed=number)
    return scores.rows()


def test_every_way_has_a_row_by_kind_and_for_all(rows):
    methods = {"true_codes", "straight_line", "copy_last_frame", *PRIORS}
    found = {(row["hole"], row["kind"], row["method"]) for row in rows}
    assert found == {
        (hole, kind, method)
        for hole in HOLES
        for kind in (ALL_KINDS, "drums", "speech")
        for method in methods
    }
    for row in rows:
        assert row["num_holes"] == (2 if row["kind"] == ALL_KINDS else 1)
        is_prior = row["method"] in PRIORS
        assert ("bits_per_code" in row) == ("code_accuracy" in row) == is_prior


def test_distances_are_those_inside_the_hole(level_models, holes, rows):
    settings = level_models.bundle.settings
    by_hand = []
    for hole in holes:
        if hole.hole == "gap":
            seen = spectrogram_of(hole.audio, settings)
            padded = np.zeros((len(hole.mask) * 8, *seen.shape[1:]), np.float32)
            padded[: len(seen)] = seen
            codemap = level_models.bundle.codes_of(
                level_models.engine.encode(padded[np.newaxis])[0]
            )
            decoded = level_models.engine.decode(codemap[np.newaxis])[0][: len(seen)]
            levels = [magnitude_db_of(each, settings) for each in (seen, decoded)]
            by_hand.append(lsd_db(*levels, expand_mask(hole.mask, 8, 4, len(seen))))
    row = next(
        r
        for r in rows
        if (r["hole"], r["kind"], r["method"]) == ("gap", ALL_KINDS, "true_codes")
    )
    assert row["lsd_db"] == pytest.approx(np.mean(by_hand))


def test_all_is_the_mean_of_the_kinds_where_they_have_as_many(rows):
    for hole in HOLES:
        values = {
            row["kind"]: row["lsd_db"]
            for row in rows
            if row["hole"] == hole and row["method"] == "straight_line"
        }
        together = values.pop(ALL_KINDS)
        assert together == pytest.approx(np.mean(list(values.values())))


def test_a_prior_is_not_told_the_hidden_codes(level_models, holes):
    given = []

    class Prior:
        def fill(self, codemap, mask, *, seed):
            given.append(codemap[mask])
            return codemap

    scores = KindHoles(level_models)
    scores._priors = {"asking": Prior()}
    scores.add(holes[0], seed=0)
    assert not given[0].any()
