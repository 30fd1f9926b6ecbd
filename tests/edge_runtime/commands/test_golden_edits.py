"""Edits with the shipped models, from file to file, as they were when last looked at.

`golden/clip.wav` is two seconds of a guitar and an organ, made by this project's own
synthesiser and under its licence. `golden/<model>.npz` holds what the command makes of
it with no option but the region. Where a change of the sound is meant (another default,
another model), look at it, then record it anew and commit the result:

    python tests/edge_runtime/commands/test_golden_edits.py
"""

from pathlib import Path

import numpy as np
import pytest

from edge_runtime.__main__ import main
from edge_runtime.audio.audio_file import AudioFile, read_audio, write_audio

GOLDEN = Path(__file__).parent / "golden"
CLIP = GOLDEN / "clip.wav"
RATE, SECONDS = 22050, 2.0
MODELS = {
    "general": "general",
    "nsynth_light": "nsynth_light",
    "live": "nsynth_live",
    "float32": "nsynth_light_float32",
}
REGION = ("--time", "0.7:0.9", "--freq", "300:3000")
# Steps of 16 bits. Engines and processors add floats in another order: that moves a
# sample by far less than a step, but may round it to the next one. Between two engines,
# and between BLAS kernels for processors of 2008 and of today, 0.4 % of the samples
# differ, all by one step.
TOLERANCE = 1


def edited_samples(model, folder, *flags):
    """What `inpaint` writes for the clip, int32 of shape `(samples,)`."""
    output = folder / f"{model}.wav"
    command = ["inpaint", CLIP, "-o", output, "--model", MODELS[model], *REGION]
    assert main([*map(str, command), *flags]) == 0
    return read_audio(output).samples[:, 0].astype(np.int32)


def recorded_samples(model):
    """What was recorded, int32 of shape `(samples,)`."""
    with np.load(GOLDEN / f"{model}.npz") as recorded:
        expected = read_audio(CLIP).samples[:, 0].astype(np.int32)
        start, change = int(recorded["start"]), recorded["change"]
    expected[start : start + len(change)] += change
    return expected


@pytest.mark.parametrize("engine", ["numpy", "litert"])
@pytest.mark.parametrize("model", MODELS)
def test_an_edit_sounds_as_it_did(model, engine, tmp_path):
    if engine == "litert":
        pytest.importorskip("ai_edge_litert", reason="needs the interpreter")
    received = edited_samples(model, tmp_path, "--engine", engine)
    expected = recorded_samples(model)
    assert received.shape == expected.shape
    largest = np.abs(received - expected).max()
    assert largest <= TOLERANCE, (
        f"{np.mean(received != expected):.1%} of the samples differ, by up to "
        f"{largest} steps. If that is meant: {__doc__.splitlines()[-1].strip()}"
    )


@pytest.mark.parametrize("model", MODELS)
def test_what_was_recorded_is_an_edit_of_the_region(model):
    """A golden output that changes nothing, or everything, would prove nothing."""
    before = read_audio(CLIP).samples[:, 0].astype(np.int32)
    change = recorded_samples(model) - before
    inside = slice(int(0.7 * RATE), int(0.9 * RATE))
    assert np.std(change[inside]) > 0.2 * np.std(before[inside])
    changed = np.flatnonzero(change)
    assert changed[0] >= 0.675 * RATE and changed[-1] <= 0.925 * RATE


def make_clip():
    """Write the clip: three notes, one after the other, that ring on."""
    from vqkeras.datasets.synthesiser import Instrument

    audio = np.zeros(int(RATE * SECONDS), np.float32)
    for family, pitch, start in (
        ("guitar", 45, 0.0),
        ("organ", 57, 0.4),
        ("guitar", 64, 1.1),
    ):
        note = Instrument(family, 1).render(pitch, 100, sample_rate=RATE)
        first = int(RATE * start)
        audio[first:] += 0.3 * note[: len(audio) - first]
    samples = np.rint(audio * 32767.0).astype(np.int16)[:, np.newaxis]
    write_audio(CLIP, AudioFile(samples, RATE, "PCM_16"), force=True)


def record(folder):
    """Write the golden outputs, and the clip if it is missing."""
    GOLDEN.mkdir(exist_ok=True)
    if not CLIP.exists():
        make_clip()
    before = read_audio(CLIP).samples[:, 0].astype(np.int32)
    for model in MODELS:
        change = edited_samples(model, folder, "--engine", "numpy", "--force") - before
        changed = np.flatnonzero(change)
        part = change[changed[0] : changed[-1] + 1]
        np.savez_compressed(GOLDEN / f"{model}.npz", start=changed[0], change=part)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        record(Path(scratch))
