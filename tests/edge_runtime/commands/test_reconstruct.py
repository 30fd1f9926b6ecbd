"""`reconstruct`: the sound, the spectrograms and the codes it writes."""

import json

import numpy as np
import pytest

from edge_runtime.__main__ import main
from edge_runtime.audio.audio_file import AudioFile, read_audio, write_audio
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.edit.reconstruction import reconstruct
from edge_runtime.spectrogram.distance import lsd_db


@pytest.mark.parametrize("phase", ["original", "continued"])
def test_equals_the_library(sound_path, bundle_path, tmp_path, capsys, phase):
    output, arrays = tmp_path / "out.wav", tmp_path / "out.npz"
    command = ["reconstruct", sound_path, "-o", output, "--model", bundle_path]
    command += ["--phase", phase, "--seed", 2, "--spectrogram", arrays, "--json"]
    assert main([str(argument) for argument in command]) == 0
    result = reconstruct(
        read_audio(sound_path),
        read_bundle(bundle_path),
        phase=phase,
        seed=2,
        keep_spectra=True,
    )
    np.testing.assert_array_equal(read_audio(output).samples, result.audio_file.samples)
    with np.load(arrays) as written:
        for name in ("original_db", "reconstruction_db"):
            expected = getattr(result.spectra, name)
            np.testing.assert_array_equal(written[name], expected)
        np.testing.assert_array_equal(written["codemap"], result.codemap)
    report = json.loads(capsys.readouterr().out)
    assert report["codes"] == result.codemap.size
    expected = lsd_db(result.spectra.original_db, result.spectra.reconstruction_db)
    assert report["lsd_db"] == pytest.approx(expected)
    assert report["spectrogram"] == str(arrays)


def test_one_channel_has_no_channel_axis(sound_path, bundle_path, tmp_path, capsys):
    both = read_audio(sound_path)
    mono = tmp_path / "mono.wav"
    write_audio(mono, AudioFile(both.samples[:, :1], 22050, "PCM_16"))
    arrays = tmp_path / "out.npz"
    command = ["reconstruct", mono, "-o", tmp_path / "out.wav", "--model", bundle_path]
    command += ["--spectrogram", arrays]
    assert main([str(argument) for argument in command]) == 0
    with np.load(arrays, allow_pickle=False) as written:
        shapes = {name: written[name].shape for name in written.files}
    frames = 8000 // 64 + 1
    assert shapes == {
        "original_db": (frames, 128),
        "reconstruction_db": (frames, 128),
        "codemap": (32, 8),
    }
    assert "rebuilt from 256 codes" in capsys.readouterr().out


def test_existing_spectrogram_is_kept(sound_path, bundle_path, tmp_path, capsys):
    arrays = tmp_path / "out.npz"
    arrays.write_text("precious")
    command = ["reconstruct", sound_path, "-o", tmp_path / "out.wav"]
    command += ["--model", bundle_path, "--spectrogram", arrays]
    assert main([str(argument) for argument in command]) == 2
    assert "--force" in capsys.readouterr().err
    assert arrays.read_text() == "precious"
    assert not (tmp_path / "out.wav").exists()
