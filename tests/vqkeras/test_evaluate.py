"""Evaluation against the same figures computed in one go from whole arrays."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile, write_audio
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.spectrogram.distance import lsd_db
from edge_runtime.spectrogram.features import magnitude_db_of
from tests.vqkeras.evaluated_run import MODEL, SETTINGS, digits, make_run, notes
from vqkeras import run as run_module
from vqkeras.datasets import example_blocks
from vqkeras.evaluate import evaluate, main
from vqkeras.evaluation import measures
from vqkeras.evaluation.holes import KINDS, make_holes
from vqkeras.evaluation.inpainting import METHODS, evaluate_inpainting
from vqkeras.evaluation.reconstruction import evaluate_reconstruction, fit_patches
from vqkeras.evaluation.table import table_of
from vqkeras.run_codec import RunCodec

# Keras itself still copies arrays the way of numpy 1.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"
)


@pytest.fixture(scope="module", autouse=True)
def no_loops():
    """Whatever data this machine has is left alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("VQKERAS_DATA", raising=False)
        yield


@pytest.fixture(scope="module")
def sound_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "sound"
    return make_run(folder, "synthetic", SETTINGS, notes)


@pytest.fixture(scope="module")
def image_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "images"
    return make_run(folder, "mnist", None, digits)


@pytest.fixture(scope="module")
def report(sound_run):
    return evaluate(sound_run)


def whole(split):
    return np.stack([split[place] for place in range(len(split))])


def test_errors_equal_those_of_whole_arrays(sound_run, report):
    examples = whole(sound_run.dataset.test)
    outputs = np.clip(np.asarray(sound_run.model(examples)), 0.0, 1.0)
    levels = [
        np.stack([magnitude_db_of(each, SETTINGS) for each in arrays])
        for arrays in (examples, outputs)
    ]
    assert report["nmse"] == pytest.approx(measures.nmse(examples, outputs), rel=1e-4)
    assert report["lsd_db"] == pytest.approx(lsd_db(*levels), rel=1e-4)


def test_code_figures_equal_those_of_whole_arrays(sound_run, report):
    examples = whole(sound_run.dataset.test)
    codemaps = np.asarray(sound_run.model.encode_codemap(examples))
    level = np.stack([magnitude_db_of(each, SETTINGS) for each in examples])
    sounding = codemaps[measures.sounding_cells(level, 2, 4)]
    assert 0 < sounding.size < codemaps.size
    for codes, suffix in ((codemaps, ""), (sounding, "_sounding")):
        expected = measures.perplexity(codes, 8), measures.codebook_usage(codes, 8)
        received = report[f"perplexity{suffix}"], report[f"codebook_usage{suffix}"]
        assert received == pytest.approx(expected)
    # 250 cells of time times 8 of frequency, 3 bits each.
    assert report["bitrate_bps"] == 250 * 8 * 3
    entropy = math.log2(report["perplexity"])
    assert report["entropy_rate_bps"] == pytest.approx(250 * 8 * entropy)


def test_the_mean_baseline_knows_the_training_split_only(sound_run, report):
    mean = sound_run.dataset.train.array.astype(np.float64).mean(axis=(0, 1))
    examples = whole(sound_run.dataset.test)
    expected = measures.nmse(examples, np.broadcast_to(mean, examples.shape))
    assert report["baselines"]["mean"]["nmse"] == pytest.approx(expected, rel=1e-4)


def test_the_patch_baseline_has_the_models_cells_and_rate(report):
    patches = report["baselines"]["kmeans_patches"]
    assert patches["cell"] == [2, 4]
    assert patches["codebook_size"] == 8
    assert patches["relative_rate"] == 1.0
    assert 0.0 < patches["nmse"] < report["baselines"]["mean"]["nmse"]


def test_blocks_of_any_size_give_one_report(sound_run, report, monkeypatch):
    monkeypatch.setattr(example_blocks, "BLOCK_VALUES", 1)
    again = evaluate_reconstruction(
        sound_run, sound_run.dataset.test, seed=0, patches=fit_patches(sound_run)
    )
    assert again["nmse"] == pytest.approx(report["nmse"], rel=1e-5)
    assert again["perplexity"] == report["perplexity"]


