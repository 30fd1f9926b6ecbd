"""`transform`: every effect on a sound, confined, repeatable, silent at strength 0."""

import json

import numpy as np
import pytest

from edge_runtime.__main__ import main
from edge_runtime.audio.audio_file import AudioFile, read_audio, write_audio
from edge_runtime.effects.table import EFFECTS


@pytest.fixture
def second_path(tmp_path):
    """A short mono sound at another rate."""
    rng = np.random.default_rng(9)
    samples = rng.normal(scale=3000, size=(6000, 1)).astype(np.int16)
    path = tmp_path / "second.wav"
    write_audio(path, AudioFile(samples, 16000, "PCM_16"))
    return path


@pytest.fixture
def transform(sound_path, bundle_path, second_path, tmp_path, capsys):
    """Run `transform`; returns the samples and the JSON report."""

    def run(effect, *flags):
        command = ["transform", sound_path, "-o", tmp_path / "out.wav", "--force"]
        command += ["--model", bundle_path, "--effect", effect, "--json", *flags]
        if EFFECTS[effect].needs_second:
            command += ["--with", second_path]
        assert main([str(argument) for argument in command]) == 0
        report = json.loads(capsys.readouterr().out)
        return read_audio(tmp_path / "out.wav").samples, report

    return run


@pytest.mark.parametrize("effect", sorted(EFFECTS))
def test_strength_zero_is_the_input_bit_by_bit(transform, sound_path, effect):
    samples, report = transform(effect, "--strength", 0)
    np.testing.assert_array_equal(samples, read_audio(sound_path).samples)
    assert report["box"] is None and report["cells"] == 0


@pytest.mark.parametrize("effect", sorted(EFFECTS))
def test_seed_repeats_and_region_confines(transform, sound_path, effect):
    flags = ["--strength", "0.6", "--seed", "3", "--time", "0.3:0.6"]
    samples, report = transform(effect, *flags)
    again, _ = transform(effect, *flags)
    np.testing.assert_array_equal(samples, again)
    assert np.isfinite(samples).all()
    original = read_audio(sound_path).samples
    outside = np.ones(len(samples), bool)
    outside[int(0.24 * 22050) : int(0.66 * 22050)] = False
    np.testing.assert_array_equal(samples[outside], original[outside])
    # A codebook of one channel: dropping it, or taking it from elsewhere, may be all.
    changed = (samples != original).any()
    assert changed == (report["cells"] > 0)
    if effect not in ("keep_channels", "mix_channels"):
        assert changed
        assert report["box"]["start_s"] >= 0.24 and report["box"]["end_s"] <= 0.66
    assert (report["effect"], report["strength"]) == (effect, 0.6)


def test_erase_silences(transform, sound_path):
    samples, _ = transform("erase", "--strength", 1)
    original = read_audio(sound_path).samples.astype(float)
    # All but what a file at 22,050 Hz has above the model's 4 kHz, and the edges of
    # cells that were silent already.
    assert samples.astype(float).std() < 0.1 * original.std()


def test_mix_at_full_strength_is_the_second_sound(transform):
    samples, _ = transform("mix", "--strength", 1)
    heard = samples.astype(float) / 32768
    # 6000 samples of noise at 16 kHz last 0.375 s; then comes silence.
    assert heard[: int(0.3 * 22050)].std() > 10 * heard[int(0.45 * 22050) :].std()


def test_axis(transform):
    along_time, _ = transform("shift", "--strength", "0.5")
    same, _ = transform("shift", "--strength", "0.5", "--axis", "time")
    along_frequency, _ = transform("shift", "--strength", "0.5", "--axis", "frequency")
    np.testing.assert_array_equal(along_time, same)
    assert (along_time != along_frequency).any()


def test_text(sound_path, bundle_path, tmp_path, capsys):
    command = ["transform", sound_path, "-o", tmp_path / "out.wav", "--model"]
    command += [bundle_path, "--effect", "erase", "--strength", "0"]
    assert main([str(argument) for argument in command]) == 0
    assert "nothing has changed: the output equals the input" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--effect", "mix"], "needs a second sound: --with"),
        (["--effect", "noise", "--with", "x.wav"], "takes no second sound"),
        (["--effect", "noise", "--axis", "time"], "Effect noise has no axis"),
        (
            ["--effect", "noise", "--strength", "1.5"],
            "strength must be a number",
        ),
        (
            ["--effect", "noise", "--strength", "nan"],
            "strength must be a number",
        ),
        (["--effect", "louder"], "--effect: invalid choice"),
        ([], "--effect"),
    ],
)
def test_wrong_options(sound_path, tmp_path, capsys, flags, message):
    command = ["transform", str(sound_path), "-o", str(tmp_path / "out.wav"), *flags]
    assert main(command) == 2
    printed = capsys.readouterr().err
    assert message in printed and printed.count("\n") == 1


def test_second_sound_is_missing(sound_path, placeholder_path, tmp_path, capsys):
    command = ["transform", sound_path, "-o", tmp_path / "out.wav", "--effect", "mix"]
    command += ["--model", placeholder_path, "--with", tmp_path / "absent.wav"]
    assert main([str(argument) for argument in command]) == 4
    assert "absent.wav" in capsys.readouterr().err
