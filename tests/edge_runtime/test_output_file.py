"""Outputs: whole or absent, on the disk, and like what they replace."""

import os
import stat
import threading

import pytest

from edge_runtime import output_file as module
from edge_runtime.errors import UserError
from edge_runtime.output_file import output_file, sweep


def write(path, text="new"):
    with output_file(path, force=True) as temporary:
        temporary.write_text(text)


def test_a_link_stays_one_and_a_mode_too(tmp_path):
    target = tmp_path / "real.txt"
    target.write_text("old")
    target.chmod(0o600)
    (tmp_path / "folder").mkdir()
    link = tmp_path / "folder" / "link.txt"
    link.symlink_to("../real.txt")
    write(link)
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list((tmp_path / "folder").iterdir()) == [link]


def test_a_link_to_nothing_gets_its_file(tmp_path):
    link = tmp_path / "link.txt"
    link.symlink_to(tmp_path / "later.txt")
    write(link)
    assert link.is_symlink() and (tmp_path / "later.txt").read_text() == "new"


@pytest.mark.parametrize("length", [245, 255])
def test_every_name_that_the_system_allows(tmp_path, length):
    path = tmp_path / ("n" * (length - 4) + ".wav")
    write(path)
    assert path.read_text() == "new"


def test_into_a_pipe(tmp_path):
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    taken = []
    reader = threading.Thread(target=lambda: taken.append(pipe.read_text()))
    reader.start()
    write(pipe)
    reader.join()
    assert taken == ["new"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_content_is_on_the_disk_before_the_old_one_goes(tmp_path, monkeypatch):
    path = tmp_path / "file.txt"
    path.write_text("old")
    seen = []
    fsync, replace = os.fsync, os.replace

    def watched(handle):
        is_folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        seen.append(("folder" if is_folder else "file", path.read_text()))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", watched)
    write(path)
    assert seen == [("file", "old"), ("folder", "new")]
    assert replace is os.replace


def test_a_disk_that_fails_at_last_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "file.txt"
    path.write_text("old")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match="No space left on device"):
        write(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_program_left_is_swept_away(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_YOUNG_S", -1.0)
    (tmp_path / ".vqkeras-left.keras").touch()
    (tmp_path / ".other").touch()
    with output_file(tmp_path / "mine.txt") as mine:
        assert not (tmp_path / ".vqkeras-left.keras").exists()
        sweep(tmp_path)  # as another program would
        assert mine.exists()
        mine.write_text("whole")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {".other", "mine.txt"}
