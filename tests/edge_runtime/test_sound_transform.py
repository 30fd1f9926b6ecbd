"""Effects on sound: silence and second sounds as the effect needs them."""

import numpy as np
import pytest

from edge_runtime.audio_file import AudioFile
from edge_runtime.inpainter import Inpainter
from edge_runtime.region import parse_region
from edge_runtime.sound_transform import transform_sound


def noise(seed, samples=8000, channels=1, rate=8000):
    rng = np.random.default_rng(seed)
    audio = rng.normal(scale=0.1, size=(samples, channels)).astype(np.float32)
    return AudioFile(audio, rate, "FLOAT")


@pytest.fixture
def run(level_bundle, level_codec):
    inpainter = Inpainter(level_bundle, codec=level_codec)

    def transform(sound, effect, **options):
        region = parse_region(None, None, sound.duration, 4000.0)
        options = {"strength": 1.0} | options
        return transform_sound(inpainter, sound, region, effect, **options)

    transform.inpainter = inpainter
    return transform


def test_erase_puts_the_codes_of_silence(run):
    edit = run(noise(0), "erase")
    assert edit.codemap_before.any()
    assert not edit.codemap_after.any()  # code 0 is silence


@pytest.mark.parametrize("samples", [3000, 8000, 20000])
def test_mix_cuts_or_pads_the_second_sound(run, samples):
    second = noise(1, samples=samples, channels=2)
    edit = run(noise(0, channels=3), "mix", second=second)
    expected = run.inpainter.codemaps_of(second)
    cells = min(expected.shape[1], 32)
    for channel in range(3):
        after = edit.codemap_after[channel]
        np.testing.assert_array_equal(
            after[:cells], expected[channel % 2][: len(after)]
        )
        assert not after[cells:].any()


def test_effect_gets_what_it_is_told(run):
    sound = noise(2)
    few = run(sound, "noise", strength=0.1, seed=1)
    many = run(sound, "noise", strength=0.9, seed=1)
    assert 0 < few.mask.sum() < many.mask.sum()
    other = run(sound, "noise", strength=0.1, seed=2)
    assert (other.mask != few.mask).any()


def test_missing_and_unknown(run):
    with pytest.raises(ValueError, match="second one"):
        run(noise(0), "mix")
    with pytest.raises(ValueError, match="Unknown effect 'echo'"):
        run(noise(0), "echo")
