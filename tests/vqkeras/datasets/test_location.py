import pytest

from edge_runtime.errors import UserError
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.location import data_dir


def test_the_configuration_wins_over_the_environment(tmp_path, monkeypatch):
    (tmp_path / "nsynth").mkdir()
    (tmp_path / "mine").mkdir()
    monkeypatch.setenv("VQKERAS_DATA", str(tmp_path))
    assert data_dir(DataConfig("nsynth"), "nsynth") == tmp_path / "nsynth"
    config = DataConfig("nsynth", dir=str(tmp_path / "mine"))
    assert data_dir(config, "nsynth") == tmp_path / "mine"


def test_home_is_expanded(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "notes").mkdir()
    found = data_dir(DataConfig("nsynth", dir="~/notes"), "nsynth")
    assert found == tmp_path / "notes"


def test_without_a_folder_a_download_is_due(tmp_path, monkeypatch):
    monkeypatch.setenv("VQKERAS_DATA", str(tmp_path))
    assert data_dir(DataConfig("mnist"), "mnist") is None
    monkeypatch.delenv("VQKERAS_DATA")
    assert data_dir(DataConfig("mnist"), "mnist") is None


def test_a_folder_that_was_asked_for_must_exist(tmp_path):
    with pytest.raises(UserError, match="Data folder .*missing does not exist"):
        data_dir(DataConfig("mnist", dir=str(tmp_path / "missing")), "mnist")