def test_a_report_says_what_was_measured(report, image_run):
    assert report["split"] == "test"
    assert (report["data"], report["num_examples"], report["seed"]) == (
        "synthetic",
        5,
        0,
    )
    assert "instrument" in report["note"]
    assert evaluate(image_run, limit=3)["num_examples"] == 3


def test_images_have_their_own_figures(image_run):
    report = evaluate(image_run)
    examples = whole(image_run.dataset.test)
    outputs = np.clip(np.asarray(image_run.model(examples)), 0.0, 1.0)
    expected = np.mean((examples - outputs) ** 2)
    assert report["test_mse"] == pytest.approx(expected, rel=1e-5)
    assert report["bits"] == 4 * 2 * 3
    entropy = math.log2(report["perplexity"])
    assert report["entropy_bits"] == pytest.approx(4 * 2 * entropy)
    assert not {"lsd_db", "inpainting", "bitrate_bps"} & set(report)
    assert "train_mse" in evaluate(image_run, split="train")


def test_inpainting_has_a_row_for_every_hole_and_method(report):
    rows = report["inpainting"]
    assert len(rows) == len({(r["hole"], r["size"], r["method"]) for r in rows})
    methods = set(METHODS) - {"learned"}  # this run has no prior
    assert {row["method"] for row in rows} == methods
    assert len(rows) == 3 * 3 * len(methods)
    for row in rows:
        is_prior = row["method"] in ("naive_bayes", "naive_bayes_time", "marginal")
        assert {"lsd_db", "seam_db"} <= set(row)
        assert ("bits_per_code" in row) == ("code_accuracy" in row) == is_prior
        assert row["lsd_db"] == 0.0 or row["method"] != "original"
        if is_prior:
            assert 0.0 <= row["code_accuracy"] <= 1.0
            assert 0.0 < row["bits_per_code"] < 10.0


def test_true_codes_are_judged_inside_the_holes_alone(sound_run, report):
    test = sound_run.dataset.test
    model = sound_run.model
    distances = {}
    for hole in make_holes(len(test), (51, 8), kinds=KINDS, seed=0):
        example = test[hole.example]
        output = model.decode_codemap(model.encode_codemap(example[None]), frames=101)
        level, heard = (
            magnitude_db_of(np.clip(each, 0, 1), SETTINGS)
            for each in (example, np.asarray(output)[0])
        )
        mask = np.kron(hole.mask, np.ones((2, 4), bool))[:101].astype(bool)
        distance = lsd_db(level, heard, mask)
        distances.setdefault((hole.kind, hole.size), []).append(distance)
    rows = [row for row in report["inpainting"] if row["method"] == "true_codes"]
    received = {(row["hole"], row["size"]): row["lsd_db"] for row in rows}
    expected = {key: np.mean(values) for key, values in distances.items()}
    assert received == pytest.approx(expected, rel=1e-4)


def test_the_marginals_bits_are_those_of_its_counts(sound_run, report):
    counts = measures.code_counts(
        np.asarray(sound_run.model.encode_codemap(whole(sound_run.dataset.train))), 8
    )
    logs = np.log2(MarginalPrior(counts).probabilities)
    rows = [row for row in report["inpainting"] if row["method"] == "marginal"]
    bits = np.array([row["bits_per_code"] for row in rows])
    assert (bits >= -logs.max() - 1e-5).all()
    assert (bits <= -logs.min() + 1e-5).all()


def test_a_prior_that_sees_hidden_codes_would_be_found(sound_run, monkeypatch):
    from edge_runtime.priors.naive_bayes import NaiveBayesPrior

    def cheat(self, codemap, mask, *, seed):
        return codemap.astype(np.int32)

    monkeypatch.setattr(NaiveBayesPrior, "fill", cheat)
    rows = evaluate_inpainting(sound_run, sound_run.dataset.test, limit=2)
    accuracy = [r["code_accuracy"] for r in rows if r["method"] == "naive_bayes"]
    assert max(accuracy) < 1.0


