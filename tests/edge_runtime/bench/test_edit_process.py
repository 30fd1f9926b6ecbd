"""A measured process: answers, and says why it ended."""

import pytest

from edge_runtime.audio.audio_file import write_audio
from edge_runtime.bench.edit_process import EditProcess, Setup
from edge_runtime.bench.task import note
from edge_runtime.errors import UserError


@pytest.fixture
def start(tmp_path):
    """Start a process for a bundle; it is closed after the test."""
    started = []
    write_audio(tmp_path / "note.wav", note(8000))

    def start(model, engine="numpy"):
        setup = Setup(model, "float32", engine, 1)
        started.append(EditProcess(setup, tmp_path / "note.wav"))
        return started[-1]

    yield start
    for process in started:
        process.close()


def test_answers_again_and_again(start, bundle_path):
    process = start(bundle_path)
    first, second = process.edit(), process.edit()
    assert 0 < first["wall_s"] < first["since_start_s"] < second["since_start_s"]
    assert 10 < first["peak_memory_mb"] <= second["peak_memory_mb"] < 500
    assert first["stages_ms"].keys() == second["stages_ms"].keys()


def test_says_why_it_ended(start, tmp_path):
    process = start(tmp_path / "absent.tflite")
    with pytest.raises(UserError, match="ended: .*absent.tflite"):
        process.edit()
    with pytest.raises(UserError, match="ended: .*absent.tflite"):
        process.edit()
