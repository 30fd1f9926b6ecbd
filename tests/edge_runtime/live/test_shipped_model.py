"""The models that `live` plays: the one for any sound, and the small one for notes."""

import json

import numpy as np
import pytest

from edge_runtime.__main__ import main
from edge_runtime.audio.audio_file import read_audio, write_audio
from edge_runtime.audio.examples import example_sound
from edge_runtime.audio.resample import resample
from edge_runtime.bundle.shipped import default_bundle_path, load_model
from edge_runtime.engines.load import load_engine
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.live.receptive_field import prompt_lookahead
from edge_runtime.live.streaming_inpainter import STREAM_PRIOR, StreamingInpainter


@pytest.fixture(scope="module", params=["general", "nsynth_live"])
def bundle(request):
    return load_model(request.param)


@pytest.fixture(scope="module")
def engine(bundle):
    return load_engine(bundle)


@pytest.fixture(scope="module")
def notes(bundle):
    """1 s at the model's rate, float32 of shape `(samples,)`."""
    rate, sound = bundle.settings.sample_rate, example_sound("notes")
    notes = resample(sound.to_float()[:, 0], sound.sample_rate, rate)
    return np.asarray(notes[:rate], np.float32)


@pytest.fixture
def stream(bundle, engine):
    """Make the effect as the command does."""

    def make(**parameters):
        return StreamingInpainter(
            bundle,
            engine=engine,
            parameters=LiveParameters(prior=STREAM_PRIOR, **parameters),
            lookahead=prompt_lookahead(bundle),
        )

    return make


def test_it_answers_within_100_ms(stream):
    assert stream().delay / stream().sample_rate <= 0.1


def test_the_delay_is_the_reported_one(stream, notes):
    inpainter = stream(density=0.0)
    output = inpainter.process(notes)
    np.testing.assert_array_equal(output[inpainter.delay :], notes[: -inpainter.delay])
    assert not output[: inpainter.delay].any()


def test_blocks_do_not_matter(stream, notes):
    outputs = []
    for block in (512, len(notes), 333):
        inpainter = stream(density=0.5, seed=4)
        starts = range(0, len(notes), block)
        parts = [inpainter.process(notes[start : start + block]) for start in starts]
        outputs.append(np.concatenate(parts).tobytes())
    assert len(set(outputs)) == 1


def test_what_it_makes_is_as_loud_as_what_it_replaces(stream, notes):
    inpainter = stream(density=1.0)
    output = inpainter.process(np.pad(notes, (0, inpainter.delay)))[inpainter.delay :]
    level = [np.sqrt(np.mean(np.square(sound))) for sound in (output, notes)]
    assert 0.25 < level[0] / level[1] < 2.0
    assert np.abs(output - notes).max() > 0.05


def test_live_takes_the_one_for_any_sound_by_itself(tmp_path, capsys):
    source, output = tmp_path / "notes.wav", tmp_path / "out.wav"
    write_audio(source, example_sound("notes"))
    command = ["live", "--in", str(source), "--out", str(output), "--json"]
    assert main(command) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["model"] == str(default_bundle_path())
    assert report["delay_ms"] <= 100
    result = read_audio(output)
    assert (result.samples != read_audio(source).samples).any()
    # Unless told, what is noise gets its texture.
    for texture in ("1", "0"):
        assert main([*command, "--texture", texture, "--force"]) == 0
        is_same = np.array_equal(read_audio(output).samples, result.samples)
        assert is_same == (texture == "1")
