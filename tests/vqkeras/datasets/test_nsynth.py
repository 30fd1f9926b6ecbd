import json
import os
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import soundfile

from edge_runtime.errors import UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets import DataConfig, load_dataset
from vqkeras.datasets.nsynth import load_nsynth

SETTINGS = SpectrogramSettings()


def _write_part(folder, instruments, suffix=".wav"):
    """A part of NSynth with every official key, three notes of each instrument."""
    (folder / "audio").mkdir(parents=True)
    examples = {}
    for instrument in instruments:
        family, source, _ = instrument.split("_")
        for pitch, velocity in ((40, 25), (60, 100), (80, 127)):
            name = f"{instrument}-{pitch:03d}-{velocity:03d}"
            examples[name] = {
                "instrument": 7,
                "instrument_family": 0,
                "instrument_family_str": family,
                "instrument_source": 1,
                "instrument_source_str": source,
                "instrument_str": instrument,
                "note": len(examples),
                "note_str": name,
                "pitch": pitch,
                "qualities": [0] * 10,
                "qualities_str": [],
                "sample_rate": 16000,
                "velocity": velocity,
            }
            level = np.full(64000, pitch / 100)
            soundfile.write(folder / "audio" / (name + suffix), level, 16000)
    (folder / "examples.json").write_text(json.dumps(examples))


def _instruments(sounds):
    return {note["instrument_str"] for note in sounds.metadata}


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_one_folder_is_divided_by_instrument(tmp_path, suffix):
    names = [f"bass_electronic_00{number}" for number in range(5)]
    _write_part(tmp_path, names, suffix)
    splits = load_nsynth(DataConfig("nsynth", dir=str(tmp_path)), SETTINGS)
    parts = [splits.train, splits.validation, splits.test]
    heard = [_instruments(part) for part in parts]
    assert [len(instruments) for instruments in heard] == [3, 1, 1]
    assert set.union(*heard) == set(names)
    for part in parts:
        for i, note in enumerate(part.metadata):
            audio = part.read(i)
            assert audio.shape == (64000,)
            assert audio.dtype == np.float32
            assert audio[1000] == pytest.approx(note["pitch"] / 100, abs=1e-4)


def test_the_official_division_is_kept(tmp_path):
    for part, name in (
        ("train", "bass_electronic_001"),
        ("valid", "organ_electronic_002"),
        ("test", "reed_acoustic_003"),
    ):
        _write_part(tmp_path / f"nsynth-{part}", [name])
    splits = load_nsynth(DataConfig("nsynth", dir=str(tmp_path)), SETTINGS)
    assert _instruments(splits.train) == {"bass_electronic_001"}
    assert _instruments(splits.validation) == {"organ_electronic_002"}
    assert _instruments(splits.test) == {"reed_acoustic_003"}


def test_valid_and_test_alone_share_instruments_and_are_divided_anew(tmp_path):
    """The paper trained on NSynth's valid and tested on its test part."""
    shared = [f"organ_electronic_00{number}" for number in range(6)]
    _write_part(tmp_path / "nsynth-valid", shared)
    _write_part(tmp_path / "nsynth-test", shared[:4], ".flac")
    splits = load_nsynth(DataConfig("nsynth", dir=str(tmp_path)), SETTINGS)
    heard = [
        _instruments(part) for part in (splits.train, splits.validation, splits.test)
    ]
    assert sum(map(len, heard)) == len(set.union(*heard)) == 6
    assert len(splits.train) + len(splits.validation) + len(splits.test) == 30


def test_a_second_folder_joins_the_training_split_only(tmp_path):
    names = [f"bass_electronic_00{number}" for number in range(5)]
    _write_part(tmp_path / "real", names)
    _write_part(tmp_path / "rendered", ["mallet_acoustic_2009"])
    alone = DataConfig("nsynth", dir=str(tmp_path / "real"))
    both = DataConfig(
        "nsynth", dir=str(tmp_path / "real"), extra_dir=str(tmp_path / "rendered")
    )
    before, after = load_nsynth(alone, SETTINGS), load_nsynth(both, SETTINGS)
    assert after.test.metadata == before.test.metadata
    assert after.validation.metadata == before.validation.metadata
    assert len(after.train) == len(before.train) + 3
    assert after.train.metadata[-1]["instrument_str"] == "mallet_acoustic_2009"
    assert after.train.read(len(before.train) + 2)[0] == pytest.approx(0.8, abs=1e-4)


