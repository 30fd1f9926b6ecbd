"""A run in Keras as what the whole program takes, with codes of one stage or two."""

import dataclasses

import numpy as np
import pytest

from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.errors import UserError
from edge_runtime.stage_times import StageTimes
from tests.vqkeras.evaluated_run import MODEL, SETTINGS, make_run, notes
from vqkeras.datasets import DataConfig
from vqkeras.evaluation import keras_models as module
from vqkeras.evaluation import told, told_run
from vqkeras.evaluation.bundle_table import told_table_of
from vqkeras.evaluation.keras_models import keras_models

# Keras itself still copies arrays the way of numpy 1.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"
)


@pytest.fixture(scope="module", params=[1, 2])
def run(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    spread_cost = 0.05 if request.param == 2 else 0.0
    config = dataclasses.replace(
        MODEL, codebooks=request.param, spread_cost=spread_cost
    )
    return make_run(folder, "synthetic", SETTINGS, notes, config)


def test_a_sound_becomes_what_the_model_makes_of_it(run):
    models = keras_models(run)
    codec = SoundCodec(models.bundle, models.engine, StageTimes())
    analysis = codec.analyse(run.dataset.test.audio(0))
    batch = analysis.spectrogram[np.newaxis]
    codes = np.asarray(run.model.encode_codemap(batch))[0]
    if codes.ndim == 3:  # both stages in one number
        codes = 8 * codes[..., 0] + codes[..., 1]
    np.testing.assert_array_equal(analysis.codemap, codes)
    expected = np.asarray(run.model(batch))[0]
    decoded = codec.decode(analysis.codemap, len(expected))
    np.testing.assert_allclose(decoded.spectrogram, expected, atol=1e-5)
    assert (decoded.spread is None) != run.model.has_spread


def test_too_many_sums_are_refused(run, monkeypatch):
    monkeypatch.setattr(module, "_MOST", 7)
    with pytest.raises(UserError, match="7 sums of codewords at most are held"):
        keras_models(run)


def test_true_codes_are_told_and_shown(run, unheard, no_trees, monkeypatch):
    monkeypatch.setattr(told, "DRAWS", 50)
    monkeypatch.setattr(told_run, "held_out_clips", lambda data, bundle: unheard)
    general = dataclasses.replace(run.config, data=DataConfig("general"))
    judged = dataclasses.replace(run, config=general)
    judged.__dict__["model"] = run.model
    report = told_run.told_run(judged, regions=8)
    assert (report["engine"], report["regions"], report["origins"]) == ("keras", 8, 6)
    fillers = [row["filler"] for row in report["told"]["rows"]]
    assert fillers == ["true_codes", "true_codes_smooth"]
    lines = told_table_of(report).splitlines()
    assert lines[0].startswith("synthetic (float32, keras): 8 regions of 6 origins")
    assert sum(line.startswith("true_codes ") for line in lines) >= 2
