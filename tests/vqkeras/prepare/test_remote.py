"""Folders behind a URL give the shards of the same folders here."""

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from edge_runtime.errors import UserError
from vqkeras.datasets import DataConfig
from vqkeras.prepare import prepare, remote
from vqkeras.prepare.items import Recording
from vqkeras.prepare.plan import plan_of

HOW = {"shard_size": 4, "max_bad": 0.5}


def known(out):
    """Rows, sounds, and what is told of them but for where they come from."""
    found = {path.name: path.read_bytes() for path in out.glob("*.npy")}
    for path in out.glob("*-*.json"):
        found[path.name] = {**json.loads(path.read_text()), "key": None}
    manifest = json.loads((out / "manifest.json").read_text())
    return found, {**manifest, "data": None}


def both(config, settings, folder):
    """What is known of a folder's shards, and of those of its URL."""
    prepare(config, settings, folder / "here", **HOW)
    there = replace(config, dir=f"file://{config.dir}")
    prepare(there, settings, folder / "there", workers=2, **HOW)
    return known(folder / "here"), known(folder / "there")


def test_notes_good_and_broken(broken, settings, tmp_path):
    here, there = both(broken, settings, tmp_path)
    assert here == there and here[1]["bad"] == 5


def test_a_collection_and_its_credits(kinds, settings, tmp_path):
    folder = kinds.fill(tmp_path / "kinds")
    config = DataConfig("general", dir=str(folder), train_clips=8)
    here, there = both(config, settings, tmp_path)
    assert here == there and here[1]["credits"]["names"]


def test_what_a_place_has_not_is_said_of_the_place(broken, settings, tmp_path):
    place = tmp_path / "place"
    place.mkdir()
    (place / "a.wav").touch()
    with pytest.raises(UserError, match=r"place has no examples.json and no manifest"):
        prepare(replace(broken, dir=f"file://{place}"), settings, tmp_path / "x")
    (place / "manifest.csv").write_text("path\n")
    general = DataConfig("general", dir=f"file://{place}")
    with pytest.raises(UserError, match=f"^file://{place}/manifest.csv needs"):
        prepare(general, settings, tmp_path / "x")


def test_records_are_not_left_out_beside_a_folder(broken, settings, tmp_path):
    place = tmp_path / "place"
    place.mkdir()
    Path(broken.dir).rename(place / "nsynth-valid")
    for part in ("train", "valid"):
        (place / f"nsynth-{part}.tfrecord").touch()
    there = replace(broken, dir=f"file://{place}")
    with pytest.raises(UserError, match=r"place has nsynth-train.tfrecord\. .* copy"):
        plan_of(there, settings)
    (place / "nsynth-train.tfrecord").unlink()
    assert len(plan_of(there, settings)) == 15  # the folder's, as here


def test_a_plan_grows_as_its_files_do(settings, tmp_path, monkeypatch):
    def planned(count):
        files = {f"{number % 9}/{number:06d}.wav": "1:2" for number in range(count)}
        monkeypatch.setattr("vqkeras.prepare.plan.remote_files", lambda place: files)
        tracemalloc.start()
        plan = plan_of(DataConfig("folder", dir="s3://bucket"), settings)
        jobs = plan.jobs(tmp_path, settings, size=64, compressed=False)
        assert sum(len(job.items) for job in jobs) == count
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    planned(64)  # loads what it needs
    few = planned(1000)
    assert planned(4000) < 5 * few < 4_000_000


def test_a_store_that_refuses_is_one_line(monkeypatch):
    class Store:
        def find(self, folder, detail):
            raise RuntimeError("no credentials\nfound")

        def get_file(self, path, copy):
            raise RuntimeError("no credentials\nfound")

    monkeypatch.setattr(remote, "file_system_of", lambda place: (Store(), "bucket"))
    with pytest.raises(UserError, match=r"^Cannot list s3://bucket: no credentials\.$"):
        remote.remote_files("s3://bucket")
    item = Recording("s3://bucket", "a.wav", "1")
    with pytest.raises(UserError, match=r"a\.wav: no credentials\.$"):
        list(item.rows(2000))


def test_a_store_that_fails_makes_no_file_bad(notes, settings, tmp_path, monkeypatch):
    there = replace(notes, dir=f"file://{notes.dir}")
    system, folder = remote.file_system_of(there.dir)
    given = []

    class Store:
        find = staticmethod(system.find)

        def get_file(self, path, copy):
            given.append(path)
            if len(given) == 7:
                raise ConnectionError("The store is gone")
            system.get_file(path, copy)

    with monkeypatch.context() as patch:
        patch.setattr(remote, "file_system_of", lambda place: (Store(), folder))
        with pytest.raises(UserError, match=r"\.wav: The store is gone\. What is made"):
            prepare(there, settings, tmp_path / "there", **HOW)
    assert [path.name for path in (tmp_path / "there").glob("*-*.json")] == [
        "train-00000.json"  # four files and the list, then one of the next shard
    ]
    assert prepare(there, settings, tmp_path / "there", **HOW).num_bad == 0
    prepare(notes, settings, tmp_path / "here", **HOW)
    assert known(tmp_path / "here") == known(tmp_path / "there")
