"""Shards: the same from any number of workers and after any end, and whole."""

import os
import pickle
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from edge_runtime.errors import MissingDependencyError, UsageError, UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets import DataConfig, load_dataset
from vqkeras.datasets.checked_files import sound_files
from vqkeras.datasets.folder import SUFFIXES
from vqkeras.prepare import prepare
from vqkeras.prepare.__main__ import main
from vqkeras.prepare.plan import plan_of
from vqkeras.prepare.shard import make_shard

SETTINGS = SpectrogramSettings(sample_rate=2000, n_fft=64, hop_length=16)
ROOT = Path(__file__).parents[3]


def made(out):
    # Not what a worker whose command was killed may still be writing.
    return {path.name: path.stat().st_mtime_ns for path in out.glob("[!.]*-*")}


def ended(*args, **kwargs):
    raise KeyboardInterrupt


@pytest.mark.parametrize("compressed", [False, True])
def test_shards_hold_what_the_cache_holds(notes, tmp_path, compressed):
    out = tmp_path / "out"
    done = prepare(notes, SETTINGS, out, shard_size=4, compressed=compressed)
    assert (done.num_good, done.num_bad, done.num_made) == (15, 0, 5)
    cached = load_dataset(notes, SETTINGS)
    # The config of the notes, of another name, is that of its shards.
    shards = load_dataset(replace(notes, name="shards", dir=str(out)), SETTINGS)
    assert shards.name == "nsynth"
    for part in ("train", "validation", "test"):
        one, other = getattr(cached, part), getattr(shards, part)
        assert list(other.metadata) == one.metadata
        assert one.variance() == other.variance()
        for row in range(len(one)):
            np.testing.assert_array_equal(other.array[row], one.array[row])
        np.testing.assert_array_equal(
            other.array[1:3, 4:6, :, 0], one.array[1:3, 4:6, :, 0]
        )
    for part in ("validation", "test"):
        np.testing.assert_array_equal(
            getattr(shards, part).audio(-1), getattr(cached, part).audio(-1)
        )
    with pytest.raises(UserError, match="keeps no sound of train"):
        shards.train.audio(0)
    (out / "test-00000.audio.npy").write_bytes(b"short")
    with pytest.raises(UserError, match=r"Cannot read .*audio.npy.* Prepare it again"):
        shards.test.audio(0)
    limited = DataConfig("shards", dir=str(out), limit=2)
    assert len(load_dataset(limited, SETTINGS).train) == 2


def test_two_workers_make_the_same_bytes_as_one(broken, tmp_path, content):
    how = {"shard_size": 4, "max_bad": 0.5}
    prepare(broken, SETTINGS, tmp_path / "one", **how)
    prepare(broken, SETTINGS, tmp_path / "two", workers=2, **how)
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_only_what_changed_is_made_anew(notes, tmp_path):
    out = tmp_path / "out"
    prepare(notes, SETTINGS, out, shard_size=4)
    before = made(out)
    again = prepare(notes, SETTINGS, out, shard_size=4)
    assert again.num_made == 0 and made(out) == before
    # Spectrograms, and sounds of what is judged by.
    shards = [path for path in out.iterdir() if path.suffix == ".npy"]
    assert again.num_bytes == sum(path.stat().st_size for path in shards)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vqkeras.prepare.preparing.manifest_of", ended)
        with pytest.raises(KeyboardInterrupt):
            prepare(notes, SETTINGS, out, shard_size=4)
    assert (out / "manifest.json").exists()  # nothing was to be done, nothing is lost
    path = Path(notes.dir, "audio", "bass_electronic_001-041-100.wav")
    soundfile.write(path, np.zeros(500), 2000)
    assert prepare(notes, SETTINGS, out, shard_size=4).num_made == 1
    (out / "train-00001.npy").write_bytes(b"short")
    assert prepare(notes, SETTINGS, out, shard_size=4).num_made == 1
    louder = replace(SETTINGS, floor_db=-90.0)
    assert prepare(notes, louder, out, shard_size=4).num_made == 5
    # Fewer and larger shards: none of the others stays.
    assert prepare(notes, louder, out, shard_size=9).num_made == 1
    assert {path.stem for path in out.glob("*.json")} == {
        *("manifest", "test-00000", "train-00000", "validation-00000")
    }


def test_bad_files_are_named_and_left_out(broken, tmp_path, caplog):
    notes, out = broken, tmp_path / "out"
    with pytest.raises(UserError, match=r"--max_bad 0.1 of 15. The first: bass"):
        prepare(notes, SETTINGS, out, shard_size=20, max_bad=0.1)
    with pytest.raises(UserError, match="it is not prepared, or not to its end"):
        load_dataset(DataConfig("shards", dir=str(out)), SETTINGS)
    done = prepare(notes, SETTINGS, out, shard_size=20, max_bad=0.5)
    assert (done.num_good, done.num_bad) == (10, 5)
    reasons = "\n".join(caplog.messages)
    for reason in ("file is empty", "No such file", "NaN", "bass_electronic_001-040"):
        assert reason in reasons
    assert notes.dir not in reasons  # the same bytes wherever the files lie


