"""The model that `live` plays unless told otherwise."""

import json

import numpy as np
import pytest

from edge_runtime.__main__ import main
from edge_runtime.audio.audio_file import AudioFile, read_audio, write_audio
from edge_runtime.audio.examples import example_sound
from edge_runtime.audio.resample import resample
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.shipped import live_bundle_path
from edge_runtime.engines.load import load_engine
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.live.streaming_inpainter import StreamingInpainter


@pytest.fixture(scope="module")
def bundle():
    return read_bundle(live_bundle_path())


@pytest.fixture(scope="module")
def engine(bundle):
    return load_engine(bundle)


@pytest.fixture(scope="module")
def notes_path(tmp_path_factory):
    path = tmp_path_factory.mktemp("sounds") / "notes.wav"
    sound = example_sound("notes")
    notes = resample(sound.to_float(), sound.sample_rate, 16_000)
    samples = np.rint(32767 * notes).astype(np.int16)
    write_audio(path, AudioFile(samples, 16_000, "PCM_16"))
    return path


@pytest.fixture(scope="module")
def notes(notes_path):
    return read_audio(notes_path).to_float()[:24000, 0]


def test_it_answers_within_150_ms(bundle, engine):
    inpainter = StreamingInpainter(bundle, engine=engine)
    assert inpainter.delay / inpainter.sample_rate <= 0.15


def test_the_delay_is_the_reported_one(bundle, engine, notes):
    parameters = LiveParameters(density=0.0)
    inpainter = StreamingInpainter(bundle, engine=engine, parameters=parameters)
    output = inpainter.process(notes)
    np.testing.assert_array_equal(output[inpainter.delay :], notes[: -inpainter.delay])
    assert not output[: inpainter.delay].any()


def test_blocks_do_not_matter(bundle, engine, notes):
    outputs = []
    for block in (512, 24000, 333):
        parameters = LiveParameters(density=0.5, seed=4)
        inpainter = StreamingInpainter(bundle, engine=engine, parameters=parameters)
        starts = range(0, len(notes), block)
        parts = [inpainter.process(notes[start : start + block]) for start in starts]
        outputs.append(np.concatenate(parts).tobytes())
    assert len(set(outputs)) == 1


def test_what_it_makes_is_as_loud_as_what_it_replaces(bundle, engine, notes):
    parameters = LiveParameters(density=1.0)
    inpainter = StreamingInpainter(bundle, engine=engine, parameters=parameters)
    output = inpainter.process(np.pad(notes, (0, inpainter.delay)))[inpainter.delay :]
    level = [np.sqrt(np.mean(np.square(sound))) for sound in (output, notes)]
    assert 0.25 < level[0] / level[1] < 2.0
    assert np.abs(output - notes).max() > 0.05


def test_live_takes_it_by_itself(notes_path, tmp_path, capsys):
    output = tmp_path / "out.wav"
    command = ["live", "--in", str(notes_path), "--out", str(output), "--json"]
    assert main(command) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["model"] == str(live_bundle_path())
    assert report["delay_ms"] <= 150
    result = read_audio(output)
    assert (result.samples != read_audio(notes_path).samples).any()
