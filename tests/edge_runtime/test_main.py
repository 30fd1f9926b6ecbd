"""The command line: one line and the right exit code for whatever goes wrong."""

import errno
import os
import struct
import subprocess
import sys

import numpy as np
import pytest

import edge_runtime.bundle.bundle_file as bundle_module
from edge_runtime.__main__ import COMMANDS, main
from edge_runtime.audio.audio_file import AudioFile, read_audio, write_audio


@pytest.fixture
def fails(capsys):
    """Run a command that must fail; returns its exit code and its one line."""

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith("error: ") and printed.err.count("\n") == 1
        return code, printed.err

    return run


@pytest.fixture
def inpaint(fails, sound_path, placeholder_path, tmp_path):
    """A failing `inpaint` that differs from a right one by what is given."""

    def run(sound=sound_path, output="out.wav", model=placeholder_path, **options):
        options = {"time": "0.3:0.6"} | options
        flags = [f"--{name}={value}" for name, value in options.items() if value]
        return fails(
            *("inpaint", sound, "-o", tmp_path / output, "--model", model, *flags)
        )

    return run


def wav_of(path, samples, subtype="PCM_16"):
    write_audio(path, AudioFile(samples, 16000, subtype))
    return path


def bad_sounds(folder, sound_path):
    """Unusable sounds: name -> what the message must say."""
    content = sound_path.read_bytes()
    (folder / "empty.wav").touch()
    (folder / "text.wav").write_text("Dear diary, today I renamed a text file.\n" * 9)
    (folder / "text.flac").write_text("Dear diary, today I renamed a text file.\n" * 9)
    (folder / "truncated.wav").write_bytes(content[: len(content) // 2])
    (folder / "header.wav").write_bytes(content[:20])
    nothing = content[:40] + struct.pack("<I", 0)
    (folder / "nothing.wav").write_bytes(
        nothing[:4] + struct.pack("<I", len(nothing) - 8) + nothing[8:]
    )
    broken = np.zeros((1000, 1), np.float32)
    wav_of(folder / "nan.wav", broken, "FLOAT")
    broken[500] = np.nan
    data = (folder / "nan.wav").read_bytes()
    (folder / "nan.wav").write_bytes(data[: -broken.nbytes] + broken.tobytes())
    return {
        "absent.wav": "No such file",
        "empty.wav": "empty",
        "text.wav": "text.wav",
        "text.flac": "not an audio file",
        "truncated.wav": "truncated",
        "header.wav": "header.wav",
        "nothing.wav": "no samples",
        "nan.wav": "NaN",
        "": "directory",
    }


def test_bad_sounds(inpaint, sound_path, tmp_path):
    for name, message in bad_sounds(tmp_path, sound_path).items():
        code, line = inpaint(sound=tmp_path / name)
        assert (code, message.lower() in line.lower()) == (4, True), (name, line)
    assert not (tmp_path / "out.wav").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"time": "2:3"}, "leaves the sound"),
        ({"time": "0.5:1.5"}, "leaves the sound"),
        ({"time": "0.5:0.5"}, "no width"),
        ({"time": "0.6:0.5"}, "no width"),
        ({"time": "half"}, "two numbers"),
        ({"time": "nan:1"}, "two numbers"),
        ({"freq": "200:12000"}, "leaves the sound"),
        ({"freq": "200:200"}, "no width"),
        ({"time": None}, "--time, --freq or both"),
        ({"phase": "zero"}, "--phase: invalid choice"),
        ({"seed": "-1"}, "--seed: invalid"),
        ({"radius": "0"}, "--radius: invalid"),
        ({"prior": "marginal", "radius": "3"}, "Prior marginal has no radius"),
        ({"colour": "red"}, "unrecognized arguments: --colour=red"),
        ({"tim": "0.3:0.4"}, "unrecognized arguments"),
    ],
)
def test_bad_arguments(inpaint, options, message):
    code, line = inpaint(**options)
    assert (code, message in line) == (2, True), line


