"""The network without quantization: what it learns, and that nobody asks for codes."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

from vqkeras.evaluate import evaluate
from vqkeras.evaluation.table import table_of
from vqkeras.layers import Unquantized
from vqkeras.run import load_run
from vqkeras.train import train

pytestmark = [
    pytest.mark.usefixtures("tiny_data", "eager"),
    # Keras itself still copies arrays the way of numpy 1.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    # The steps are eager, the batches need not be.
    pytest.mark.filterwarnings("ignore:Even though the"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Folder of the run that the tests share; `run` fills it once."""
    return tmp_path_factory.mktemp("runs") / "unquantized"


@pytest.fixture
def run(tiny, folder, monkeypatch):
    """A run of the tiny config without its codebook, and the data it saw."""
    from vqkeras import datasets, training

    monkeypatch.setattr(datasets, "load_dataset", training.load_dataset)
    model = dataclasses.replace(tiny.config.model, quantizer="none")
    config = dataclasses.replace(tiny.config, model=model)
    if not folder.exists():
        train(tiny.with_training(config, epochs=8), folder)
    return load_run(folder)


def test_latents_pass_and_so_do_gradients():
    latents = tf.random.stateless_normal((2, 3, 4, 5), [0, 1])
    with tf.GradientTape() as tape:
        tape.watch(latents)
        outputs = Unquantized()(latents)
        total = tf.reduce_sum(outputs["quantized"] ** 2)
    np.testing.assert_array_equal(outputs["quantized"], latents)
    np.testing.assert_array_equal(tape.gradient(total, latents), 2.0 * latents)
    assert float(outputs["codebook_loss"]) == float(outputs["commitment_loss"]) == 0.0


def test_it_trains_and_logs_nothing_of_codes(run, tiny):
    rows = tiny.history_of(run.folder)
    assert rows[-1]["reconstruction_loss"] < rows[0]["reconstruction_loss"]
    assert not {"perplexity", "codebook_usage"} & set(rows[0])
    assert {row["commitment_loss"] for row in rows} == {0.0}


def test_it_is_the_same_network(run, run_dir):
    with_codebook = load_run(run_dir)
    for part in ("encoder", "decoder"):
        shapes = [
            [weight.shape for weight in getattr(each.model, part).weights]
            for each in (run, with_codebook)
        ]
        assert shapes[0] == shapes[1]
    assert isinstance(run.model.quantizer, Unquantized)


def test_evaluate_gives_its_error_and_says_that_no_rate_applies(run):
    report = evaluate(run)
    test = np.stack([run.dataset.test[place] for place in range(4)])
    outputs = keras.ops.convert_to_numpy(run.model(test))
    expected = np.mean((test - np.clip(outputs, 0.0, 1.0)) ** 2)
    assert report["mse"] == pytest.approx(expected, rel=1e-5)
    assert set(report["baselines"]) == {"mean"}
    assert not {"bits", "perplexity", "codebook_size"} & set(report)
    assert "No codebook: bit rate, perplexity and usage do not apply." in (
        table_of(report).splitlines()
    )
