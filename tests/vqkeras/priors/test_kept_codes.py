"""Codes of a data set, kept in a file that may be damaged."""

from types import SimpleNamespace

import numpy as np
import pytest

from vqkeras.priors import codes


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Make codes or read them; gives them and how often they have been made."""
    made = []

    def encode(*_):
        made.append(1)
        return np.arange(60, dtype=np.uint16).reshape(5, 4, 3)

    monkeypatch.setattr(codes, "_key", lambda *_: "key")
    monkeypatch.setattr(codes, "_train_codes", encode)
    monkeypatch.setattr(codes, "_codes", lambda *_: np.ones((1, 4, 3), np.uint16))
    data = SimpleNamespace(train=range(5), validation=range(1))
    path = tmp_path / "codes.npz"

    def run():
        found = codes.kept_codemaps(None, None, data, versions=1, path=path)
        return found.train.tolist(), len(made)

    return run, path


def test_codes_are_made_once(kept):
    run, _ = kept
    assert run() == run()


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: bytes(len(content)),
        lambda content: content[:150] + bytes(40) + content[190:],
        lambda content: b"\x93NUMPY",
    ],
)
def test_a_damaged_file_is_made_again(kept, damage, caplog):
    run, path = kept
    codemaps, _ = run()
    path.write_bytes(damage(path.read_bytes()))
    assert run() == (codemaps, 2)
    assert "is damaged" in caplog.text
    assert run() == (codemaps, 2)
