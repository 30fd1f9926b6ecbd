"""A short sound of which little is left around the box."""

import numpy as np
import pytest

from edge_runtime.__main__ import main
from edge_runtime.audio.audio_file import AudioFile, read_audio, write_audio

RATE, START, END = 16000, 0.48, 0.72


@pytest.fixture
def one_shot(tmp_path):
    """1.2 s of a plucked note."""
    time = np.arange(19200) / RATE
    partials = [np.sin(440 * np.pi * k * time + k) / k for k in range(1, 9)]
    note = np.sum(partials, axis=0) * np.exp(-time / 2)
    samples = np.rint(13000 * note / np.abs(note).max()).astype(np.int16)
    path = tmp_path / "one_shot.wav"
    write_audio(path, AudioFile(samples[:, np.newaxis], RATE, "PCM_16"))
    return path


def louder_db(before, after):
    inside = slice(int(START * RATE), int(END * RATE))
    levels = [read_audio(path).to_float()[inside].std() for path in (before, after)]
    return 20 * np.log10(levels[1] / levels[0])


def edited(one_shot, model, *more):
    output = one_shot.with_name(f"{model}.wav")
    box = ["--time", f"{START}:{END}"]
    options = ["--model", model, "-o", str(output), "--force", *more]
    assert main(["inpaint", str(one_shot), *box, *options]) == 0
    return louder_db(one_shot, output)


def test_the_model_of_any_sound_is_as_loud_as_what_was_there(one_shot, capsys):
    pytest.importorskip("ai_edge_litert", reason="runs the model in time")
    assert abs(edited(one_shot, "general")) < 4.0
    assert "level:" not in capsys.readouterr().out


def test_a_model_of_long_cells_says_that_it_is_off_and_what_to_do(one_shot, capsys):
    # Its cells of 1 s leave 0.2 s of the sound around them.
    assert abs(edited(one_shot, "nsynth_light")) < 6.0  # its prior helps
    assert edited(one_shot, "nsynth_light", "--prior", "naive_bayes") < -12.0
    said = capsys.readouterr().out
    told = "level: what was made is more than 12 dB off what surrounds it; +12 dB is"
    assert said.count(told) == 2
    assert "or take a model with shorter cells" in said
