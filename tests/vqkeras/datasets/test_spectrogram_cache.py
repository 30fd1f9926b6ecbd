import logging
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from edge_runtime.errors import UserError
from edge_runtime.spectrogram.features import spectrogram_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.location import default_cache_dir, expanded
from vqkeras.datasets.sounds import Sounds
from vqkeras.datasets.spectrogram_cache import cached_spectrograms

SETTINGS = SpectrogramSettings(sample_rate=1000, n_fft=64, hop_length=16)


class _Noises:
    """Sounds that count how often they are read."""

    def __init__(self, count, seed=0):
        self.audio = np.random.default_rng(seed).uniform(-1, 1, (count, 400))
        self.reads = 0
        self.sounds = Sounds(
            metadata=[{}] * count,
            fingerprints=[f"{seed}:{i}" for i in range(count)],
            readers=[partial(self._read, i) for i in range(count)],
        )

    def _read(self, index):
        self.reads += 1
        return self.audio[index].astype(np.float32)


def _cached(noises, folder, settings=SETTINGS):
    return cached_spectrograms(noises.sounds, settings, name="noise", cache_dir=folder)


def test_values_are_those_of_the_feature_chain(tmp_path):
    noises = _Noises(100)
    cached = _cached(noises, tmp_path)
    assert isinstance(cached, np.memmap)
    assert cached.dtype == np.float16
    expected = [spectrogram_of(audio, SETTINGS) for audio in noises.audio]
    np.testing.assert_allclose(cached, expected, atol=5e-4)
    assert not cached.flags.writeable


def test_nothing_is_computed_twice(tmp_path):
    noises = _Noises(100)
    first = _cached(noises, tmp_path)
    noises.reads = 0
    np.testing.assert_array_equal(_cached(noises, tmp_path), first)
    assert noises.reads <= 4
    assert len(list(tmp_path.iterdir())) == 1


def test_other_settings_and_other_sounds_have_their_own_file(tmp_path):
    _cached(_Noises(3), tmp_path)
    louder = SpectrogramSettings(
        sample_rate=1000, n_fft=64, hop_length=16, floor_db=-60
    )
    _cached(_Noises(3), tmp_path, louder)
    _cached(_Noises(3, seed=1), tmp_path)
    _cached(_Noises(2), tmp_path)
    assert len(list(tmp_path.glob("noise-*.npy"))) == 4


def _cut_short(path):
    path.write_bytes(path.read_bytes()[:-1])


def _emptied(path):
    path.write_bytes(b"")


def _header_damaged(path):
    path.write_bytes(b"\x00" + path.read_bytes()[1:])


def _another_shape(path):
    np.save(path, np.zeros((2, 2, 2, 1), np.float16))


def _older_code(path):
    np.save(path, np.zeros_like(np.load(path)))


def _pickle(path):
    np.save(path, np.array([{}], dtype=object), allow_pickle=True)


def test_half_a_turn_may_come_out_on_either_side(tmp_path, caplog):
    settings = replace(SETTINGS, representation="magnitude_if")
    noises = _Noises(2)
    expected = np.array(_cached(noises, tmp_path, settings))
    assert expected.shape[-1] == 2
    path = next(tmp_path.iterdir())
    turned = expected.copy()
    turned[0, 3, 7, 1] = 1.0 - turned[0, 3, 7, 1]
    np.save(path, turned)
    caplog.clear()  # other tests let more be logged
    with caplog.at_level(logging.WARNING):
        np.testing.assert_array_equal(_cached(noises, tmp_path, settings), turned)
    assert not caplog.text


def _one_row_zeroed(path):
    np.load(path, mmap_mode="r+")[7] = 0


def _one_value_is_nan(path):
    np.load(path, mmap_mode="r+")[35, 1, 2] = np.nan


@pytest.mark.parametrize(
    "damage",
    [
        _cut_short,
        _emptied,
        _header_damaged,
        _another_shape,
        _older_code,
        _pickle,
        _one_row_zeroed,
        _one_value_is_nan,
    ],
)
def test_damaged_files_are_computed_again(tmp_path, damage, caplog):
    noises = _Noises(40)
    expected = np.array(_cached(noises, tmp_path))
    damage(next(tmp_path.iterdir()))
    with caplog.at_level(logging.WARNING):
        np.testing.assert_array_equal(_cached(noises, tmp_path), expected)
    assert "again" in caplog.text


def test_an_interrupted_computation_leaves_nothing(tmp_path):
    noises = _Noises(40)

    def read(index):
        if index == 35:
            raise KeyboardInterrupt
        return noises.audio[index]

    count = len(noises.sounds)
    sounds = Sounds(
        noises.sounds.metadata,
        noises.sounds.fingerprints,
        [partial(read, index) for index in range(count)],
    )
    with pytest.raises(KeyboardInterrupt):
        cached_spectrograms(sounds, SETTINGS, name="noise", cache_dir=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_before_any_work(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    with pytest.raises(UserError, match=r"need .* GB in .* Set data.limit"):
        _cached(_Noises(3), tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="Cannot use cache folder .*file"):
        _cached(_Noises(3), tmp_path / "file" / "cache")


def test_the_default_folder_follows_xdg(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache_dir() == tmp_path / "vqkeras"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_cache_dir() == tmp_path / ".cache" / "vqkeras"


def test_without_a_home_it_is_said_what_to_set(monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)

    def unknown():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", unknown)
    with pytest.raises(UserError, match=r"Set data\.cache_dir, or XDG_CACHE_HOME"):
        default_cache_dir()
    monkeypatch.setattr(Path, "expanduser", lambda path: unknown())
    with pytest.raises(UserError, match="Set HOME"):
        expanded("~/data")
