"""The inpainter: what it must not change, to the bit, and what it must fit."""

import os
from pathlib import Path

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile, read_audio
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.edit.seams import largest_jump
from edge_runtime.errors import BundleError, UsageError
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from tests.edge_runtime.edit.known_edits import (
    SUBTYPES,
    KeepCodes,
    band_energy,
    make_sound,
    region_of,
)


@pytest.fixture
def inpainter(level_bundle, level_codec):
    return Inpainter(level_bundle, engine=level_codec)


# Every subtype at the model's rate and at another; every rate with every phase.
CASES = [
    *((subtype, rate, "continued") for subtype in SUBTYPES for rate in (8000, 44100)),
    *(
        ("PCM_16", rate, phase)
        for rate in (8000, 44100, 22050, 6000)
        for phase in ("continued", "griffin_lim", "original")
        if (rate, phase) not in ((8000, "continued"), (44100, "continued"))
    ),
]


@pytest.mark.parametrize(("subtype", "rate", "phase"), CASES)
def test_all_other_samples_are_bit_identical(inpainter, subtype, rate, phase):
    sound = make_sound(rate, 2, subtype)
    region = region_of(sound, "0.4:0.6", "300:2500")
    edit = inpainter.inpaint(sound, region, prior=NaiveBayesPrior(16), phase=phase)
    result = edit.audio_file
    assert (result.sample_rate, result.subtype) == (rate, subtype)
    assert result.samples.dtype == sound.samples.dtype
    assert result.samples.shape == sound.samples.shape
    different = np.flatnonzero((result.samples != sound.samples).any(axis=1))
    assert different[0] / rate >= 0.4 - 0.025
    assert different[-1] / rate <= 0.6 + 0.025
    assert len(different) > 0.2 * rate
    audio = result.to_float()
    assert np.isfinite(audio).all() and np.abs(audio).max() <= 1.0
    for channel in range(2):
        before = largest_jump(sound.to_float()[:, channel])
        assert largest_jump(audio[:, channel]) <= before


def test_box_is_what_was_regenerated(inpainter, settings):
    sound = make_sound(8000, 1)
    edit = inpainter.inpaint(
        sound, region_of(sound, "0.4:0.6", "300:2500"), prior=NaiveBayesPrior(16)
    )
    box = edit.box
    assert box.start_s <= 0.4 and box.end_s >= 0.6
    assert box.low_hz <= 300 and box.high_hz >= 2500
    cell_s, cell_hz = 4 * 64 / 8000, 16 * 8000 / 256
    rows, columns = edit.mask.any(axis=1).sum(), edit.mask.any(axis=0).sum()
    assert box.end_s - box.start_s == pytest.approx(rows * cell_s, abs=1e-6)
    assert box.high_hz - box.low_hz <= columns * cell_hz
    np.testing.assert_array_equal(
        edit.codemap_after[~edit.mask], edit.codemap_before[~edit.mask]
    )


def test_other_frequencies_are_kept(inpainter):
    sound = make_sound(8000, 1)  # tones at 440 and 3200 Hz
    region = region_of(sound, None, "0:1500")
    edit = inpainter.inpaint(sound, region, prior=MarginalPrior(np.eye(16)[0]))
    before, after = sound.to_float()[:, 0], edit.audio_file.to_float()[:, 0]
    change = after - before
    kept = band_energy(change, 2200, 4000, 8000) / band_energy(before, 2200, 4000, 8000)
    assert kept < 1e-3
    removed = band_energy(after, 380, 500, 8000) / band_energy(before, 380, 500, 8000)
    assert removed < 0.01  # the prior put silence there


def test_above_the_models_nyquist_is_kept(inpainter):
    sound = make_sound(44100, 1)  # tones at 440 and 5500 Hz; the model ends at 4000 Hz
    edit = inpainter.inpaint(
        sound, region_of(sound), prior=MarginalPrior(np.eye(16)[0]), above=False
    )
    assert not edit.above and edit.changed.high_hz == 4000.0
    before, after = sound.to_float()[:, 0], edit.audio_file.to_float()[:, 0]
    high = (4500, 22050, 44100)
    assert band_energy(after, *high) == pytest.approx(
        band_energy(before, *high), rel=1e-3
    )
    assert band_energy(after, 380, 500, 44100) < 0.01 * band_energy(
        before, 380, 500, 44100
    )


@pytest.mark.parametrize("samples", [1, 2, 50, 130, 300])
def test_very_short_sounds(inpainter, samples):
    rng = np.random.default_rng(samples)
    audio = rng.normal(scale=0.1, size=(samples, 1)).astype(np.float32)
    for rate in (8000, 11025):
        sound = AudioFile(audio, rate, "FLOAT")
        prior = MarginalPrior(np.arange(16))
        edit = inpainter.inpaint(sound, region_of(sound), prior=prior)
        assert edit.audio_file.samples.shape == (samples, 1)
        assert np.isfinite(edit.audio_file.samples).all()


def test_a_phase_the_model_does_not_decode_is_refused(inpainter):
    sound = make_sound(8000, 1)
    with pytest.raises(UsageError, match="needs a model of the representation magni"):
        inpainter.inpaint(
            sound,
            region_of(sound),
            prior=KeepCodes(),
            phase="instantaneous_frequency",
        )


