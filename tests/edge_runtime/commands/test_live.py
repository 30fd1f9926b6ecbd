import json
import re

import numpy as np
import pytest

from edge_runtime.__main__ import main
from edge_runtime.audio.audio_file import read_audio
from edge_runtime.errors import AudioError


@pytest.fixture
def live(bundle_path, sound_path, tmp_path):
    """Run `live` on the stereo file of 22,050 Hz; gives exit code and what came out."""

    def run(*options, name="out.wav"):
        path = tmp_path / name
        files = ["--in", str(sound_path), "--out", str(path)]
        code = main(["live", "--model", str(bundle_path), *files, *options])
        return code, read_audio(path)

    return run


def test_a_file_keeps_its_form_and_is_changed(live, sound_path, capsys):
    code, output = live("--density", "0.8", "--seed", "3")
    source = read_audio(sound_path)
    assert code == 0
    assert (output.sample_rate, output.subtype) == (22050, "PCM_16")
    assert output.samples.shape == source.samples.shape
    assert np.abs(output.to_float() - source.to_float()).max() > 0.05
    # No neighbours in this model: (1 * 4 - 1) * 64 + 256 - 1 samples at 8 kHz.
    assert (
        "live delay 56 ms (447 samples), undone in the file" in capsys.readouterr().out
    )


def test_blocks_do_not_matter(live):
    _, first = live("--block", "64", name="a.wav")
    _, second = live("--block", "1000", name="b.wav")
    assert np.array_equal(first.samples, second.samples)


@pytest.mark.parametrize("options", [["--density", "0"], ["--wet", "0"]])
def test_no_effect_is_bit_identical(live, sound_path, options):
    _, output = live(*options)
    assert np.array_equal(output.samples, read_audio(sound_path).samples)


def test_in_real_time_as_json(live, capsys):
    pytest.importorskip("threadpoolctl", reason="keeps matrix products on one thread")
    code, _ = live("--realtime", "--json", "--buffer", "3", "--density", "0.2")
    report = json.loads(capsys.readouterr().out)
    assert code == 0
    assert report["delay_samples"] == 447 + 3 * 256 + 128
    assert report["delay_ms"] == pytest.approx(report["delay_samples"] / 8)
    assert 0 < report["real_time_factor"] < 10
    assert report["overruns"] >= 0 and report["mode"] == "stream"


def test_a_loop(live, sound_path):
    code, output = live("--mode", "loop", "--loop", "0.25", "--density", "1")
    assert code == 0
    source = read_audio(sound_path)
    first = slice(0, 5200)
    assert np.array_equal(output.samples[first], source.samples[first])
    assert not np.array_equal(output.samples[12000:], source.samples[12000:])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--in", "a.wav"], "--in and --out belong together"),
        (["--realtime"], "--realtime does something only with --in and --out"),
        (["--force"], "--force does something only with --in and --out"),
        (["--loop", "2"], "--loop does something only with --mode loop"),
        (
            ["--mode", "loop", "--freeze"],
            "--freeze does something only with --mode stream",
        ),
        (["--block", "0"], "--block"),
        (
            ["--in", "a", "--out", "b", "--device", "0"],
            "--device does.*on a sound card",
        ),
        (["--in", "a", "--out", "b", "--mode", "loop"], "--loop SECONDS"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, message, capsys):
    assert main(["live", *options]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and re.search(message, error)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--density", "2"], "density must lie in"),
        (["--band", "9000:9500"], "the model hears nothing above 4000 Hz"),
        (["--band", "low"], "two numbers in Hz"),
    ],
)
def test_numbers_that_do_not_fit_are_refused(live, options, message, capsys):
    with pytest.raises(AudioError, match="Cannot read"):  # nothing was written
        live(*options)
    assert re.search(message, capsys.readouterr().err)


def test_without_a_sound_card_package_it_says_what_to_install(block_imports, capsys):
    block_imports("sounddevice")
    assert main(["live"]) == 3
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "pip install 'vqkeras[live]'" in error
