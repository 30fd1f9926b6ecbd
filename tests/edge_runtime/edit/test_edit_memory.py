"""The memory of an edit does not grow with the sound or the region."""

import subprocess
import sys
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from edge_runtime.audio.audio_file import read_audio, write_audio
from edge_runtime.bundle.bundle_file import write_bundle
from edge_runtime.edit import sound_edit
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from edge_runtime.spectrogram.region import Region
from tests.edge_runtime.edit.known_edits import tone_in_noise


@pytest.fixture
def codec(smeared_codec):
    return smeared_codec


@pytest.fixture
def bundle(bundle_with):
    return bundle_with(context={"encoder_frames": [4, 8], "decoder_cells": [1, 2]})


def test_memory_does_not_grow_with_the_region(monkeypatch, bundle, codec):
    """Besides what the prior needs, which is given every hidden cell at once."""
    monkeypatch.setattr(sound_edit, "PASSAGE_S", 5.0)
    peaks = []
    for seconds in (20, 80):
        file = tone_in_noise(8000, seconds)
        inpainter = Inpainter(bundle, engine=codec)
        region = Region(1.0, seconds - 1.0, 0.0, 4000.0)
        prior = MarginalPrior(np.arange(1, 17))
        tracemalloc.start()
        inpainter.inpaint(file, region, prior=prior, phase="original")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        peaks.append(peak - file.samples.nbytes)
    short, long = peaks
    assert long < short + 1_000_000  # codes and neighbours; spectra would be 80 MB


def test_memory_does_not_grow_with_the_sound(bundle, codec):
    """Besides the file's own numbers, which the caller holds, and their edited copy."""
    peaks = []
    for seconds in (30, 120):
        file = tone_in_noise(8000, seconds)
        inpainter = Inpainter(replace(bundle), engine=codec)
        tracemalloc.start()
        inpainter.inpaint(
            file, Region(20.0, 20.5, 0.0, 4000.0), prior=NaiveBayesPrior(16)
        )
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        peaks.append(peak - file.samples.nbytes)
    short, long = peaks
    assert long < short + 1_000_000  # codes and counts; spectra would be 13 MB more


PROGRAM = """
import sys
from edge_runtime.__main__ import main
from edge_runtime.bench.memory import peak_memory_mb

assert main(sys.argv[1:]) == 0
print(peak_memory_mb())
"""


def test_ten_minutes_from_file_to_file(real_bundle, tmp_path):
    """The command's own peak memory is that of a file a fifth as long."""
    model = tmp_path / "model.tflite"
    metadata = real_bundle.metadata | {
        "context": {"encoder_frames": [0, 0], "decoder_cells": [0, 0]}
    }
    write_bundle(model, replace(real_bundle, metadata=metadata))
    peaks = []
    for seconds in (120, 600):
        source, result = tmp_path / f"{seconds}.wav", tmp_path / "edited.wav"
        file = tone_in_noise(8000, seconds, channels=2)
        write_audio(source, file)
        arguments = ["inpaint", source, "-o", result, "--model", model, "--force"]
        flags = ["--time", "60:60.5", "--engine", "numpy"]
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *map(str, arguments), *flags],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        peaks.append(float(done.stdout.split()[-1]))
        edited = read_audio(result).samples
        outside = np.r_[0 : 59 * 8000, 62 * 8000 : len(edited)]
        np.testing.assert_array_equal(edited[outside], file.samples[outside])
        assert np.any(edited != file.samples)
    short, long = peaks
    assert long < short + 8  # MB; the long file has 15 MB more
