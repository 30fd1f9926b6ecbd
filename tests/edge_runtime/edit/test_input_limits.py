"""Limits of an edit: the part alone decides where it can, as the whole would."""

import numpy as np
import pytest

from edge_runtime import Inpainter, Region, load_model
from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.edit import sound_edit
from edge_runtime.edit.click_guard import without_clicks
from edge_runtime.edit.heard_channel import HeardChannel, heard_channels
from edge_runtime.edit.input_limits import InputLimits
from edge_runtime.edit.peak_guard import without_clipping
from edge_runtime.edit.transform import transform_sound
from edge_runtime.effects.table import EffectCall

RATE = 8000


class LimitsOfAll(InputLimits):
    """Looks through the whole sound for every edit."""

    def for_edit(self, before, after):
        return self._of_all


@pytest.fixture
def sound():
    """A soft tone with one loud click at its end, in each channel another."""
    audio = np.sin(np.arange(4000) / 9)[:, np.newaxis] * [0.2, 0.1]
    audio[-2] = [0.9, -0.5]
    return AudioFile(audio.astype(np.float32), RATE, "FLOAT")


def limits_of(sound):
    return InputLimits(heard_channels(sound, RATE), sound.subtype)


def test_an_edit_as_soft_as_its_surroundings_does_not_look_at_the_sound(
    sound, monkeypatch
):
    def looked(channel):
        raise AssertionError("the whole sound was looked through")

    monkeypatch.setattr(HeardChannel, "largest", looked)
    part = sound.to_float()[:2000]
    limits_of(sound).for_edit(part, 0.9 * part)


def test_a_steeper_edit_may_be_as_steep_as_the_sound_anywhere(sound):
    part = sound.to_float()[:2000]
    peaks, jumps = limits_of(sound).for_edit(part, 3.0 * part)
    everywhere = np.abs(np.diff(sound.to_float(), axis=0)).max(axis=0)
    assert np.allclose(jumps, everywhere, rtol=2e-4)
    assert np.array_equal(peaks, [1.0, 1.0])


@pytest.mark.parametrize("gain", (0.5, 0.9999, 1.5, 4.0, 9.0))
def test_what_the_guards_leave_is_the_same_with_the_limits_of_the_whole(sound, gain):
    part = sound.to_float()[:2000]
    change = np.zeros_like(part)
    change[500:1500] = (gain - 1.0) * part[500:1500]
    whole, kept = sound.to_float(), []
    for before in (part, whole):
        peaks, jumps = limits_of(sound).for_edit(before, part + change)
        kept.append(without_clipping(part, change, peaks, RATE))
        kept[-1] = without_clicks(part, kept[-1], jumps, RATE)
    assert np.array_equal(kept[0], kept[1])


def test_a_float_sound_beyond_full_scale_may_stay_there(sound):
    loud = AudioFile(8 * sound.samples, RATE, "FLOAT")
    part = loud.to_float()[:2000]
    peaks, _ = limits_of(loud).for_edit(part, 2.0 * part)
    assert np.allclose(peaks, [7.2, 4.0])


@pytest.mark.parametrize("effect", ("noise", "erase"))
def test_whole_edits_come_out_as_with_the_limits_of_the_whole(monkeypatch, effect):
    monkeypatch.setattr(sound_edit, "PASSAGE_S", 1.0)  # several passages
    times, rng = np.arange(3 * 16000) / 16000, np.random.default_rng(1)
    swell = np.interp(times, np.linspace(0, 3, 7), rng.uniform(0.01, 1, 7) ** 2)
    tone = np.sin(2 * np.pi * 523 * times) + 0.1 * rng.normal(size=len(times))
    samples = (20000 * np.stack([swell * tone, swell[::-1] * tone], 1)).astype(np.int16)
    given = AudioFile(samples, 16000, "PCM_16")
    inpainter = Inpainter(load_model("nsynth_light"))
    call = EffectCall(effect, {"strength": 1.0}, 3)
    made = []
    for limits in (InputLimits, LimitsOfAll):
        monkeypatch.setattr(sound_edit, "InputLimits", limits)
        edit = transform_sound(inpainter, given, Region(0.3, 2.6, 0.0, 8000.0), call)
        made.append(edit.audio_file.samples)
    assert np.array_equal(*made) and not np.array_equal(made[0], samples)
