"""Examples to listen to: which are here, what is made of them, clips and pictures."""

from dataclasses import replace

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile, read_audio, write_audio
from edge_runtime.errors import UsageError
from edge_runtime.spectrogram.region import Region
from vqkeras.evaluation import examples
from vqkeras.evaluation.examples import (
    EXAMPLES,
    TAKES,
    examples_here,
    versions_of,
    write_examples,
)
from vqkeras.evaluation.fillers import Models


@pytest.fixture
def one_example(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    audio = rng.normal(0.0, 0.1, (9000, 1)).astype(np.float32)
    write_audio(tmp_path / "sound.wav", AudioFile(audio, 4000, "FLOAT"))
    example = replace(
        EXAMPLES[0],
        name="snare",
        file="sound.wav",
        start_s=0.25,
        seconds=1.5,
        region=Region(0.5, 1.0, 0.0, 2000.0),
    )
    missing = replace(example, file="none.wav")
    monkeypatch.setattr(examples, "EXAMPLES", (missing, example))
    monkeypatch.setenv("VQKERAS_DATA", str(tmp_path))
    return example


def test_regions_lie_in_their_parts():
    for example in EXAMPLES:
        assert 0.0 < example.region.start_s < example.region.end_s < example.seconds
        assert example.credit
    assert len({example.name for example in EXAMPLES}) == len(EXAMPLES)


def test_each_kind_of_sound_is_heard():
    folders = {example.file.split("/")[1] for example in EXAMPLES}
    kinds = {"drums_hits", "drums_loops", "environment", "fx", "melodic_loops"}
    assert kinds | {"polyphony", "singing", "speech"} <= folders
    files = " ".join(example.file for example in EXAMPLES)
    assert "nsynth/" in files and "tabla" in files  # notes, percussion


def test_what_is_not_here_is_left_out(one_example, tmp_path, monkeypatch):
    assert [example for example, _ in examples_here()] == [one_example]
    monkeypatch.setenv("VQKERAS_DATA", str(tmp_path / "empty"))
    with pytest.raises(UsageError, match="Set VQKERAS_DATA"):
        examples_here()


def test_each_version_differs_inside_and_not_outside(level_models):
    audio = np.random.default_rng(1).normal(0.0, 0.1, 6000).astype(np.float32)
    region = Region(0.5, 1.0, 0.0, 2000.0)
    versions = dict(versions_of(level_models, audio, region))
    takes = [f"take_{number + 1}" for number in range(TAKES)]
    assert list(versions) == ["original", "reconstructed", "repair", *takes]
    for name in ("repair", *takes):
        np.testing.assert_array_equal(versions[name][:1900], audio[:1900])
        np.testing.assert_array_equal(versions[name][4100:], audio[4100:])
        assert (versions[name][2100:3900] != audio[2100:3900]).mean() > 0.9
    assert (versions["take_1"] != versions["take_2"]).any()


def test_clips_and_a_picture(one_example, level_models, tmp_path, monkeypatch):
    monkeypatch.setattr(Models, "of", lambda bundle: level_models)
    out = tmp_path / "clips"
    write_examples(level_models.bundle, out)
    names = {file.name for file in out.iterdir()}
    assert names == {
        "snare.png",
        *(
            f"snare-{name}.flac"
            for name in ("original", "reconstructed", "repair", "take-1", "take-2")
        ),
    }
    clip = read_audio(out / "snare-original.flac")
    assert (clip.sample_rate, len(clip.samples), clip.subtype) == (4000, 6000, "PCM_16")
    whole = read_audio(tmp_path / "sound.wav").to_float()
    np.testing.assert_allclose(clip.to_float(), whole[1000:7000], atol=1e-4)
