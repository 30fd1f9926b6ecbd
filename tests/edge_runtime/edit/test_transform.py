"""Effects on sound: silence and second sounds as the effect needs them."""

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.shipped import default_bundle_path
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.edit.transform import transform_sound
from edge_runtime.effects.table import EFFECTS, EffectCall
from edge_runtime.effects.vectors import gaussian_noise
from edge_runtime.errors import UsageError
from edge_runtime.spectrogram.region import Region, parse_region
from edge_runtime.spectrogram.region_masks import cell_mask


def noise(seed, samples=8000, channels=1, rate=8000):
    rng = np.random.default_rng(seed)
    audio = rng.normal(scale=0.1, size=(samples, channels)).astype(np.float32)
    return AudioFile(audio, rate, "FLOAT")


@pytest.fixture
def run(level_bundle, level_codec):
    inpainter = Inpainter(level_bundle, engine=level_codec)

    def transform(sound, effect, *, strength=1.0, seed=0, second=None):
        region = parse_region(None, None, sound.duration, 4000.0)
        call = EffectCall(effect, {"strength": strength}, seed)
        return transform_sound(inpainter, sound, region, call, second=second)

    transform.inpainter = inpainter
    return transform


def test_erase_puts_the_codes_of_silence(run):
    edit = run(noise(0), "erase")
    assert edit.codemap_before.any()
    assert not edit.codemap_after.any()  # code 0 is silence


def test_erased_cells_are_silent_whatever_lies_beside_them():
    """A decoder looks at neighbours, which may be loud: here a partial is taken out."""
    inpainter = Inpainter(read_bundle(default_bundle_path()))
    time = np.arange(44100, dtype=np.float32) / 44100
    partials = [np.sin(2 * np.pi * hertz * time) for hertz in (468, 936, 1404)]
    audio = 0.2 * np.sum(partials, axis=0, dtype=np.float32)[:, np.newaxis]
    sound = AudioFile(audio, 44100, "FLOAT")
    cells = np.zeros(inpainter.codemap_of(sound).shape, np.bool_)
    cells[4:18, 5] = True  # 851 to 1023 Hz
    edit = transform_sound(
        inpainter, sound, cells, EffectCall("erase", {"strength": 1})
    )
    middle = slice(14_000, 30_000)
    before, after = (
        np.abs(np.fft.rfft(each[middle, 0] * np.hanning(16_000)))[[170, 340, 509]]
        for each in (audio, edit.audio_file.samples)
    )
    lost_db = 20 * np.log10(before / after)
    assert lost_db[1] > 40 and np.abs(lost_db[[0, 2]]).max() < 1


def test_an_unknown_level_is_refused(level_bundle, level_codec):
    inpainter = Inpainter(level_bundle, engine=level_codec)
    with pytest.raises(UsageError, match="fitted, kept, silent. Received: 'loud'"):
        box = Region(0.1, 0.4, 0, 4000)
        inpainter.transform(noise(0), box, lambda codes, _: codes, level="loud")


@pytest.mark.parametrize("samples", [3000, 8000, 20000])
def test_mix_cuts_or_pads_the_second_sound(run, samples):
    second = noise(1, samples=samples, channels=2)
    edit = run(noise(0, channels=3), "mix", second=second)
    expected = run.inpainter.codemap_of(second)
    after, cells = edit.codemap_after, min(len(expected), 32)
    np.testing.assert_array_equal(after[:cells], expected[: len(after)])
    assert not after[cells:].any()


def test_effect_gets_what_it_is_told(run):
    sound = noise(2)
    few = run(sound, "noise", strength=0.1, seed=1)
    many = run(sound, "noise", strength=0.9, seed=1)
    assert 0 < few.mask.sum() < many.mask.sum()
    other = run(sound, "noise", strength=0.1, seed=2)
    assert (other.mask != few.mask).any()


class Recorder:
    """The tiny model; keeps the vectors that it is given to decode."""

    def __init__(self, codec):
        self.encode, self.decode, self._codec = codec.encode, codec.decode, codec
        self.decoded = []

    def decode_quantized(self, quantized):
        self.decoded.append(quantized[0])
        return self._codec.decode_quantized(quantized)


