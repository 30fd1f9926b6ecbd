"""Edits of a model that decodes perfectly, or louder: what is heard is known."""

from dataclasses import asdict

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.edit import sound_edit
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.edit.level_fit import LevelFit
from edge_runtime.edit.seams import largest_jump
from edge_runtime.spectrogram.settings import SpectrogramSettings
from tests.edge_runtime.edit.known_edits import (
    KeepCodes,
    PerfectCodec,
    band_energy,
    make_sound,
    region_of,
)


def test_perfect_model_gives_the_input_back(level_bundle, level_codec):
    """With right codes, a perfect decoder and the true phase nothing is lost."""
    sound = make_sound(8000, 1, noise=0.0)  # nothing in the Nyquist bin
    inpainter = Inpainter(level_bundle, engine=PerfectCodec(level_codec))
    for time in ("0.4:0.6", "0:0.2", "0.8:1", None):
        edit = inpainter.inpaint(
            sound, region_of(sound, time), prior=KeepCodes(), phase="original"
        )
        # What lies below the floor of -80 dB is lost, a thousandth of the steepest
        # jumps, and that is all.
        error = edit.audio_file.to_float() - sound.to_float()
        assert np.abs(error).max() < 1.5e-3
        assert edit.level.gain_db == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize("gain_db", [-8.0, 8.0])
def test_level_inside_fits_level_outside(level_bundle, level_codec, gain_db):
    """A model that is off by 8 dB is heard at the right level all the same."""
    rng = np.random.default_rng(3)
    noise = rng.normal(scale=0.05, size=(8000, 1)).astype(np.float32)
    sound = AudioFile(noise, 8000, "FLOAT")
    codec = PerfectCodec(level_codec, gain_db)
    edit = Inpainter(level_bundle, engine=codec).inpaint(
        sound, region_of(sound, "0.4:0.6"), prior=KeepCodes(), phase="original"
    )
    inside = slice(int(0.42 * 8000), int(0.58 * 8000))
    ratio = edit.audio_file.samples[inside].std() / noise[inside].std()
    assert edit.level.gain_db == pytest.approx(-gain_db, abs=0.5)
    assert abs(20 * np.log10(ratio)) < 0.5


def test_loud_model_cannot_click(level_bundle, level_codec):
    """Far beyond what the level fit may correct, jumps stay below the input's."""
    sound = make_sound(8000, 1, "FLOAT")
    codec = PerfectCodec(level_codec, gain_db=60.0)
    edit = Inpainter(level_bundle, engine=codec).inpaint(
        sound, region_of(sound, "0.4:0.6"), prior=KeepCodes()
    )
    before = largest_jump(sound.samples[:, 0])
    after = largest_jump(edit.audio_file.samples[:, 0])
    assert 0.5 * before < after <= before
    assert (edit.level.gain_db, edit.level.reason) == (-12.0, "limit")
    assert 0.0 < edit.share < 0.2


def test_loud_model_is_not_clipped(level_bundle, level_codec, monkeypatch):
    """What goes beyond full scale is turned down: no flat tops, no partials of them."""
    times = np.arange(8000)[:, np.newaxis] / 8000
    tone = (0.9 * np.sin(2 * np.pi * 500 * times)).astype(np.float32)
    tone[100], tone[101] = 1.0, -1.0  # jumps of the size of 2 are no clicks here
    sound = AudioFile(tone, 8000, "FLOAT")
    louder = LevelFit(12.0, "fitted")
    monkeypatch.setattr(sound_edit, "fitted", lambda *given: louder)
    edit = Inpainter(level_bundle, engine=PerfectCodec(level_codec, 0.0)).inpaint(
        sound, region_of(sound, "0.4:0.6"), prior=KeepCodes()
    )
    size = np.abs(edit.audio_file.samples[:, 0])
    assert size[3200:4800].max() > 0.95
    assert (size == 1.0).sum() < 100  # a peak here and there; clipping leaves 1,444
    assert edit.share < 0.99


MEL = SpectrogramSettings(
    "log_mel", sample_rate=8000, n_fft=512, hop_length=64, n_mels=64
)


@pytest.mark.parametrize("phase", ["continued", "griffin_lim", "original"])
def test_mel_bands_are_regenerated_alone(bundle_with, level_codec, phase):
    sound = make_sound(8000, 1, "FLOAT", seconds=2.0)
    codec = PerfectCodec(level_codec)
    inpainter = Inpainter(bundle_with(spectrogram=asdict(MEL)), engine=codec)
    region = region_of(sound, "0.8:1.2", "1800:2600")
    edit = inpainter.inpaint(sound, region, prior=KeepCodes(), phase=phase)
    assert edit.box.low_hz <= 1800 and edit.box.high_hz >= 2600
    columns = edit.mask.any(axis=0)
    assert 0 < columns.sum() < len(columns)
    before, after = (each.to_float()[:, 0] for each in (sound, edit.audio_file))
    change = after - before
    assert not change[: int(0.7 * 8000)].any() and not change[int(1.3 * 8000) :].any()
    # Nothing far from the box is changed; a perfect model leaves little to hear in it.
    heard = band_energy(change, edit.box.low_hz, edit.box.high_hz, 8000)
    below = band_energy(change, 0, edit.box.low_hz - 100, 8000)
    assert below < 1e-3 * heard
    assert band_energy(after, 0, 4000, 8000) == pytest.approx(
        band_energy(before, 0, 4000, 8000), rel=0.05
    )


IF = SpectrogramSettings("magnitude_if", sample_rate=8000, n_fft=256, hop_length=64)


@pytest.fixture
def inpainter_if(bundle_with, level_codec):
    codec = PerfectCodec(level_codec)
    return Inpainter(bundle_with(spectrogram=asdict(IF)), engine=codec)


@pytest.mark.parametrize("time", ["0.4:0.6", "0:0.2", "0.8:1", None])
def test_a_decoded_phase_goes_on_from_the_sound_before_it(inpainter_if, time):
    """Nothing of the hole's own phase is read, and yet the input comes back."""
    sound = make_sound(8000, 1, noise=0.0)
    edit = inpainter_if.inpaint(
        sound,
        region_of(sound, time),
        prior=KeepCodes(),
        phase="instantaneous_frequency",
    )
    error = edit.audio_file.to_float() - sound.to_float()
    assert np.abs(error).max() < 3e-3
    different = np.flatnonzero((edit.audio_file.samples != sound.samples).any(axis=1))
    frames = np.flatnonzero(edit.mask.any(axis=1))
    assert frames[0] * 256 - 128 - 1 <= different[0]
    assert different[-1] <= (frames[-1] * 4 + 3) * 64 + 128 + 1
