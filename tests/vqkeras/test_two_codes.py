"""Two codes a cell, from a training to its figures, and what refuses them."""

import dataclasses
import math

import numpy as np
import pytest

from edge_runtime.errors import UsageError
from tests.vqkeras.evaluated_run import MODEL, SETTINGS, make_run, notes
from vqkeras.evaluate import evaluate
from vqkeras.evaluation import measures
from vqkeras.evaluation.table import table_of
from vqkeras.layers import ResidualVectorQuantizer
from vqkeras.model.conv_architecture import ConvArchitecture
from vqkeras.run import load_run
from vqkeras.train import train
from vqkeras.train_prior import train_prior

pytestmark = [
    # Keras itself still copies arrays the way of numpy 1.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
]
TWO = dataclasses.replace(MODEL, codebooks=2)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "two"
    return make_run(folder, "synthetic", SETTINGS, notes, TWO)


@pytest.fixture(scope="module")
def report(run):
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("VQKERAS_DATA", raising=False)
        return evaluate(run)


def test_a_resumed_training_has_the_history_of_a_whole_one(
    tiny, tiny_data, eager, tmp_path
):
    model = dataclasses.replace(tiny.config.model, codebooks=2)
    config = dataclasses.replace(tiny.config, model=model)
    # The other one falls by the number of epochs.
    config = tiny.with_training(config, learning_rate_schedule="constant")
    whole = train(config, tmp_path / "whole")
    first = train(tiny.with_training(config, epochs=2), tmp_path / "parts")
    train(config, first, resume=True)
    assert tiny.history_of(first) == tiny.history_of(whole)
    quantizer = load_run(whole).model.quantizer
    assert isinstance(quantizer, ResidualVectorQuantizer)
    assert (quantizer.codebooks, quantizer.restart_threshold) == (2, 0.1)
    examples = np.random.default_rng(0).random((3, 8, 8, 1), np.float32)
    assert load_run(first).model.encode_codemap(examples).shape == (3, 2, 2, 2)


def test_figures_are_those_of_whole_arrays(run, report):
    examples = np.stack([run.dataset.test[place] for place in range(5)])
    codemaps = np.asarray(run.model.encode_codemap(examples))
    entropies = []
    for number, stage in enumerate(report["stages"]):
        codes = codemaps[..., number]
        assert stage["perplexity"] == pytest.approx(measures.perplexity(codes, 8))
        usage = measures.codebook_usage(codes, 8)
        assert stage["codebook_usage"] == pytest.approx(usage)
        entropies.append(stage["entropy_bits"])
    assert len(entropies) == 2 and entropies[0] != entropies[1]
    assert report["perplexity"] == pytest.approx(2.0 ** np.mean(entropies))
    usages = [stage["codebook_usage"] for stage in report["stages"]]
    assert report["codebook_usage"] == pytest.approx(np.mean(usages))
    # 250 cells of time times 8 of frequency, two codes of 3 bits each.
    assert report["bitrate_bps"] == 250 * 8 * 2 * 3
    assert report["entropy_rate_bps"] == pytest.approx(250 * 8 * sum(entropies))
    level = np.stack([SETTINGS.floor_db * (1 - each[..., 0]) for each in examples])
    sounding = codemaps[measures.sounding_cells(level, 2, 4)]
    perplexities = [measures.perplexity(sounding[:, each], 8) for each in range(2)]
    expected = math.prod(perplexities) ** 0.5
    assert report["perplexity_sounding"] == pytest.approx(expected)


def test_patches_have_as_many_codes(report):
    patches = report["baselines"]["kmeans_patches"]
    assert (patches["cell"], patches["codebook_size"]) == ([2, 4], 8)
    assert patches["relative_rate"] == 1.0


def test_the_table_names_both_codes_and_no_holes_are_filled(report):
    assert "inpainting" not in report
    table = table_of(report)
    assert "k-means patches 2 x 4, 2 x 8 codes" in table
    lines = [line.split("  ")[0] for line in table.splitlines()]
    assert lines.count("code 1 of a cell") == lines.count("code 2 of a cell") == 1
    (size,) = (line for line in table.splitlines() if line.startswith("codebook_size"))
    assert size.endswith("  2 x 8")


def test_a_prior_of_two_codes_is_refused_in_one_line(run, tmp_path):
    with pytest.raises(UsageError, match=r"has 2 codes a cell.*model\.codebooks=1\.$"):
        train_prior(None, run, tmp_path / "prior")
    assert not (tmp_path / "prior").exists()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"codebooks": 0}, r"model\.codebooks must lie in \[1, 8\]\. Received: 0\."),
        ({"codebooks": 9}, r"model\.codebooks must lie in \[1, 8\]\. Received: 9\."),
        ({"codebooks": 2, "quantizer": "none"}, "needs model.quantizer=ema.*none"),
        ({"codebooks": 2, "quantizer": "gradient"}, "needs model.quantizer=ema"),
    ],
)
def test_what_cannot_be_is_refused(fields, message):
    with pytest.raises(UsageError, match=message):
        ConvArchitecture(**fields)
