import re

import numpy as np
import pytest

from edge_runtime.errors import UserError
from edge_runtime.spectrogram.features import spectrogram_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets import DataConfig, load_dataset
from vqkeras.datasets.synthetic import load_synthetic
from vqkeras.datasets.timbres import TIMBRES

SETTINGS = SpectrogramSettings(sample_rate=8000, n_fft=256, hop_length=64)


def test_a_data_set_comes_out_of_nothing(tmp_path):
    config = DataConfig(cache_dir=str(tmp_path), limit=6)
    dataset = load_dataset(config, SETTINGS)
    assert dataset.settings == SETTINGS
    for split in (dataset.train, dataset.validation, dataset.test):
        assert len(split) == 6
        assert split.shape == (501, 128, 1)
        expected = spectrogram_of(split.audio(5), SETTINGS)
        np.testing.assert_allclose(split[5], expected, atol=5e-4)
    assert dataset.train.variance() > 0.001


def test_metadata_has_the_form_of_nsynth():
    note = load_synthetic(DataConfig(), SETTINGS).train.metadata[0]
    assert set(note) == {
        "note_str",
        "instrument_str",
        "instrument_family_str",
        "instrument_source_str",
        "pitch",
        "velocity",
    }
    assert re.fullmatch(r"[a-z]+_synthetic_\d{3}-\d{3}-\d{3}", note["note_str"])
    assert note["note_str"].startswith(note["instrument_str"])


def test_no_instrument_is_in_two_splits():
    splits = load_synthetic(DataConfig(), SETTINGS)
    heard = [
        {note["instrument_str"] for note in part.metadata}
        for part in (splits.train, splits.validation, splits.test)
    ]
    assert [len(instruments) for instruments in heard] == [38, 5, 11]
    assert len(set.union(*heard)) == 54
    learnt = {note["instrument_family_str"] for note in splits.train.metadata}
    assert learnt == set(TIMBRES)


def test_filters_choose():
    config = DataConfig(families=["reed"], pitch_range=(40, 50), velocities=[100])
    splits = load_synthetic(config, SETTINGS)
    notes = splits.train.metadata + splits.validation.metadata + splits.test.metadata
    assert {note["instrument_family_str"] for note in notes} == {"reed"}
    assert {note["velocity"] for note in notes} == {100}
    assert all(40 <= note["pitch"] <= 50 for note in notes)
    with pytest.raises(UserError, match="No synthetic note passes the filters"):
        load_synthetic(DataConfig(sources=["acoustic"]), SETTINGS)


def test_sounds_need_settings():
    with pytest.raises(UserError, match="data.name=synthetic needs `spectrogram`"):
        load_dataset(DataConfig(), None)
