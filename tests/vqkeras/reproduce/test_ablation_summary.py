"""From single trainings to the table of the ablation."""

import numpy as np
import pytest

from vqkeras.model.model_config import ModelConfig
from vqkeras.reproduce.ablation import MODELS, runs_of, variants
from vqkeras.reproduce.ablation_summary import effect_of, rank_of_default, summarise
from vqkeras.reproduce.page.text import section
from vqkeras.reproduce.plan import AblationPlan

PLAN = AblationPlan(steps=1, seeds=(0, 1, 2), examples=1, thresholds=(0.01, 0.03))


def flat(text):
    """Without the breaks of lines."""
    return " ".join(text.split())


def rows(default_mse=1.0):
    rng = np.random.default_rng(0)
    default = {
        "quantizer": ModelConfig.quantizer,
        "initialise_from_batch": ModelConfig.initialise_from_batch,
        "restart_threshold": ModelConfig.restart_threshold,
    }
    return [
        {
            "data": data,
            "seed": seed,
            **variant,
            "mse": (default_mse if variant == default else 2.0) + 0.1 * rng.random(),
            "perplexity": 10.0 + seed,
            "codebook_usage": 0.5,
        }
        for data, variant, seed in runs_of(PLAN)
    ]


def test_every_variant_is_trained_once_with_each_seed_on_both_data():
    runs = list(runs_of(PLAN))
    keys = {(data, *variant.values(), seed) for data, variant, seed in runs}
    assert len(keys) == len(runs) == 3 * len(MODELS) * len(variants(PLAN))
    switches = {tuple(variant.values())[:2] for variant in variants(PLAN)}
    assert len(switches) == 4
    # Whole rounds come first, so that an interrupted ablation compares like with like.
    assert [seed for *_, seed in runs] == sorted(seed for *_, seed in runs)


def test_the_summary_is_mean_and_deviation_over_seeds():
    summary = summarise(rows())
    assert len(summary) == 2 * len(variants(PLAN))
    for row in summary:
        assert row["seeds"] == [0, 1, 2]
        assert row["perplexity"] == {"mean": 11.0, "sd": 1.0}
    assert sum(row["is_default"] for row in summary) == 2


def test_one_seed_has_no_deviation():
    single = [row for row in rows() if row["seed"] == 0]
    assert all(row["mse"]["sd"] == 0.0 for row in summarise(single))


@pytest.mark.parametrize(
    ("default_mse", "place", "is_tied"), [(1.0, 1, True), (3.0, 10, False)]
)
def test_the_rank_of_the_default(default_mse, place, is_tied):
    rank = rank_of_default(summarise(rows(default_mse)), "notes")
    assert (rank["rank"], rank["is_tied"]) == (place, is_tied)


def test_the_section_says_where_the_default_stands():
    text = flat(section("ablation", ablation={"steps": 7, "rows": summarise(rows())}))
    assert text.count("The default has the least error of all variants") == 2
    assert text.count("| **EMA** | **yes** | **0.1** |") == 2
    assert text.count("EMA follows: learning the codebook by gradient gives 1.") == 1
    assert "seeds 0, 1, 2," in text
    worse = flat(
        section("ablation", ablation={"steps": 7, "rows": summarise(rows(3.0))})
    )
    assert "times the error of the best variant: gradient, from random" in worse
    assert worse.count("is not borne out here") == 3
    tied = flat(
        section("ablation", ablation={"steps": 7, "rows": summarise(rows(2.0))})
    )
    assert "Restarting dead codewords does not follow from the error alone" in tied


def test_one_field_of_the_default_changed():
    effect = effect_of(summarise(rows()), "mnist", "restart_threshold", 0.0)
    assert 1.8 < effect["ratio"] < 2.1 and effect["is_clear"]
    assert (effect["usage"], effect["default_usage"]) == (0.5, 0.5)
    single = summarise([row for row in rows() if row["seed"] == 0])
    assert not effect_of(single, "mnist", "restart_threshold", 0.0)["is_clear"]
