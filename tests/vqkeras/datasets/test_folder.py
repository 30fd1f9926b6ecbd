import logging
import os

import numpy as np
import pytest
import scipy.signal
import soundfile

from edge_runtime.errors import UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets import DataConfig, load_dataset
from vqkeras.datasets.checked_files import split_by_name
from vqkeras.datasets.folder import load_folder

SETTINGS = SpectrogramSettings(sample_rate=2000, n_fft=64, hop_length=16)


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def _write(path, seconds, sample_rate=2000, channels=1, seed=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = (round(seconds * sample_rate), channels)
    audio = np.random.default_rng(seed).uniform(-0.5, 0.5, shape)
    soundfile.write(path, audio, sample_rate)
    return soundfile.read(path, dtype="float32")[0]


def _all_notes(splits):
    return splits.train.metadata + splits.validation.metadata + splits.test.metadata


def test_files_are_found_cut_and_padded(tmp_path):
    long = _write(tmp_path / "a" / "long.wav", 13.5)
    short = _write(tmp_path / "b" / "c" / "short.FLAC", 0.5, seed=1)
    _write(tmp_path / "third.ogg", 4.0, seed=2)
    (tmp_path / "notes.txt").write_text("not audio")
    splits = load_folder(DataConfig("folder", dir=str(tmp_path)), SETTINGS)
    found = {}
    for part in (splits.train, splits.validation, splits.test):
        for i, note in enumerate(part.metadata):
            found[note["instrument_str"], note["start_s"]] = part.read(i)
    assert sorted(found) == [
        ("a/long.wav", 0.0),
        ("a/long.wav", 4.0),
        ("a/long.wav", 8.0),
        ("a/long.wav", 12.0),
        ("b/c/short.FLAC", 0.0),
        ("third.ogg", 0.0),
    ]
    assert {audio.shape for audio in found.values()} == {(8000,)}
    np.testing.assert_array_equal(found["a/long.wav", 4.0], long[8000:16000])
    np.testing.assert_array_equal(found["a/long.wav", 12.0][:3000], long[24000:])
    assert not found["a/long.wav", 12.0][3000:].any()
    np.testing.assert_array_equal(found["b/c/short.FLAC", 0.0][:1000], short)


def test_a_rest_shorter_than_a_second_is_left_out(tmp_path):
    for number in range(3):
        _write(tmp_path / f"{number}.wav", 4.9, seed=number)
    splits = load_folder(DataConfig("folder", dir=str(tmp_path)), SETTINGS)
    assert {note["start_s"] for note in _all_notes(splits)} == {0.0}


def test_channels_are_averaged_and_rates_resampled(tmp_path):
    audio = {
        number: _write(tmp_path / f"{number}.wav", 4.0, 6000, channels=2, seed=number)
        for number in range(3)
    }
    splits = load_folder(DataConfig("folder", dir=str(tmp_path)), SETTINGS)
    number = int(splits.train.metadata[0]["instrument_str"][0])
    expected = scipy.signal.resample_poly(audio[number].mean(axis=1), 1, 3)
    read = splits.train.read(0)
    # Filters differ in their last tenth below the Nyquist frequency.
    low = scipy.signal.firwin(101, 0.7)
    np.testing.assert_allclose(
        np.convolve(read, low, "valid"), np.convolve(expected, low, "valid"), atol=0.02
    )


def test_no_file_is_in_two_splits(tmp_path):
    for number in range(10):
        _write(tmp_path / f"{number}.wav", 8.0, seed=number)
    splits = load_folder(DataConfig("folder", dir=str(tmp_path)), SETTINGS)
    files = [
        {note["instrument_str"] for note in part.metadata}
        for part in (splits.train, splits.validation, splits.test)
    ]
    assert [len(names) for names in files] == [7, 1, 2]
    assert len(set.union(*files)) == 10


def test_without_validation_two_files_are_enough(tmp_path):
    for number in range(2):
        _write(tmp_path / f"{number}.wav", 4.0, seed=number)
    config = DataConfig(
        "folder",
        dir=str(tmp_path),
        validation_share=0.0,
        cache_dir=str(tmp_path / "cache"),
    )
    dataset = load_dataset(config, SETTINGS)
    assert dataset.validation is None
    assert len(dataset.train) == len(dataset.test) == 1


def test_a_changed_file_is_computed_again(tmp_path):
    for number in range(3):
        _write(tmp_path / f"{number}.wav", 4.0, seed=number)
    config = DataConfig("folder", dir=str(tmp_path), cache_dir=str(tmp_path / "cache"))
    before = load_dataset(config, SETTINGS).train[0]
    for number in range(3):
        _write(tmp_path / f"{number}.wav", 4.0, seed=10 + number)
    assert np.max(np.abs(load_dataset(config, SETTINGS).train[0] - before)) > 0.1


def test_unusable_folders_are_named(tmp_path):
    config = DataConfig("folder", dir=str(tmp_path))
    with pytest.raises(UserError, match="has 0 audio files"):
        load_folder(config, SETTINGS)
    _write(tmp_path / "0.wav", 4.0)
    with pytest.raises(UserError, match="has 1 audio files .* too few to divide"):
        load_folder(config, SETTINGS)
    for number in range(3):
        (tmp_path / f"{number}.wav").write_text("text, not sound")
    with pytest.raises(UserError, match=r"3 of 3 files .* 0\.wav: not an audio file"):
        load_folder(config, SETTINGS)
    with pytest.raises(UserError, match="nowhere does not exist"):
        load_folder(DataConfig("folder", dir=str(tmp_path / "nowhere")), SETTINGS)


def test_bad_files_among_good_ones_are_left_out_and_named(tmp_path, caplog):
    for number in range(5):
        _write(tmp_path / f"{number}.wav", 4.0, seed=number)
    (tmp_path / "._0.wav").write_bytes(b"\0\5\x16\7" + bytes(100))
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "gone.wav").symlink_to("/nowhere.wav")
    (tmp_path / "empty.flac").touch()
    os.mkfifo(tmp_path / "pipe.wav")
    content = (tmp_path / "0.wav").read_bytes()
    (tmp_path / "cut.wav").write_bytes(content[:-100])
    config = DataConfig("folder", dir=str(tmp_path))
    for _ in range(2):  # the second time from what is kept
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            splits = load_folder(config, SETTINGS)
        names = {note["instrument_str"] for note in _all_notes(splits)}
        assert names == {f"{number}.wav" for number in range(5)}
        assert "4 of 9 files" in caplog.text
        assert "gone.wav: No such file" in caplog.text
        assert "empty.flac: the file is empty" in caplog.text
        assert "cut.wav: truncated" in caplog.text
        assert "pipe.wav: a pipe or a device, not a file" in caplog.text


def test_names_that_are_no_text(tmp_path):
    for number in range(3):
        _write(tmp_path / "plain.wav", 4.0, seed=number)
        name = os.fsdecode(b"caf\xe9 %d.wav" % number)
        (tmp_path / "plain.wav").rename(tmp_path / name)
    splits = load_folder(DataConfig("folder", dir=str(tmp_path)), SETTINGS)
    for note in _all_notes(splits):
        assert note["instrument_str"].encode().startswith(b"caf\\xe9")


def test_more_files_move_none_that_was_trained_on_into_the_test():
    names = [f"take {number}.wav" for number in range(60)]
    shares = {"test": 0.2, "validation": 0.1}
    assert set(split_by_name(names[:3], shares, seed=1).values()) == {
        "train",
        "validation",
        "test",
    }
    before = split_by_name(names[:10], shares, seed=1)
    for count in range(11, 61):
        after = split_by_name(names[:count], shares, seed=1)
        moved = {name for name, part in before.items() if after[name] != part}
        assert all(before[name] != "train" for name in moved)
        before = after
    assert 6 <= sum(part == "test" for part in before.values()) <= 18