def test_silence_stays_silence(inpainter):
    sound = AudioFile(np.zeros((8000, 2), np.int16), 8000, "PCM_16")
    edit = inpainter.inpaint(
        sound, region_of(sound, "0.3:0.5"), prior=NaiveBayesPrior(16)
    )
    assert not edit.audio_file.samples.any()


def test_seed_repeats_and_matters(inpainter):
    sound = make_sound(8000, 1)
    region = region_of(sound, "0.4:0.6")
    prior = NaiveBayesPrior(16, predict="sample")
    first, again, other = (
        inpainter.inpaint(sound, region, prior=prior, seed=seed, phase="griffin_lim")
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first.audio_file.samples, again.audio_file.samples)
    assert (first.audio_file.samples != other.audio_file.samples).any()


def test_full_scale_input_is_clipped_only_where_touched(level_bundle, level_codec):
    """Float files may exceed full scale; an edit never goes beyond their own peak."""
    sound = make_sound(8000, 1, "FLOAT")
    loud = AudioFile(sound.samples * np.float32(4.0), 8000, "FLOAT")
    edit = Inpainter(level_bundle, engine=level_codec).inpaint(
        loud, region_of(loud, "0.4:0.6"), prior=NaiveBayesPrior(16)
    )
    start = np.abs(loud.samples[:1000]).max()
    assert start > 1.0
    np.testing.assert_array_equal(edit.audio_file.samples[:1000], loud.samples[:1000])
    assert np.abs(edit.audio_file.samples).max() <= np.abs(loud.samples).max()


def test_transform_that_changes_nothing_changes_no_bit(inpainter):
    sound = make_sound(44100, 2, "PCM_24")
    edit = inpainter.transform(sound, region_of(sound), lambda codes, cells: codes)
    np.testing.assert_array_equal(edit.audio_file.samples, sound.samples)
    assert edit.box is None and edit.changed is None and not edit.mask.any()


def test_transform_touches_only_changed_cells(inpainter):
    sound = make_sound(8000, 2, "PCM_32")
    seen = []

    def change(codes, cells):
        seen.append(cells.copy())
        after = codes.copy()
        after[12, 3] = 15 - after[12, 3]
        return after

    edit = inpainter.transform(sound, region_of(sound, "0.3:0.5"), change)
    assert len(seen) == 1 and seen[0].any() and not seen[0].all()
    assert np.argwhere(edit.mask).tolist() == [[12, 3]]
    different = (edit.audio_file.samples != sound.samples).any(axis=1)
    touched = np.flatnonzero(different)
    assert touched[0] >= 48 * 64 - 128 and touched[-1] < 51 * 64 + 128


def test_codemap_of(inpainter):
    sound = make_sound(22050, 2)
    edit = inpainter.transform(sound, region_of(sound), lambda codes, cells: codes)
    np.testing.assert_array_equal(inpainter.codemap_of(sound), edit.codemap_before)


def test_image_model_is_refused(bundle_with, level_codec):
    with pytest.raises(BundleError, match="images"):
        Inpainter(bundle_with(spectrogram=None), engine=level_codec)


def test_stages_are_reported(inpainter):
    sound = make_sound(44100, 1)
    edit = inpainter.inpaint(
        sound, region_of(sound, "0.4:0.6"), prior=NaiveBayesPrior(16)
    )
    assert {"stft", "encode", "codebook", "prior", "decode", "phase", "istft"} <= set(
        edit.seconds
    )


def test_real_model_gives_the_same_sound(real_bundle, inpainter):
    """LiteRT's floats differ in the last digit from numpy's; the edit must not."""
    sound = make_sound(44100, 2)
    region = region_of(sound, "0.4:0.6", "200:2000")
    real = Inpainter(real_bundle).inpaint(sound, region, prior=NaiveBayesPrior(16))
    fake = inpainter.inpaint(sound, region, prior=NaiveBayesPrior(16))
    np.testing.assert_array_equal(real.codemap_after, fake.codemap_after)
    difference = real.audio_file.samples.astype(int) - fake.audio_file.samples
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("name", ["loop_tabla", "loop_electric", "loop_mika"])
def test_real_loops(inpainter, name):
    data = os.environ.get("VQKERAS_DATA")
    if not data:
        pytest.skip("VQKERAS_DATA is not set: no recordings")
    pytest.importorskip("soundfile")
    sound = read_audio(Path(data) / "loops" / f"{name}.flac")
    prior = NaiveBayesPrior(16)
    for time, freq in (("0.5:1.1", None), ("0:0.3", "150:2500")):
        edit = inpainter.inpaint(sound, region_of(sound, time, freq), prior=prior)
        samples = edit.audio_file.samples
        rate = sound.sample_rate
        begin, end = (float(each) for each in time.split(":"))
        start, stop = int((begin - 0.025) * rate), int((end + 0.025) * rate) + 2
        outside = np.r_[0 : max(0, start), stop : len(samples)]
        np.testing.assert_array_equal(samples[outside], sound.samples[outside])
        assert (samples != sound.samples).any()
        for channel in range(samples.shape[1]):
            before = largest_jump(sound.to_float()[:, channel])
            assert largest_jump(edit.audio_file.to_float()[:, channel]) <= before
