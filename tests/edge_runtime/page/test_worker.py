"""What a worker of the page runs a model with."""

import numpy as np
import pytest

from edge_runtime.bundle.golden_prior import golden_prior_inputs
from edge_runtime.bundle.shipped import load_model
from edge_runtime.engines.load import load_engine
from edge_runtime.page import worker


def test_several_threads_give_the_same_bits(monkeypatch):
    pytest.importorskip("ai_edge_litert")
    monkeypatch.setattr(worker.os, "cpu_count", lambda: 4)
    bundle = load_model("general")
    several = worker.Worker.ready(bundle, "litert").engine
    one, golden = load_engine(bundle, "litert", threads=1), bundle.golden
    asked = golden_prior_inputs(golden["codemap"], bundle.codebook)
    for run in (
        lambda engine: engine.encode(golden["spectrogram"]),
        lambda engine: engine.decode(golden["codemap"]),
        lambda engine: engine.predict(*asked),
    ):
        np.testing.assert_array_equal(run(several), run(one))
