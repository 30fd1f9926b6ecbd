"""Holes of a run are judged by kind of sound too, where its data has kinds."""

import itertools

import numpy as np
import pytest

from tests.vqkeras.evaluated_run import SETTINGS, make_run, notes
from vqkeras.evaluate import evaluate
from vqkeras.evaluation.holes import KINDS
from vqkeras.evaluation.inpainting import evaluate_inpainting
from vqkeras.evaluation.table import table_of

# Keras itself still copies arrays the way of numpy 1.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"
)


def test_kinds_of_sound_have_rows_of_their_own(tmp_path, monkeypatch):
    monkeypatch.delenv("VQKERAS_DATA", raising=False)
    sound_run = make_run(tmp_path / "sound", "synthetic", SETTINGS, notes)
    report = evaluate(sound_run)
    test = sound_run.dataset.test
    sized = evaluate_inpainting(sound_run, test)
    assert not any("kind" in row for row in sized)
    kinds = [{"kind": "speech" if place < 2 else "drums"} for place in range(len(test))]
    monkeypatch.setattr(test, "metadata", kinds)
    rows = evaluate_inpainting(sound_run, test)
    assert rows[: len(sized)] == sized
    of_kinds = rows[len(sized) :]
    assert "speech" in table_of(report | {"inpainting": rows})
    methods = {row["method"] for row in sized}
    assert {(r["hole"], r["kind"], r["method"]) for r in of_kinds} == {
        *itertools.product(KINDS, ("drums", "speech"), methods)
    }
    assert {row["size"] for row in of_kinds} == {"all"}
    for hole, method in itertools.product(KINDS, methods):
        means = [
            r["lsd_db"] for r in sized if (r["hole"], r["method"]) == (hole, method)
        ]
        found = [r for r in of_kinds if (r["hole"], r["method"]) == (hole, method)]
        counts = [row["num_examples"] for row in found]
        assert counts == [len(test) - 2, 2]
        values = [row["lsd_db"] for row in found]
        assert np.average(values, weights=counts) == pytest.approx(np.mean(means))
