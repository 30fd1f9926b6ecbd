"""A folder of one's own models: good ones can be chosen, each other one has a line."""

from dataclasses import replace

import pytest

from edge_runtime.bundle.bundle_file import write_bundle
from edge_runtime.bundle.shipped import shipped_path
from edge_runtime.engines import first_run
from edge_runtime.errors import UsageError
from edge_runtime.page.own_models import models_in


@pytest.fixture
def folder(tmp_path, real_bundle):
    """Two that work, of the same name as another one, cut off, and of images."""
    for name in ("mine", "other"):
        named = replace(real_bundle, metadata={**real_bundle.metadata, "name": name})
        write_bundle(tmp_path / f"{name}.tflite", named)
    (tmp_path / "same.tflite").write_bytes((tmp_path / "other.tflite").read_bytes())
    (tmp_path / "cut.tflite").write_bytes(
        shipped_path("nsynth_live").read_bytes()[:-999]
    )
    images = {**real_bundle.metadata, "name": "images", "spectrogram": None}
    write_bundle(tmp_path / "images.tflite", replace(real_bundle, metadata=images))
    (tmp_path / "notes.txt").write_text("no model")
    return tmp_path


def test_what_cannot_be_used_is_named_and_left_out(folder):
    models, faults = models_in(folder, "numpy", {"general"})
    assert list(models) == ["mine", "other"]
    assert models["mine"].purpose == "a model of your own, at 8 kHz, 1.0 kbit/s"
    assert models["mine"].load().inpainter.bundle.name == "mine"
    assert [fault.partition(": ")[0] for fault in faults] == [
        "cut.tflite",
        "images.tflite",
        "same.tflite",
    ]
    assert "already" in faults[-1]
    models, faults = models_in(folder, "numpy", {"mine", "other"})
    assert not models and len(faults) == 5


@pytest.mark.strange_models
def test_they_pass_a_child_first_and_again_if_they_have_changed(
    folder, monkeypatch, tmp_path_factory
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("none")))
    ran = []

    def fault(path, digest, engine):
        ran.append(path.name)
        return "It ends the process." if path.name == "other.tflite" else None

    monkeypatch.setattr(first_run, "_fault", fault)
    (folder / "same.tflite").unlink()  # what has run once need not run again
    models, faults = models_in(folder, "numpy", ())
    assert "mine" in models and "It ends the process." in " ".join(faults)
    changed = folder / "mine.tflite"
    changed.write_bytes((folder / "other.tflite").read_bytes())
    ran.clear()
    models["mine"].load()
    assert ran == ["mine.tflite"]


def test_a_folder_without_models(tmp_path):
    with pytest.raises(UsageError, match="no bundle"):
        models_in(tmp_path, "numpy", ())
    with pytest.raises(UsageError, match="must be a folder"):
        models_in(tmp_path / "missing", "numpy", ())