@pytest.mark.parametrize("rate", [8000, 22050])
def test_effects_on_vectors_decode_the_vectors_as_they_are(
    level_bundle, level_codec, rate
):
    codec = Recorder(level_codec)
    sound = noise(3, samples=rate, rate=rate)
    region = parse_region("0.4:0.6", "500:2000", 1.0, 4000.0)
    edit = transform_sound(
        Inpainter(level_bundle, engine=codec),
        sound,
        region,
        EffectCall("gaussian_noise", {"strength": 0.5}, seed=4),
    )
    codemap, mask, (decoded,) = edit.codemap_before, edit.mask, codec.decoded
    codebook = level_bundle.codebook
    expected = gaussian_noise(
        codebook[codemap], scale=codebook.std(axis=0), strength=0.5, seed=4, mask=mask
    )
    # The tiny decoder looks at nothing beside a cell: a part of them is enough.
    rows = np.flatnonzero(mask.any(axis=1))
    first = rows[0] - np.flatnonzero((decoded == expected[rows[0]]).all(axis=(1, 2)))[0]
    np.testing.assert_array_equal(decoded, expected[first : first + len(decoded)])
    assert np.all(decoded[mask] != codebook[codemap[mask]])
    np.testing.assert_array_equal(edit.codemap_after, edit.codemap_before)
    # All cells of the box and nothing beside them.
    box = Region(edit.box.start_s, edit.box.end_s, edit.box.low_hz, edit.box.high_hz)
    np.testing.assert_array_equal(
        mask, cell_mask(box, level_bundle.settings, *mask.shape, 4, 16)
    )
    before, after = sound.samples[:, 0], edit.audio_file.samples[:, 0]
    changed = np.flatnonzero(before != after)
    assert changed[0] >= (0.4 - 0.025) * rate
    assert changed[-1] <= (0.6 + 0.025) * rate
    # The seam is faded: the first and last changes are small.
    difference = np.abs(after - before)
    ends = np.r_[difference[changed[:5]], difference[changed[-5:]]]
    assert ends.max() < 0.05 * difference.max()


@pytest.mark.parametrize(
    ("values", "text"), [((3, 8), "Received: .3, 8."), ((32, 8, 2), "32, 8, 2")]
)
def test_a_change_of_another_shape_is_refused(run, values, text):
    with pytest.raises(
        ValueError, match=f"must return codes of shape .32, 8. .*{text}"
    ):
        run.inpainter.transform(
            noise(0),
            np.ones((32, 8), np.bool_),
            lambda codemap, cells: np.zeros(values, np.float32),
        )


@pytest.fixture(scope="module")
def shipped():
    """The pretrained model, whose vectors have several channels."""
    return Inpainter(read_bundle(default_bundle_path()))


@pytest.mark.parametrize("effect", sorted(EFFECTS))
def test_every_effect_with_the_pretrained_model(shipped, effect):
    time = np.arange(26460) / 22050
    tones = [0.4 * np.sin(2 * np.pi * hz * time) for hz in (330, 900)]
    decay = np.exp(-2 * time)
    sound = AudioFile(
        np.rint(32767 * np.stack(tones, axis=1) * decay[:, None]).astype(np.int16),
        22050,
        "PCM_16",
    )
    second = noise(1, samples=16000, rate=16000)
    region = parse_region("0.55:0.75", "100:2000", sound.duration, 8000.0)

    def edited(strength, seed=5):
        return transform_sound(
            shipped,
            sound,
            region,
            EffectCall(effect, {"strength": strength}, seed),
            second=second if EFFECTS[effect].needs_second else None,
        )

    nothing = edited(0.0)
    assert nothing.box is None
    assert nothing.audio_file.samples.tobytes() == sound.samples.tobytes()
    edit, again = edited(0.7), edited(0.7)
    assert edit.audio_file.samples.tobytes() == again.audio_file.samples.tobytes()
    settings = shipped.settings
    margin = settings.n_fft / 2 / settings.sample_rate
    outside = (time < edit.box.start_s - margin) | (time > edit.box.end_s + margin)
    assert 0 < outside.sum() < len(outside)
    before, after = sound.samples, edit.audio_file.samples
    np.testing.assert_array_equal(after[outside], before[outside])
    assert np.any(after != before)
    # Of vectors no code changes; of codes those of the regenerated cells, all of them.
    changed = edit.codemap_after != edit.codemap_before
    is_codemap = EFFECTS[effect].kind == "codemap"
    np.testing.assert_array_equal(changed, edit.mask & is_codemap)


def test_missing_and_unknown(run):
    with pytest.raises(ValueError, match="second one"):
        run(noise(0), "mix")
    with pytest.raises(ValueError, match="Unknown effect 'echo'"):
        run(noise(0), "echo")
