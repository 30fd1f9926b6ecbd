"""The study as a whole, on a model whose codes are grey levels."""

import argparse
from types import SimpleNamespace

import numpy as np
import pytest

from edge_runtime.commands.prior_arguments import (
    add_prior_arguments,
    read_prior_choice,
)
from edge_runtime.priors.choice import make_prior
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from vqkeras.evaluation.holes import make_holes, pixel_mask
from vqkeras.evaluation.measures import code_counts
from vqkeras.reproduce.hole_scores import Task, code_error, hits, picture_error
from vqkeras.reproduce.naive_bayes_study import (
    MARGINAL_WEIGHTS,
    PREDICTIONS,
    naive_bayes_study,
)
from vqkeras.reproduce.page.text import section
from vqkeras.reproduce.plan import BayesPlan

PLAN = BayesPlan(
    images=6, notes=6, training_examples=12, tuning_examples=3, radii=(1, 2)
)


def task_of(codec, count=4, kinds=("box",)):
    examples = np.stack([codec.run.dataset.test[index] for index in range(count)])
    codemaps = codec.encode(examples)
    holes = make_holes(count, codemaps.shape[1:], kinds=kinds, seed=0)
    return Task(codec, examples, codemaps, holes)


def test_an_error_in_the_hole_counts_its_pixels_only(image_codec):
    task = task_of(image_codec)
    marginal = np.ones(8)
    filled = [
        MarginalPrior(marginal).fill(task.codemaps[hole.example], hole.mask, seed=0)
        for hole in task.holes
    ]
    for hole, error in zip(task.holes, code_error(task, filled), strict=True):
        pixels = task.examples[hole.example][pixel_mask(image_codec, hole.mask)]
        # The commonest of equal codes is code 0: an empty image.
        assert error == pytest.approx(np.mean(pixels**2), rel=1e-5)


def test_a_perfect_picture_has_no_error(note_codec):
    task = task_of(note_codec, kinds=("box", "gap", "band"))
    true = {id(hole): task.examples[hole.example][:, :, 0] for hole in task.holes}
    order = iter(task.holes)
    errors = picture_error(task, lambda example, mask: true[id(next(order))])
    assert errors == [0.0] * len(task.holes)


def test_what_sounds_is_not_background(image_codec, note_codec):
    for codec in (image_codec, note_codec):
        task = task_of(codec)
        for hole, sounding in zip(task.holes, task.sounding, strict=True):
            codes = task.codemaps[hole.example][hole.mask]
            if codec is image_codec:
                assert np.array_equal(sounding, codes != 0)
            else:
                # A bin above -70 dB: an eighth of the scale, over one value.
                assert np.all(sounding[codes > 0])


def test_hits_are_the_right_codes(image_codec):
    task = task_of(image_codec)
    filled = [task.codemaps[hole.example].copy() for hole in task.holes]
    assert all(part.all() for part in hits(task, filled))
    first = np.argwhere(task.holes[0].mask)[0]
    filled[0][tuple(first)] += 1
    assert [int((~part).sum()) for part in hits(task, filled)][:2] == [1, 0]


def test_a_row_is_what_the_prior_does(image_codec):
    study = naive_bayes_study(image_codec, PLAN, examples=6, kinds=["box"])
    dataset = image_codec.run.dataset
    test = np.stack([dataset.test[index] for index in range(0, 12, 2)])
    codemaps = image_codec.encode(test)
    holes = make_holes(6, (8, 8), kinds=["box"], seed=0)
    train = np.stack([dataset.train[index] for index in range(12)])
    marginal = code_counts(image_codec.encode(train), 8)
    assert len(study["variants"]) == 3 * 2 * 2 * len(PREDICTIONS)
    for row in study["variants"]:
        keys = ("radius", "neighbourhood", "order", "predict")
        prior = NaiveBayesPrior(8, **{key: row[key] for key in keys}, marginal=marginal)
        right = bits = cells = 0
        for index, hole in enumerate(holes):
            codemap = codemaps[hole.example]
            filled = prior.fill(codemap, hole.mask, seed=index)
            right += np.sum(filled[hole.mask] == codemap[hole.mask])
            logs = prior.log_probabilities(
                codemap, hole.mask, marginal_weight=row["marginal_weight"]
            )
            for probabilities, code in zip(logs, codemap[hole.mask], strict=True):
                bits -= probabilities[code] / np.log(2)
            cells += hole.mask.sum()
        assert row["code_accuracy"] == pytest.approx(right / cells)
        assert row["bits_per_code"] == pytest.approx(bits / cells, rel=1e-4)
        assert row["marginal_weight"] in MARGINAL_WEIGHTS
    assert study["hidden_codes"] == cells