@pytest.mark.parametrize(
    "filters, count",
    [
        ({"families": ["bass"]}, 9),
        ({"sources": ["acoustic"]}, 9),
        ({"families": ["bass"], "pitch_range": (60, 80)}, 6),
        ({"velocities": [25, 127]}, 12),
    ],
)
def test_filters_choose(tmp_path, filters, count):
    _write_part(
        tmp_path,
        [f"bass_electronic_00{number}" for number in range(3)]
        + [f"reed_acoustic_00{number}" for number in range(3)],
    )
    config = DataConfig("nsynth", dir=str(tmp_path), **filters)
    splits = load_nsynth(config, SETTINGS)
    assert len(splits.train) + len(splits.validation) + len(splits.test) == count


def test_spectrograms_have_the_expected_shape(tmp_path):
    _write_part(tmp_path / "data", [f"bass_electronic_00{n}" for n in range(3)])
    config = DataConfig(
        "nsynth", dir=str(tmp_path / "data"), cache_dir=str(tmp_path / "cache"), limit=2
    )
    dataset = load_dataset(config, SETTINGS)
    assert dataset.train.array.shape == (2, 251, 512, 1)
    assert len(list((tmp_path / "cache").glob("nsynth-*.npy"))) == 3


def test_unusable_folders_are_named(tmp_path):
    config = DataConfig("nsynth", dir=str(tmp_path))
    with pytest.raises(UserError, match="is not NSynth: expected audio/"):
        load_nsynth(config, SETTINGS)
    path = tmp_path / "examples.json"
    path.write_text("{")
    with pytest.raises(UserError, match="Cannot read .*examples.json"):
        load_nsynth(config, SETTINGS)
    for content in ('{"a": {"pitch": 3}}', '{"a": 3}', "[1, 2]"):
        path.write_text(content)
        with pytest.raises(UserError, match="is not NSynth's: expected .* instrument_"):
            load_nsynth(config, SETTINGS)
    path.unlink()
    _write_part(tmp_path, ["bass_electronic_001", "bass_electronic_002"])
    with pytest.raises(UserError, match="No note of .* passes the filters"):
        load_nsynth(
            DataConfig("nsynth", dir=str(tmp_path), families=["vocal"]), SETTINGS
        )
    with pytest.raises(UserError, match="Too few instruments"):
        load_nsynth(config, SETTINGS)
    for path in (tmp_path / "audio").iterdir():
        path.unlink()
    with pytest.raises(UserError, match=r"cannot be used.*\.wav: is missing"):
        load_nsynth(config, SETTINGS)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("../../etc/passwd", {}),
        ("n" * 5000, {}),
        ("a\0b", {}),
        ("bass_electronic_001-060-100", {"pitch": "60"}),
        ("bass_electronic_001-060-100", {"velocity": None}),
        ("bass_electronic_001-060-100", {"instrument_str": 7}),
    ],
    ids=["dots", "long", "nul", "pitch", "velocity", "instrument"],
)
def test_odd_examples_are_one_line(tmp_path, name, change):
    _write_part(tmp_path, ["bass_electronic_001", "bass_electronic_002"])
    path = tmp_path / "examples.json"
    examples = json.loads(path.read_text())
    note = next(iter(examples.values())) | change
    path.write_text(json.dumps(examples | {name: note}))
    with pytest.raises(UserError, match="is not NSynth's"):
        load_nsynth(DataConfig("nsynth", dir=str(tmp_path)), SETTINGS)


def test_bad_notes_among_good_ones_are_left_out_and_named(tmp_path, caplog):
    _write_part(tmp_path, [f"bass_electronic_{number:03}" for number in range(6)])
    first, second, *others = sorted((tmp_path / "audio").iterdir())
    first.write_bytes(first.read_bytes()[:-10])
    second.write_bytes(b"")
    splits = load_nsynth(DataConfig("nsynth", dir=str(tmp_path)), SETTINGS)
    parts = (splits.train, splits.validation, splits.test)
    assert sum(map(len, parts)) == len(others)
    assert f"{first.name}: truncated" in caplog.text
    assert f"{second.name}: the file is empty" in caplog.text


def test_the_shared_notes():
    root = os.environ.get("VQKERAS_DATA")
    if not root or not (Path(root) / "nsynth").is_dir():
        pytest.skip("VQKERAS_DATA has no nsynth folder")
    splits = load_nsynth(DataConfig("nsynth"), SETTINGS)
    parts = [splits.train, splits.validation, splits.test]
    heard = [_instruments(part) for part in parts]
    assert sum(map(len, heard)) == len(set.union(*heard)) == 43
    assert sum(map(len, parts)) == 1515
    families = defaultdict(set)
    for part in parts:
        for note in part.metadata:
            families[note["instrument_family_str"]].add(note["instrument_str"])
    for instruments in families.values():
        assert instruments & heard[0]
    peak = np.max(np.abs(splits.test.read(0)))
    assert 0.1 < peak <= 1.0
