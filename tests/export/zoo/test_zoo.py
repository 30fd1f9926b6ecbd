"""The study on a tiny scale, and its page."""

import json

import pytest

import export.zoo.variants
from export.zoo.__main__ import main, make_zoo
from export.zoo.variants import BASE, VARIANTS, options_of
from vqkeras.config_file import load_config
from vqkeras.trained_runs import CONFIGS

STUDIED = CONFIGS / "nsynth_light.yaml"
TINY = [
    *("--data.name", "synthetic", "--data.extra_dir", "null", "--data.limit", "4"),
    *("--data.families", "[organ, flute]", "--training.batch_size", "2"),
    *("--model.channels", "[4, 4]", "--model.block_units", "2"),
    *("--model.context_units", "[2]"),
    # 4 s of 2.4 kHz: 600 frames x 32 bins.
    *("--spectrogram.sample_rate", "2400", "--spectrogram.n_fft", "64"),
    *("--spectrogram.hop_length", "16"),
]
NAMES = ("base", "codewords_12", "no_codebook", "half", "cells_8x16")


pytestmark = [
    # What Keras, the converter and k-means say of few examples is no fault of ours.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
    pytest.mark.filterwarnings("ignore:Statistics for quantized:UserWarning"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_a_variant_differs_in_what_it_says_and_trains_for_its_steps(variant):
    base = load_config(STUDIED, options_of(BASE, 600))
    config = load_config(STUDIED, options_of(variant, 600))
    assert config.training.epochs * config.training.steps_per_epoch == 600
    assert config.training.minutes is None and config.name == variant.name
    if variant is not BASE:
        parts = ("data", "model", "training")
        assert [part for part in parts if getattr(config, part) != getattr(base, part)]


def test_names_are_folders_of_their_own():
    assert len({variant.name for variant in VARIANTS}) == len(VARIANTS)


@pytest.fixture
def eager():
    """Steps without a graph: a few steps are faster than tracing them."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.mark.slow
@pytest.mark.usefixtures("eager")
def test_page_picture_and_numbers(tmp_path, monkeypatch):
    chosen = tuple(variant for variant in VARIANTS if variant.name in NAMES)
    monkeypatch.setattr(export.zoo.variants, "VARIANTS", chosen)
    runs, out = tmp_path / "runs", tmp_path / "zoo"
    models = [runs / "base", runs / "no_codebook"]
    make_zoo(models, runs=runs, steps=2, out=out, overrides=TINY)
    page = (out / "README.md").read_text()
    assert "### Rate" in page and "no codebook: what it costs" in page
    for name in ("limits.png", "spectrograms.png"):
        assert (out / name).read_bytes().startswith(b"\x89PNG")
    content = json.loads((out / "zoo.json").read_text())
    assert {row["name"] for row in content["study"]} == set(NAMES)
    first, second = content["models"]
    assert first["int8_bytes"] > 10_000 and 0.0 <= first["equal_codes"] <= 1.0
    assert first["nmse"] > 0.0 and first["kmeans_nmse"] > 0.0
    assert "bitrate_bps" not in second and "int8_bytes" not in second
    for line in page.splitlines():
        if line.startswith("| `"):
            assert line.count("|") == 15, line
    # A second call trains and measures nothing anew.
    kept = (runs / "base" / "zoo_model.json").stat().st_mtime_ns
    make_zoo(models, runs=runs, steps=2, out=out, overrides=TINY)
    assert (runs / "base" / "zoo_model.json").stat().st_mtime_ns == kept
    assert (out / "README.md").read_text() == page
    # A model whose run is not given keeps its row, and one that is given its place.
    make_zoo(models[:1], runs=runs, steps=2, out=out, overrides=TINY)
    assert (out / "README.md").read_text() == page


def test_senseless_steps_and_missing_runs_are_refused(tmp_path, capsys):
    assert main([str(tmp_path), "--steps", "0"]) == 2
    assert "--steps must be 2 or more" in capsys.readouterr().err
