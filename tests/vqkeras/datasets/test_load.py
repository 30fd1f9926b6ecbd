import subprocess
import sys

from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets import DataConfig, load_dataset

SETTINGS = SpectrogramSettings(sample_rate=8000, n_fft=256, hop_length=64)


def test_a_configuration_is_read_without_tensorflow():
    code = (
        "import sys, vqkeras.datasets; heavy = {'tensorflow', 'keras', "
        "'tensorflow_datasets', 'sklearn'}; sys.exit(bool(heavy & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_spectrograms_go_to_the_default_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    load_dataset(DataConfig(limit=1), SETTINGS)
    assert len(list((tmp_path / "vqkeras").glob("synthetic-*.npy"))) == 3


def test_without_validation_there_is_none(tmp_path):
    config = DataConfig(limit=1, validation_share=0.0, cache_dir=str(tmp_path))
    assert load_dataset(config, SETTINGS).validation is None
    assert len(list(tmp_path.glob("*.npy"))) == 2


def test_a_limit_holds_for_each_split(tmp_path):
    dataset = load_dataset(DataConfig(limit=3, cache_dir=str(tmp_path)), SETTINGS)
    families = [note["instrument_family_str"] for note in dataset.train.metadata]
    assert len(dataset.train) == len(dataset.validation) == len(dataset.test) == 3
    assert len(set(families)) == 3
