"""Models of the package by name, beside paths of others."""

from pathlib import Path

import pytest

from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.shipped import (
    MODELS_FOLDER,
    SHIPPED_MODELS,
    default_bundle_path,
    load_model,
    number_format_paths,
    path_of_model,
    shipped_path,
)
from edge_runtime.errors import BundleError


def test_every_bundle_of_the_folder_has_a_name_and_every_name_a_bundle():
    named = {shipped_path(name) for name in SHIPPED_MODELS}
    assert named == set(MODELS_FOLDER.rglob("*.tflite"))
    for name, model in SHIPPED_MODELS.items():
        assert shipped_path(name).stem == name
        assert "\n" not in model.purpose


def test_each_use_has_a_bundle_of_its_own():
    paths = default_bundle_path(), *number_format_paths()
    assert len(set(paths)) == 3


def test_without_a_name_it_is_the_model_for_any_sound():
    bundle = load_model()
    assert bundle.name == next(iter(SHIPPED_MODELS)) == default_bundle_path().stem
    assert bundle.settings.sample_rate == 44_100 and bundle.prior is not None


def test_the_two_formats_are_of_one_model():
    int8, float32 = map(read_bundle, number_format_paths())
    assert float32.metadata["number_format"] == "float32"
    assert int8.metadata["number_format"] == "int8"
    assert int8.settings == float32.settings


def test_a_name_is_found_and_a_path_is_left_as_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert path_of_model(Path("nsynth_live")) == shipped_path("nsynth_live")
    for path in (Path("other.tflite"), Path("folder/nsynth_live"), tmp_path / "x"):
        assert path_of_model(path) == path
    (tmp_path / "nsynth_live").touch()  # a file of the same name wins
    assert path_of_model(Path("nsynth_live")) == Path("nsynth_live")
    Path("general").mkdir()  # of sounds, say
    assert path_of_model(Path("general")) == shipped_path("general")


def test_an_unknown_name_is_one_line_that_lists_the_known_ones():
    with pytest.raises(BundleError, match="No model 'drums'.*general, nsynth_light"):
        path_of_model(Path("drums"))


def test_a_package_without_its_models_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("edge_runtime.bundle.shipped.MODELS_FOLDER", tmp_path)
    for path in (default_bundle_path, number_format_paths):
        with pytest.raises(BundleError, match="without its model .* with --model"):
            path()