def test_a_seed_repeats_the_holes(sound_run, report):
    test = sound_run.dataset.test
    assert evaluate_inpainting(sound_run, test, seed=0) == report["inpainting"]
    assert evaluate_inpainting(sound_run, test, seed=1) != report["inpainting"]


def test_holes_of_a_run_with_a_spread_are_judged_by_its_levels(tmp_path):
    model = replace(MODEL, spread_cost=0.1)
    run = make_run(tmp_path / "spread", "synthetic", SETTINGS, notes, model)
    test = run.dataset.test
    rows = evaluate_inpainting(run, test, limit=2)
    assert all(0.0 <= row["lsd_db"] < 60.0 for row in rows)
    decoded = RunCodec(run).decode(np.asarray(run.model.encode_codemap(whole(test))))
    assert decoded.shape == (len(test), *test.shape)
    expected = np.clip(np.asarray(run.model(whole(test))), 0.0, 1.0)
    np.testing.assert_allclose(decoded, expected[..., :1], atol=1e-5)


@pytest.fixture
def same_data(sound_run, image_run, monkeypatch):
    """Runs that the command opens have the data of the fixtures."""
    data = {"synthetic": sound_run.dataset, "mnist": image_run.dataset}
    opened = property(lambda self: data[self.config.data.name])
    monkeypatch.setattr(run_module.Run, "dataset", opened)


def test_the_command_prints_a_table(sound_run, same_data, capsys):
    assert main([str(sound_run.folder), "--limit", "2"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("synthetic: 2 examples of synthetic, test split, seed 0\n")
    for word in (
        "this run",
        "k-means patches 2 x 4, 8 codes",
        "bitrate_bps",
        "seam_db",
    ):
        assert word in shown
    assert len([line for line in shown.splitlines() if "naive_bayes" in line]) == 18


def test_sounds_and_loops_are_part_of_a_report(sound_run, tmp_path, monkeypatch):
    (tmp_path / "loops").mkdir()
    noise = np.random.default_rng(0).normal(0, 0.1, (4000, 1)).astype(np.float32)
    write_audio(tmp_path / "loops" / "hiss.wav", AudioFile(noise, 8000, "FLOAT"))
    monkeypatch.setenv("VQKERAS_DATA", str(tmp_path))
    report = evaluate(sound_run, limit=2)
    spectrograms = {row["spectrogram"] for row in report["sound"]["rows"]}
    assert spectrograms - {"opus"} == {"this_run", "kmeans_patches", "the_original"}
    (loop,) = report["loops"]
    assert loop["loop"] == "hiss"
    shown = table_of(report).splitlines()
    assert f"sound of 2 examples, {report['sound']['num_pitched']} with a pitch" in (
        "\n".join(shown)
    )
    (line,) = [line for line in shown if line.startswith("hiss")]
    assert f"{loop['kmeans_patches']['lsd_db']:.4g}" in line


def test_the_command_prints_one_json_document(image_run, same_data, capsys):
    assert main([str(image_run.folder), "--json", "--limit", "2"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["num_examples"] == 2
    assert {"test_mse", "bits", "baselines"} <= set(document)
    assert not {"sound", "loops", "inpainting"} & set(document)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--limit", "0"], 2, "--limit must be 1 or more"),
        (["--seed", "-1"], 2, "--seed must be 0 or more"),
        (["--split", "validation"], 2, "has no validation split"),
    ],
)
def test_a_wrong_option_is_one_line(
    image_run, same_data, capsys, arguments, code, message
):
    assert main([str(image_run.folder), *arguments]) == code
    shown = capsys.readouterr()
    assert message in shown.err
    assert len(shown.err.splitlines()) == 1
    assert shown.out == ""


def test_a_folder_that_is_no_run_is_one_line_and_exit_code_4(tmp_path, capsys):
    assert main([str(tmp_path)]) == 4
    assert "is not the folder of a trained run" in capsys.readouterr().err
