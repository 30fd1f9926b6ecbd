"""A damaged manifest of shards is one line; a mistake of the program is none of it."""

import json

import pytest

from edge_runtime.errors import UserError
from tests.fuzz.data import SETTINGS, manifests
from vqkeras.datasets import DataConfig, shards
from vqkeras.datasets.shard_manifest import read_manifest_of

WHOLE = json.loads(manifests()[0])
PART = WHOLE["parts"]["train"]


def write(folder, **changes):
    text = json.dumps({**WHOLE, **changes})
    (folder / "manifest.json").write_text(text)


def test_a_whole_one_is_read(tmp_path):
    write(tmp_path)
    assert read_manifest_of(tmp_path)["shape"] == [4, 3, 1]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": 2}, "has format 2, not 1"),
        ({"shape": [4, "3", 1]}, "its shape is not frames, bins and channels"),
        ({"shape": [4, 3]}, "its shape is not"),
        ({"compressed": None}, "its compressed is missing"),
        ({"credits": {"names": []}}, "its credits are not licence, attribution"),
        ({"parts": {"train": PART}}, "its part validation is not"),
        ({"parts": {"train": {"rows": [1]}}}, "its part train is not"),
        ({"parts": {"train": {**PART, "rows": [1.5]}}}, "its part train is not"),
        ({"parts": {"train": {"rows": [1], "variance": "x"}}}, "its part train is not"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, changes, said):
    write(tmp_path, **changes)
    with pytest.raises(UserError, match=rf"{said}.* Prepare it again\.$"):
        read_manifest_of(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", '"format"', "[" * 100_000])
def test_other_files_are_none(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(UserError, match=r"Prepare it again\.$"):
        read_manifest_of(tmp_path)


def test_a_mistake_of_the_program_is_not_called_damage(tmp_path, monkeypatch):
    write(tmp_path)
    monkeypatch.setattr(shards, "Split", lambda rows: None)
    with pytest.raises(TypeError):
        shards.load_shards(DataConfig("shards", dir=str(tmp_path)), SETTINGS)
