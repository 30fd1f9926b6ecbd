"""`inpaint`: what it writes and prints."""

import json

import numpy as np
import pytest

from edge_runtime.__main__ import main
from edge_runtime.audio.audio_file import AudioFile, read_audio, write_audio
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from edge_runtime.spectrogram.region import parse_region


@pytest.fixture
def inpaint(sound_path, bundle_path, tmp_path, capsys):
    """Run `inpaint`; returns the sound and what was printed."""

    def run(*flags, output="out.wav"):
        output = tmp_path / output
        command = ["inpaint", sound_path, "-o", output, "--model", bundle_path, *flags]
        assert main([str(argument) for argument in command]) == 0
        printed = capsys.readouterr()
        assert printed.err == ""
        return read_audio(output), printed.out

    return run


def test_equals_the_library(inpaint, sound_path, bundle_path):
    result, printed = inpaint("--time", "0.4:0.6", "--freq", "200:2000", "--seed", "5")
    sound = read_audio(sound_path)
    edit = Inpainter(read_bundle(bundle_path)).inpaint(
        sound,
        parse_region("0.4:0.6", "200:2000", sound.duration, 4000.0),
        prior=NaiveBayesPrior(16),
        seed=5,
    )
    np.testing.assert_array_equal(result.samples, edit.audio_file.samples)
    assert printed.splitlines()[0] == (
        f"regenerated {edit.box} ({edit.mask.sum()} cells)"
    )
    outside = np.ones(len(result.samples), bool)
    outside[int(0.3 * 22050) : int(0.7 * 22050)] = False
    np.testing.assert_array_equal(result.samples[outside], sound.samples[outside])


def test_printed_box_typed_in_again_is_the_same_edit(inpaint):
    snapped = ["--time", "0.4:0.6", "--freq", "200:2000", "--snap"]
    first, printed = inpaint(*snapped, "--json")
    box = json.loads(printed)["box"]
    again, _ = inpaint(
        *("--time", f"{box['start_s']}:{box['end_s']}"),
        *("--freq", f"{box['low_hz']}:{box['high_hz']}"),
        "--snap",
        output="again.wav",
    )
    np.testing.assert_array_equal(first.samples, again.samples)


def test_json(inpaint, sound_path, bundle_path, tmp_path):
    _, printed = inpaint("--time", "0.4:0.6", "--json", "--phase", "original")
    report = json.loads(printed)
    assert report["input"] == str(sound_path)
    assert report["output"] == str(tmp_path / "out.wav")
    assert report["model"] == str(bundle_path)
    assert (report["phase"], report["seed"]) == ("original", 0)
    assert report["prior"] == "naive_bayes"
    assert report["box"]["low_hz"] == 0.0 and report["box"]["high_hz"] == 4000.0
    assert report["box"]["start_s"] <= 0.4 and report["box"]["end_s"] >= 0.6
    assert report["asked"]["start_s"] == 0.4 and report["asked"]["end_s"] == 0.6
    assert report["changed"]["start_s"] >= 0.375
    assert report["level"] in ("fitted", "limit") and -12 <= report["level_db"] <= 12
    assert 0.0 < report["share"] <= 1.0 and report["above"]
    stages = {"read", "load", "stft", "encode", "prior", "decode", "istft", "write"}
    assert stages <= report["seconds"].keys()


@pytest.mark.parametrize(
    "flags",
    [
        ["--prior", "marginal"],
        ["--predict", "sample", "--prior", "marginal"],
        ["--neighbourhood", "frequency"],
        ["--snap"],
        ["--keep-above"],
        ["--radius", "1"],
        ["--order", "independent"],
        ["--phase", "original"],
        ["--phase", "griffin_lim", "--seed", "1"],
    ],
)
def test_every_option_changes_the_result(inpaint, flags):
    # In other regions the tiny model's few codes leave some options no choice.
    region = ["--time", "0.2:0.7", "--freq", "0:3000"]
    if flags == ["--keep-above"]:
        region = ["--time", "0.2:0.7"]
    # Naive Bayes is so sure of itself that a draw seldom differs from its best guess.
    default, _ = inpaint(*region, *(flags[2:] if "--predict" in flags else []))
    other, _ = inpaint(*region, *flags, output="other.wav")
    assert (default.samples != other.samples).any()


def test_a_gap_over_all_frequencies_is_filled_along_time(inpaint):
    gap = ["--time", "0.2:0.7"]
    default, _ = inpaint(*gap)
    along_time, _ = inpaint(*gap, "--neighbourhood", "time", output="time.wav")
    across, _ = inpaint(*gap, "--neighbourhood", "frequency", output="across.wav")
    np.testing.assert_array_equal(default.samples, along_time.samples)
    assert (default.samples != across.samples).any()


def test_the_box_says_where_to_look_however_it_was_said(inpaint):
    gap, _ = inpaint("--time", "0.2:0.7")
    spelled, _ = inpaint("--time", "0.2:0.7", "--freq", "0:4000", output="again.wav")
    np.testing.assert_array_equal(gap.samples, spelled.samples)


