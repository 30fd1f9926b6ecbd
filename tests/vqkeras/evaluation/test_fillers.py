"""What fills a hole, through the whole program."""

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import edge_runtime.page
from edge_runtime.priors.learned import LearnedPrior
from edge_runtime.priors.variation import USUAL_VARIATION
from vqkeras.evaluation.fillers import (
    FILLERS,
    PRIOR_CHOICES,
    fillers_of,
    guesses_of,
)
from vqkeras.evaluation.heard_statistics import heard_region
from vqkeras.evaluation.held_out import held_out_holes


@pytest.fixture(scope="module")
def holes(level_models, unheard):
    return list(held_out_holes(unheard, level_models.bundle, count=4, seed=0))


def edited(models, hole, name, seed=0):
    return FILLERS[name].sound(models, hole.audio, hole.region, seed=seed)


def test_a_model_without_a_prior_has_no_learned_filler(level_models):
    bundle = level_models.bundle
    assert set(FILLERS) - set(fillers_of(bundle)) == {"naive_bayes_drawn"}
    assert list(guesses_of(bundle)) == ["learned", "naive_bayes"]
    without = replace(bundle, metadata=bundle.metadata | {"prior": None})
    assert set(FILLERS) - set(fillers_of(without)) == {
        *("learned", "learned_drawn", "learned_usual")
    }
    assert list(guesses_of(without)) == ["naive_bayes"]


@pytest.mark.parametrize("name", FILLERS)
def test_every_filler_changes_the_hole_and_nothing_far_from_it(
    name, level_models, holes
):
    for hole in holes:
        after = edited(level_models, hole, name).audio_file.samples[:, 0]
        moved = np.flatnonzero(after != hole.audio) / 4000
        assert hole.region.start_s - 0.03 <= moved[0]
        assert moved[-1] <= hole.region.end_s + 0.03
        assert after.shape == hole.audio.shape


def test_true_magnitudes_keep_every_level(level_models, holes):
    for hole in holes:
        after = edited(level_models, hole, "true_magnitudes").audio_file.samples[:, 0]
        before, new = (
            heard_region(audio, hole.region, 4000) for audio in (hole.audio, after)
        )
        assert new.power_db == pytest.approx(before.power_db, abs=0.5)
        assert np.abs(new.levels - before.levels).mean() < 2.0


def test_a_straight_line_sees_nothing_of_the_hole(level_models, holes):
    class Lossless:
        def transform(self, sound, region, change):
            hidden = np.zeros((len(sound.samples) // 16 + 1, 32), bool)
            hidden[300:340] = True
            return change(np.zeros(hidden.shape, np.int32), hidden)

    models = SimpleNamespace(bundle=level_models.bundle, lossless=Lossless())
    other = holes[0].audio.copy()
    other[302 * 16 : 337 * 16] = 0.0
    lines = [
        FILLERS["straight_line"].sound(models, audio, holes[0].region, seed=0)
        for audio in (holes[0].audio, other)
    ]
    assert lines[0].shape == (651, 32, 1)
    assert (lines[0] == lines[1]).all()
    steps = np.diff(lines[0][299:341], axis=0)
    assert steps == pytest.approx(np.broadcast_to(steps[0], steps.shape), abs=1e-5)


def test_true_codes_stay_and_predicted_ones_do_not_know_them(level_models, holes):
    for hole in holes:
        kept = edited(level_models, hole, "true_codes")
        assert (kept.codemap_after == kept.codemap_before).all()
    for name in ("naive_bayes", "learned"):
        edits = [edited(level_models, hole, name) for hole in holes]
        assert any((each.codemap_after != each.codemap_before).any() for each in edits)


def test_only_those_that_draw_depend_on_the_seed(level_models, holes):
    for name, filler in FILLERS.items():
        codes = [
            edited(level_models, holes[2], name, seed).codemap_after for seed in (0, 1)
        ]
        if not filler.draws:
            assert (codes[0] == codes[1]).all()
        elif name.startswith("learned"):
            assert (codes[0] != codes[1]).any()


def test_the_pages_takes_keep_some_codes_and_free_ones_none(level_models, holes):
    choice = PRIOR_CHOICES["learned_usual"]
    prior = level_models.prior(choice)
    assert choice.variation == USUAL_VARIATION
    share = prior.kept(holes[0].mask, seed=0)[holes[0].mask].mean()
    assert 0.0 < prior.share < 0.5 and share == pytest.approx(prior.share, abs=0.15)
    assert isinstance(level_models.prior(PRIOR_CHOICES["learned_drawn"]), LearnedPrior)


def test_the_page_starts_at_the_variation_that_is_judged():
    static = Path(edge_runtime.page.__file__).parent / "static"
    presets = (static / "choose" / "presets.js").read_text()
    first = re.search(r'FIRST = "(\w+)"', presets)[1]
    fields = presets.split(f"  {first}: {{")[1].split("}")[0]
    assert float(re.search(r"variation: ([\d.]+)", fields)[1]) == USUAL_VARIATION
    page = (static / "index.html").read_text()
    value = re.search(r'<input id="variation"[^>]* value="([\d.]+)"', page)[1]
    assert float(value) == USUAL_VARIATION