def test_bad_models(inpaint, placeholder_path, tmp_path, bundle_with):
    content = placeholder_path.read_bytes()
    changed = tmp_path / "changed.tflite"
    for position in (100, len(content) // 2, len(content) - 1):
        damaged = bytearray(content)
        damaged[position] ^= 1
        changed.write_bytes(damaged)
        code, line = inpaint(model=changed)
        assert (code, "damaged" in line) == (4, True), line
    changed.write_bytes(content[: content.index(b"PK\3\4")])
    code, line = inpaint(model=changed)
    assert (code, "not a whole bundle" in line) == (4, True), line
    changed.write_text("not a model")
    assert inpaint(model=changed)[0] == 4
    assert inpaint(model=tmp_path / "absent.tflite")[0] == 4
    images = tmp_path / "images.tflite"
    bundle_module.write_bundle(images, bundle_with(spectrogram=None))
    code, line = inpaint(model=images)
    assert (code, "trained on images" in line) == (4, True), line


def test_model_that_cannot_be_run(inpaint):
    pytest.importorskip("ai_edge_litert")
    code, line = inpaint()
    assert (code, "cannot run the model" in line) == (4, True), line


def test_no_shipped_model(fails, monkeypatch, tmp_path, sound_path):
    empty = tmp_path / "models"
    monkeypatch.setattr("edge_runtime.bundle.shipped.MODELS_FOLDER", empty)
    output = tmp_path / "out.wav"
    for command in (["info"], ["reconstruct", sound_path, "-o", output]):
        code, line = fails(*command)
        assert (code, "--model" in line) == (4, True), line


def test_output_is_checked_first(inpaint, fails, tmp_path, sound_path):
    (tmp_path / "here.wav").write_text("precious")
    code, line = inpaint(output="here.wav", sound="absent.wav")
    assert (code, "--force" in line) == (2, True), line
    assert (tmp_path / "here.wav").read_text() == "precious"
    assert inpaint(output="no_suffix")[0] == 2
    (tmp_path / "folder.wav").mkdir()
    assert inpaint(output="folder.wav")[0] == 2
    code, line = inpaint(output="absent/out.wav")
    assert (code, "does not exist" in line) == (1, True), line
    assert inpaint(output="here.wav/out.wav")[0] == 1
    code, line = fails(
        *("reconstruct", sound_path, "-o", tmp_path / "out.wav"),
        *("--spectrogram", tmp_path / "out.csv"),
    )
    assert (code, ".npz" in line) == (2, True), line


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_not_writable(inpaint, tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    code, line = inpaint(output="locked/out.wav")
    assert (code, "not writable" in line) == (1, True), line


def test_disk_full(fails, sound_path, bundle_path, tmp_path, monkeypatch):
    def full(stream, audio_file, **_):
        stream.write(b"RIFF")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("edge_runtime.audio.audio_file._write_wav", full)
    code, line = fails(
        *("inpaint", sound_path, "-o", tmp_path / "out.wav"),
        *("--model", bundle_path, "--time", "0.3:0.6"),
    )
    assert (code, "No space left" in line) == (1, True), line
    assert not any(tmp_path.iterdir())


def test_missing_packages(inpaint, block_imports, tmp_path):
    (tmp_path / "sound.flac").write_bytes(b"fLaC and so on")
    block_imports("ai_edge_litert", "tflite_runtime", "soundfile")
    # Every bundle runs on numpy, unless the interpreter is asked for.
    code, line = inpaint(engine="litert")
    assert (code, "'.[edge]'" in line) == (3, True), line
    code, line = inpaint(sound=tmp_path / "sound.flac")
    assert (code, "'.[edge]'" in line) == (3, True), line


@pytest.mark.parametrize("arguments", [[], ["dance"], ["inpaint"], ["info", "a", "b"]])
def test_usage(fails, arguments):
    code, line = fails(*arguments)
    assert (code, "--help" in line) == (2, True), line


def test_debug_shows_where_it_came_from(capsys, tmp_path):
    assert main(["info", str(tmp_path / "absent.tflite"), "--debug"]) == 4
    printed = capsys.readouterr().err
    assert "Traceback" in printed and "read_bundle" in printed
    assert printed.splitlines()[-1].startswith("error: Cannot read model")


def test_interrupt(monkeypatch, capsys, placeholder_path):
    def interrupted(path):
        raise KeyboardInterrupt

    monkeypatch.setattr(COMMANDS["info"], "read_bundle", interrupted)
    assert main(["info", str(placeholder_path)]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def run_process(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "edge_runtime", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_as_a_process(sound_path, bundle_path, tmp_path):
    output = tmp_path / "out.wav"
    done = run_process(
        *("inpaint", sound_path, "-o", output, "--model", bundle_path),
        *("--time", "0.4:0.6"),
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "regenerated 0.380-0.604 s, 0-4000 Hz" in done.stdout
    assert read_audio(output).samples.shape == read_audio(sound_path).samples.shape
    failed = run_process("info", tmp_path / "absent.tflite")
    assert (failed.returncode, failed.stdout) == (4, "")
    assert failed.stderr.count("\n") == 1
    assert run_process("info", "--nonsense").returncode == 2
