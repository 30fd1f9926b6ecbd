"""A prior in the bundle of its codec, and what it cost to put it there."""

import dataclasses
import json
import shutil

import numpy as np
import pytest

from edge_runtime.bundle.bundle_file import read_bundle, write_bundle
from edge_runtime.engines.golden import check_golden
from edge_runtime.engines.load import load_engine
from edge_runtime.spectrogram.features import magnitude_db_of
from export import add_prior
from export.__main__ import main
from export.bundle_run import bundle_run
from export.bundled_prior import codemaps_of
from export.prior_parity import masked_codemaps
from vqkeras.model.code_prior import CodePrior
from vqkeras.run import load_run

pytestmark = pytest.mark.filterwarnings(
    # Keras itself still copies arrays the way of numpy 1.
    "ignore:__array__ implementation:DeprecationWarning"
)


@pytest.fixture(scope="module")
def run(run_dir):
    return load_run(run_dir)


@pytest.fixture(scope="module")
def without(run, tmp_path_factory):
    """Path of the int8 bundle of the codec alone."""
    path = tmp_path_factory.mktemp("bundle") / "tiny.tflite"
    write_bundle(path, bundle_run(run, calibration_count=2)[0])
    return path


@pytest.fixture(scope="module")
def added(without, run_dir, prior_dir):
    """What `add_prior` made of it, and its report."""
    path = without.with_name("with.tflite")
    arguments = [without, run_dir, "--prior", prior_dir, "-o", path, "--json"]
    with pytest.MonkeyPatch.context() as patch:
        said = []
        patch.setattr("builtins.print", said.append)
        assert add_prior.main([str(argument) for argument in arguments]) == 0
    return read_bundle(path), json.loads(said[0])


def test_the_bundle_says_what_its_prior_is(added, without, tiny_prior):
    bundle, report = added
    assert bundle.prior.reach == tiny_prior.reach == 8
    assert bundle.prior.architecture == "convolutional"
    learned = sum(weight.numpy().size for weight in tiny_prior.trainable_weights)
    assert bundle.prior.num_parameters == learned
    assert bundle.prior.bits_per_code == report["bits_exported"]
    assert bundle.metadata["signatures"][-2:] == ["prior", "prior_inner"]
    assert bundle.has_inner_prior
    of_codec = read_bundle(without).metadata["parity"]
    parity = dict(bundle.metadata["parity"])
    assert parity.pop("prior")["bits_exported"] == report["bits_exported"]
    assert {**parity, "prior": None} == of_codec


def test_the_exported_prior_is_asked_as_the_one_in_keras_is(added, run, tiny_prior):
    """Bits are counted by hand, on the same holes of the same unseen examples."""
    bundle, report = added
    codemaps = codemaps_of(run.model, run.dataset.test, 64)
    engine = load_engine(bundle, "numpy")
    bits = {"float": [], "exported": []}
    for codemap, hidden in masked_codemaps(codemaps, seed=1):
        assert codemap.shape == hidden.shape == (1, 40, 4)
        visible = np.where(hidden, 0.0, 1.0).astype(np.float32)[..., np.newaxis]
        quantized = bundle.codebook[codemap] * visible
        for kind, logits in (
            ("float", tiny_prior.logits_of(codemap, hidden)),
            ("exported", engine.predict(quantized, visible)),
        ):
            shares = np.exp(np.asarray(logits, np.float64))
            shares /= shares.sum(axis=-1, keepdims=True)
            own = np.take_along_axis(shares, codemap[..., np.newaxis], axis=-1)
            bits[kind].extend(-np.log2(own[..., 0][hidden]))
    assert report["hidden_cells"] == len(bits["float"])
    assert report["examples"] == len(run.dataset.test)
    for kind, values in bits.items():
        assert report[f"bits_{kind}"] == pytest.approx(np.mean(values), rel=1e-4)
    assert report["bits_exported"] == pytest.approx(report["bits_float"], rel=0.05)
    assert report["equal_guesses"] > 0.9


def test_both_engines_give_what_was_recorded(added):
    bundle, _ = added
    assert len(np.unique(bundle.golden["prior_logits_sample"])) > 1
    for name in ("litert", "numpy"):
        check = check_golden(bundle, load_engine(bundle, name))
        assert check.passed
        assert check.logits_largest_difference == 0.0


def test_the_bundle_knows_how_loud_its_codewords_are(added, run):
    """Each alone, as Keras decodes it."""
    bundle, _ = added
    levels = bundle.prior.code_levels_db
    assert len(levels) == len(bundle.codebook)
    for code in (0, len(levels) - 1):
        alone = np.full((1, 9, 4), code, np.int32)
        decoded = np.asarray(run.model.decode_codemap(alone))[0]
        middle = slice(4 * bundle.time_stride, 5 * bundle.time_stride)
        level = magnitude_db_of(decoded[middle], bundle.settings).mean()
        assert levels[code] == pytest.approx(level, abs=1.0)


def test_export_takes_a_prior_along(run_dir, prior_dir, tmp_path, capsys):
    path = tmp_path / "tiny.tflite"
    arguments = [run_dir, "--prior", prior_dir, "-o", path, "--format", "float32"]
    assert main([str(argument) for argument in arguments]) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    assert line.startswith("prior        ") and "(+0.0%); 100.00% equal" in line
    assert read_bundle(path).prior.reach == 8


def error_of(capsys, *arguments):
    """Exit code and the one line on stderr of `add_prior`."""
    code = add_prior.main([str(argument) for argument in arguments])
    (line,) = capsys.readouterr().err.splitlines()
    return code, line


def test_what_cannot_be_added_is_one_line(
    added, without, run_dir, prior_dir, tmp_path, capsys
):
    output = tmp_path / "y.tflite"
    code, line = error_of(capsys, without, run_dir, "-o", output)
    assert code == 1 and f"{run_dir} has no prior. Train one with" in line
    code, line = error_of(capsys, without.with_name("with.tflite"), "x", "-o", output)
    assert code == 1 and "has a prior already" in line
    bundle = read_bundle(without)
    reversed_codebook = {**bundle.arrays, "codebook": bundle.codebook[::-1].copy()}
    write_bundle(
        tmp_path / "x.tflite", dataclasses.replace(bundle, arrays=reversed_codebook)
    )
    arguments = tmp_path / "x.tflite", run_dir, "--prior", prior_dir, "-o", output
    code, line = error_of(capsys, *arguments)
    assert code == 1 and "was made of another codec than" in line
    assert not output.exists()


def test_a_prior_with_attention_is_refused(
    without, run_dir, prior_dir, tiny_prior, tmp_path, capsys
):
    shape = {"units": 4, "dilations": [(1, 1)] * 2, "attention_heads": 2}
    prior = CodePrior(16, 4, **shape)
    prior.build([(None, None, 4, 4), (None, None, 4, 1)])
    prior.set_codebook(tiny_prior.codebook.numpy())
    folder = shutil.copytree(prior_dir, tmp_path / "attentive")
    prior.save(folder / "best.keras")
    output = tmp_path / "y.tflite"
    arguments = without, run_dir, "--prior", folder, "-o", output
    code, line = error_of(capsys, *arguments)
    assert code == 1 and "A prior with attention runs in Keras only; train" in line
    assert not output.exists()