def test_a_killed_run_goes_on(notes, tmp_path, content):
    whole, out = tmp_path / "whole", tmp_path / "out"
    prepare(notes, SETTINGS, whole, shard_size=1)
    settings = ("sample_rate=2000", "n_fft=64", "hop_length=16")
    command = [sys.executable, "-m", "vqkeras.prepare", "--out", str(out)]
    command += ["--data.name=nsynth", f"--data.dir={notes.dir}", "--shard_size=1"]
    command += [f"--data.cache_dir={notes.cache_dir}", "--workers=2"]
    command += [f"--spectrogram.{setting}" for setting in settings]
    killed = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    while not list(out.glob("*-*.json")) and killed.poll() is None:
        time.sleep(0.01)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    kept = made(out)
    (out / ".vqkeras-shard-0").write_bytes(b"half")
    prepare(notes, SETTINGS, out, shard_size=1)
    assert content(out) == content(whole)
    sidecars = [name for name in kept if name.endswith(".json")]
    assert sidecars and all(made(out)[name] == kept[name] for name in sidecars)


def test_a_folder_is_cut_as_the_cache_cuts_it(tmp_path):
    folder = tmp_path / "sounds"
    (folder / "below").mkdir(parents=True)
    rng = np.random.default_rng(0)
    for number in range(5):
        audio = rng.uniform(-0.5, 0.5, 4000 + 6000 * number)
        soundfile.write(folder / "below" / f"{number}.wav", audio, 2000)
    cache = str(tmp_path / "cache")
    config = DataConfig("folder", dir=str(folder), cache_dir=cache)
    cached = load_dataset(config, SETTINGS)
    urls = [str(folder), f"file://{folder}"]
    for number, place in enumerate(urls):
        out = tmp_path / f"out{number}"
        prepare(replace(config, dir=place), SETTINGS, out, shard_size=2)
        shards = load_dataset(DataConfig("shards", dir=str(out)), SETTINGS)
        assert list(shards.train.metadata) == cached.train.metadata
        for row in range(len(cached.train)):
            np.testing.assert_array_equal(
                shards.train.array[row], cached.train.array[row]
            )


def test_links_to_folders_are_left_out(tmp_path):
    folder = tmp_path / "sounds"
    (folder / "below").mkdir(parents=True)
    for number in range(3):
        soundfile.write(folder / "below" / f"{number}.wav", np.zeros(500), 2000)
    (folder / "loop").symlink_to(folder)
    (folder / "loop.wav").symlink_to(folder)
    (folder / "gone.wav").symlink_to(folder / "nowhere")
    config = DataConfig("folder", dir=str(folder))
    found = [
        one.name for part in plan_of(config, SETTINGS).parts.values() for one in part
    ]
    trained_on = sound_files(folder, SUFFIXES)
    assert sorted(found) == [str(path.relative_to(folder)) for path in trained_on]


def test_clips_of_all_kinds_are_those_of_the_cache(kinds, tmp_path):
    config = DataConfig(
        "general",
        dir=str(kinds.fill(tmp_path / "kinds")),
        cache_dir=str(tmp_path / "cache"),
        train_clips=20,
        pitch_semitones=2.0,
    )
    prepare(config, SETTINGS, tmp_path / "out", shard_size=8)
    cached = load_dataset(config, SETTINGS)
    there = replace(config, name="shards", dir=str(tmp_path / "out"))
    shards = load_dataset(there, SETTINGS)
    assert list(shards.train.metadata) == cached.train.metadata
    assert np.array_equal(shards.train.array[:], cached.train.array)
    with pytest.raises(UsageError, match="prepared with data.train_clips=20"):
        load_dataset(replace(there, train_clips=30), SETTINGS)
    with pytest.raises(UsageError, match=r"spectrogram.floor_db=-80.0, the config"):
        load_dataset(there, replace(SETTINGS, floor_db=-70.0))


def test_other_peoples_folders_are_refused(notes, tmp_path, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("dear")
    with pytest.raises(UsageError, match="holds something else"):
        prepare(notes, SETTINGS, tmp_path / "out")
    with pytest.raises(UsageError, match="used as it is"):
        prepare(DataConfig("mnist"), SETTINGS, tmp_path / "x")
    assert main(["--out", "x", "--workers", "0", "--spectrogram={}"]) == 2
    assert "--workers" in capsys.readouterr().err


def test_images_need_no_preparing(tmp_path, capsys):
    assert main(["--out", str(tmp_path / "x"), "--data.name", "mnist"]) == 2
    assert "without preparing" in capsys.readouterr().err


def test_a_sound_that_is_no_longer_kept_is_deleted(notes, tmp_path):
    job = next(
        plan_of(notes, SETTINGS).jobs(tmp_path, SETTINGS, size=1, compressed=False)
    )
    sound = tmp_path / "train-00000.audio.npy"
    make_shard(replace(job, with_audio=True))
    assert sound.exists()
    make_shard(job)
    assert not sound.exists()


@pytest.mark.parametrize("engine", ["spark", "dask", "beam"])
def test_a_missing_engine_is_one_line(notes, tmp_path, monkeypatch, engine):
    for module in ("pyspark", "distributed", "apache_beam"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingDependencyError, match=rf"'\.\[{engine}\]'"):
        prepare(notes, SETTINGS, tmp_path / "out", engine=engine)


def test_no_worker_loads_tensorflow(notes, tmp_path):
    how = {"size": 4, "compressed": False}
    job = next(plan_of(notes, SETTINGS).jobs(tmp_path, SETTINGS, **how))
    (tmp_path / "job").write_bytes(pickle.dumps(job))
    program = (
        "import pathlib, pickle, sys, vqkeras.prepare.engines as engines; "
        "job = pickle.loads(pathlib.Path(sys.argv[1]).read_bytes()); "
        "print(engines.make_shard(job).num_good, 'tensorflow' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "job")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "4 False\n", done.stderr
