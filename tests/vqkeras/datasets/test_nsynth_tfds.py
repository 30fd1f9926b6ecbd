import sys
from types import SimpleNamespace

import numpy as np
import pytest

from edge_runtime.errors import MissingDependencyError, UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets import DataConfig
from vqkeras.datasets.nsynth import load_nsynth

SETTINGS = SpectrogramSettings()
_PARTS = ("train", "valid", "test")


def _tiny_builder(data_dir):
    """A builder with the features of the official one, four notes in each part."""
    import tensorflow_datasets as tfds

    class Nsynth(tfds.core.GeneratorBasedBuilder):
        VERSION = tfds.core.Version("2.3.3")

        def _info(self):
            label = tfds.features.ClassLabel
            features = {
                "id": np.str_,
                "audio": tfds.features.Audio(
                    file_format=None,
                    shape=(64000,),
                    dtype=np.float32,
                    sample_rate=16000,
                ),
                "pitch": label(num_classes=128),
                "velocity": label(num_classes=128),
                "instrument": {
                    "label": label(names=[f"organ_electronic_{p}" for p in _PARTS]),
                    "family": label(names=["bass", "organ"]),
                    "source": label(names=["acoustic", "electronic", "synthetic"]),
                },
                "qualities": {"bright": np.bool_},
            }
            return tfds.core.DatasetInfo(
                builder=self, features=tfds.features.FeaturesDict(features)
            )

        def _split_generators(self, dl_manager):
            return {part: self._generate_examples(part) for part in _PARTS}

        def _generate_examples(self, part):
            for pitch in (40, 50, 60, 70):
                name = f"organ_electronic_{part}-{pitch:03d}-100"
                yield (
                    name,
                    {
                        "id": name,
                        "audio": np.full(64000, pitch / 100, np.float32),
                        "pitch": pitch,
                        "velocity": 100,
                        "instrument": {
                            "label": f"organ_electronic_{part}",
                            "family": "organ",
                            "source": "electronic",
                        },
                        "qualities": {"bright": True},
                    },
                )

    return Nsynth(data_dir=data_dir)


def test_notes_come_through_tensorflow_datasets(tmp_path, monkeypatch):
    tfds = pytest.importorskip("tensorflow_datasets")
    monkeypatch.delenv("VQKERAS_DATA", raising=False)
    with tfds.core.registered.skip_registration():
        builder = _tiny_builder(tmp_path)
    monkeypatch.setattr(tfds, "builder", {"nsynth": builder}.__getitem__)
    config = DataConfig("nsynth", pitch_range=(45, 65))
    splits = load_nsynth(config, SETTINGS)
    for part, sounds in zip(
        _PARTS, (splits.train, splits.validation, splits.test), strict=True
    ):
        notes = sorted(sounds.metadata, key=lambda note: note["pitch"])
        assert notes[1] == {
            "note_str": f"organ_electronic_{part}-060-100",
            "instrument_str": f"organ_electronic_{part}",
            "instrument_family_str": "organ",
            "instrument_source_str": "electronic",
            "pitch": 60,
            "velocity": 100,
        }
        for i, note in enumerate(sounds.metadata):
            audio = sounds.read(i)
            assert audio.shape == (64000,)
            np.testing.assert_allclose(audio, note["pitch"] / 100, rtol=1e-6)
    with pytest.raises(UserError, match="No note of nsynth train passes the filters"):
        load_nsynth(DataConfig("nsynth", families=["bass"]), SETTINGS)


@pytest.mark.parametrize(
    "raised, expected, message",
    [
        (ConnectionError("no route"), UserError, "cannot be downloaded .no route."),
        (
            ModuleNotFoundError("x", name="apache_beam"),
            MissingDependencyError,
            "pip install apache-beam",
        ),
    ],
)
def test_what_cannot_be_downloaded_is_one_line(monkeypatch, raised, expected, message):
    def download_and_prepare(**options):
        assert options == {"file_format": "array_record"}
        raise raised

    builder = SimpleNamespace(download_and_prepare=download_and_prepare)
    fake = SimpleNamespace(builder=lambda name: builder)
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", fake)
    monkeypatch.delenv("VQKERAS_DATA", raising=False)
    with pytest.raises(expected, match=message):
        load_nsynth(DataConfig("nsynth"), SETTINGS)