def test_temperature(inpaint):
    region = ["--time", "0.2:0.7", "--freq", "0:3000", "--predict", "sample"]
    plain, _ = inpaint(*region)
    one, _ = inpaint(*region, "--temperature", "1", output="one.wav")
    warm, _ = inpaint(*region, "--temperature", "50", output="warm.wav")
    np.testing.assert_array_equal(plain.samples, one.samples)
    assert (plain.samples != warm.samples).any()


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--temperature", "2"], "A temperature does nothing with predict argmax"),
        (["--predict", "sample", "--temperature", "0"], "must lie in [0.01, 100]"),
        (["--predict", "sample", "--temperature", "nan"], "must lie in [0.01, 100]"),
        (["--predict", "sample", "--temperature", "hot"], "--temperature"),
    ],
)
def test_a_temperature_that_does_nothing_or_is_none(
    flags, message, sound_path, bundle_path, tmp_path, capsys
):
    command = ["inpaint", sound_path, "-o", tmp_path / "o.wav", "--model", bundle_path]
    assert main([*map(str, command), "--time", "0.2:0.7", *flags]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and message in error


def test_other_formats(inpaint):
    pytest.importorskip("soundfile")
    wav, _ = inpaint("--time", "0.4:0.6")
    flac, _ = inpaint("--time", "0.4:0.6", output="out.flac")
    np.testing.assert_array_equal(wav.samples, flac.samples)


def test_input_may_be_replaced(inpaint, sound_path, bundle_path, tmp_path):
    copy = tmp_path / "copy.wav"
    copy.write_bytes(sound_path.read_bytes())
    expected, _ = inpaint("--time", "0.4:0.6")
    command = ["inpaint", copy, "-o", copy, "--model", bundle_path, "--force"]
    assert main([*map(str, command), "--time", "0.4:0.6"]) == 0
    np.testing.assert_array_equal(read_audio(copy).samples, expected.samples)


def test_a_model_with_a_prior_repairs_or_varies(inpaint, prior_bundle_path):
    region = ["--time", "0.2:0.7", "--model", prior_bundle_path]
    repaired, printed = inpaint(*region, "--json")
    assert json.loads(printed)["prior"] == "learned"
    zero, _ = inpaint(*region, "--variation", "0", "--seed", "3", output="0.wav")
    np.testing.assert_array_equal(zero.samples, repaired.samples)
    takes = [
        inpaint(*region, "--variation", "1", *flags, output=f"{number}.wav")[0].samples
        for number, flags in enumerate(
            [
                [],
                ["--seed", "1"],
                ["--passes", "1"],
                ["--hint", "2"],
                ["--like", "0:0.1"],
                ["--top-p", "0.1"],
            ],
            start=1,
        )
    ]
    some, _ = inpaint(*region, "--variation", "0.5", output="some.wav")
    versions = [repaired.samples, some.samples, *takes]
    assert len({version.tobytes() for version in versions}) == 8
    bayes, printed = inpaint(
        *region, "--prior", "naive_bayes", "--json", output="b.wav"
    )
    assert json.loads(printed)["prior"] == "naive_bayes"
    assert (bayes.samples != repaired.samples).any()


def test_a_region_becomes_like_another_sound(inpaint, prior_bundle_path, tmp_path):
    region = ["--time", "0.2:0.7", "--model", prior_bundle_path]
    other = tmp_path / "other.wav"  # stereo, at another rate, with a quiet beginning
    samples = np.random.default_rng(8).normal(0, 0.2, (22050, 2)).astype(np.float32)
    samples[:11025] *= 0.01
    write_audio(other, AudioFile(samples, 22050, "FLOAT"))
    plain, _ = inpaint(*region, output="plain.wav")
    made = [
        inpaint(*region, "--like-sound", str(other), *flags, output=f"{number}.wav")[0]
        for number, flags in enumerate([[], ["--like", "0:0.4"], ["--like", "0:0.4"]])
    ]
    assert (made[0].samples != plain.samples).any()
    assert (made[1].samples != made[0].samples).any()
    np.testing.assert_array_equal(made[1].samples, made[2].samples)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--variation", "0.5"], "Prior naive_bayes has no variation"),
        (["--variation", "2"], "--variation"),
        (["--like", "3:4"], "--like 3:4 leaves the sound, which spans 0:1 s"),
        (["--hint", "1"], "hint must be 2 or more"),
        (["--passes", "3"], "passes do nothing without a variation"),
        (["--top-p", "0.5"], "top_p does nothing without a variation"),
        (["--top-p", "0", "--variation", "1"], "top_p must lie in (0, 1]"),
        (["--prior", "learned", "--order", "independent"], "learned has no order"),
    ],
)
def test_options_of_a_learned_prior_that_do_nothing(
    flags, message, sound_path, placeholder_path, tmp_path, capsys
):
    command = ["inpaint", sound_path, "-o", tmp_path / "o.wav"]
    command += ["--model", placeholder_path, "--time", "0.2:0.7", *flags]
    assert main([*map(str, command)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and message in error


@pytest.mark.parametrize(
    ("freq", "message"),
    [
        ("9000:10000", "begins at 9000 Hz, but this model hears a sound up to 4000 Hz"),
        ("9000:12000", "leaves the sound, which spans 0:11025 Hz"),
    ],
)
def test_what_the_sound_spans_and_what_the_model_hears_of_it(
    freq, message, sound_path, bundle_path, tmp_path, capsys
):
    command = ["inpaint", sound_path, "-o", tmp_path / "o.wav", "--model", bundle_path]
    assert main([*map(str, command), "--freq", freq]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and message in error