def test_the_default_is_what_the_command_does(image_codec, note_codec):
    arguments = argparse.ArgumentParser()
    add_prior_arguments(arguments)
    bundle = SimpleNamespace(codebook_size=8, marginal=np.ones(8, np.int64))
    prior = make_prior(bundle, None, read_prior_choice(arguments.parse_args([])))
    for codec, kinds in ((image_codec, ["box"]), (note_codec, ["box", "gap", "band"])):
        study = naive_bayes_study(codec, PLAN, examples=4, kinds=kinds)
        test = np.stack([codec.run.dataset.test[index] for index in range(0, 12, 3)])
        codemaps = codec.encode(test)
        right = []
        for hole in make_holes(4, codemaps.shape[1:], kinds=kinds, seed=0):
            codemap = codemaps[hole.example]
            filled = prior.fill(codemap, hole.mask, seed=0)
            right += list((filled == codemap)[hole.mask])
        assert study["default"]["code_accuracy"] == pytest.approx(np.mean(right))
        assert study["gain"]["both"] + study["gain"]["prior_only"] == pytest.approx(
            np.mean(right)
        )


def test_the_default_and_the_averages_have_a_row_each(image_codec):
    study = naive_bayes_study(image_codec, PLAN, examples=6, kinds=["box"])
    (row,) = [
        row
        for row in study["variants"]
        if (row["radius"], row["neighbourhood"]) == (2, "both")
        and (row["order"], row["predict"]) == ("autoregressive", "argmax")
    ]
    # Images have boxes only, and there the default is this variant.
    assert study["default"] == {key: row[key] for key in study["default"]}
    test = np.stack([image_codec.run.dataset.test[index] for index in range(0, 12, 2)])
    codemaps = image_codec.encode(test)
    averaging = NaiveBayesPrior(8, predict="mean_code")
    right = []
    for hole in make_holes(6, (8, 8), kinds=["box"], seed=0):
        codemap = codemaps[hole.example]
        filled = averaging.fill(codemap, hole.mask, seed=0)
        right += list((filled == codemap)[hole.mask])
    assert study["historical"]["code_accuracy"] == pytest.approx(np.mean(right))
    assert study["historical"]["error"] != study["default"]["error"]


def test_baselines_are_in_their_natural_order(image_codec):
    study = naive_bayes_study(image_codec, PLAN, examples=6, kinds=["box"])
    error = {
        (row["name"], row.get("predict")): row["error"] for row in study["baselines"]
    }
    # Nothing that goes through the decoder beats the true codes; smooth blobs are
    # interpolated better than copied, and both beat the commonest code.
    assert error["own_codes", None] == min(
        value for (name, _), value in error.items() if name.endswith(("code", "codes"))
    )
    assert error["interpolated", None] < error["copied_frame", None]
    assert error["copied_frame", None] < error["marginal", "argmax"]


def test_the_section_has_every_variant_and_an_answer(note_codec, image_codec):
    studies = {
        "images": naive_bayes_study(image_codec, PLAN, examples=3, kinds=["box"]),
        "notes": naive_bayes_study(
            note_codec, PLAN, examples=3, kinds=["box", "gap", "band"]
        ),
    }
    text = section("bayes", naive_bayes=studies)
    assert text.count("averaging code numbers (the paper's program) |") == 2
    assert text.count("How much of it is better than the marginal?") == 1
    words = " ".join(text.split())  # wherever a line ends
    assert words.count("of the way to what the true codes have") == 2
    assert "### MNIST, 8x8 cells, 8 codes" in text
    assert "### NSynth notes, 8x8 cells, 8 codes" in text
    assert " dB |" in text.split("### NSynth")[1]
    assert text.count("So naive Bayes is ") == 2
    assert "nan" not in text
