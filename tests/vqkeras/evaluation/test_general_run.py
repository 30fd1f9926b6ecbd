"""What has no codes of many kinds of sound is refused before anything is measured."""

import dataclasses
from types import SimpleNamespace

import pytest

from edge_runtime.errors import UsageError
from tests.vqkeras.evaluated_run import MODEL, SETTINGS, notes
from vqkeras.config import Config
from vqkeras.datasets import DataConfig
from vqkeras.evaluation import cells_study, loss_study, run_figures, told_run


@pytest.mark.parametrize("command", [cells_study, loss_study, run_figures, told_run])
@pytest.mark.parametrize(
    ("preset", "message"),
    [
        ("mnist_small", "mnist_small is a model of images. Choose one of sound."),
        ("nsynth_mel", "The data of nsynth_mel, nsynth, does not say what kinds"),
    ],
)
def test_other_data_is_one_line(command, preset, message, tmp_path, capsys):
    out = tmp_path / "a.json"
    assert command.main([preset, "--out", str(out)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line
    assert not out.exists()


@pytest.mark.parametrize("measure", [run_figures.run_figures, told_run.told_run])
def test_a_run_without_a_codebook_is_refused(measure):
    model = dataclasses.replace(MODEL, quantizer="none")
    config = Config("bare", DataConfig("general"), SETTINGS, model)
    with pytest.raises(UsageError, match="bare was trained with model.quantizer=none"):
        measure(SimpleNamespace(config=config))


def test_shards_that_name_no_kinds_are_refused():
    config = Config("notes", DataConfig("shards", dir="."), SETTINGS, MODEL)
    run = SimpleNamespace(config=config, dataset=SimpleNamespace(test=notes(1, 0)))
    with pytest.raises(UsageError, match="data of notes, shards, does not say"):
        run_figures.run_figures(run)
