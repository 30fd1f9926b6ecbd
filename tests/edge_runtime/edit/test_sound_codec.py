"""Sound to codemap and back: padding, shapes, models that break their promise."""

from dataclasses import replace

import numpy as np
import pytest

from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.errors import BundleError
from edge_runtime.spectrogram.features import spectrogram_of
from edge_runtime.spectrogram.spread import spread_from_raw
from edge_runtime.stage_times import StageTimes


@pytest.fixture
def codec(level_bundle, level_codec):
    return SoundCodec(level_bundle, level_codec, StageTimes())


@pytest.mark.parametrize("samples", [1, 63, 64, 100, 5000])
def test_any_length_is_padded_with_silence(codec, level_bundle, settings, samples):
    audio = np.random.default_rng(samples).normal(scale=0.1, size=samples)
    audio = audio.astype(np.float32)
    analysis = codec.analyse(audio)
    frames = samples // 64 + 1
    assert analysis.spectrum.shape == (frames, 129)
    np.testing.assert_array_equal(analysis.spectrogram, spectrogram_of(audio, settings))
    cells = -(-frames // 4)
    assert analysis.codemap.shape == (cells, 8)
    assert analysis.codemap.dtype == np.int32
    padded = np.zeros((cells * 4, 128), np.float32)
    padded[:frames] = analysis.spectrogram[..., 0]
    levels = padded.reshape(cells, 4, 8, 16).mean(axis=(1, 3))
    np.testing.assert_array_equal(analysis.codemap, np.rint(levels * 15))
    decoded = codec.decode(analysis.codemap, frames)
    assert decoded.spectrogram.shape == (frames, 128, 1)
    assert decoded.spread is None
    quantized = level_bundle.codebook[analysis.codemap]
    again = codec.decode_quantized(quantized, frames)
    np.testing.assert_array_equal(again.spectrogram, decoded.spectrogram)


class SpreadCodec:
    """The tiny model, with a raw number beside each level: 0.1 of its code."""

    def __init__(self, level_codec):
        self.encode = level_codec.encode
        self._level_codec = level_codec

    def decode(self, codemap):
        levels = self._level_codec.decode(codemap)
        return np.concatenate([levels, np.float32(0.1) * levels], axis=-1)

    def decode_quantized(self, quantized):
        levels = self._level_codec.decode_quantized(quantized)
        return np.concatenate([levels, np.float32(0.1) * levels], axis=-1)


def with_spread(bundle):
    golden = dict(bundle.golden)
    golden["decoded"] = np.repeat(golden["decoded"], 2, axis=-1)
    metadata = bundle.metadata | {
        "spread": True,
        "context": {"encoder_frames": [0, 0], "decoder_cells": [0, 0]},
    }
    return replace(bundle, metadata=metadata, golden=golden)


def test_mean_and_spread_are_told_apart(level_bundle, level_codec):
    bundle = with_spread(level_bundle)
    codec = SoundCodec(bundle, SpreadCodec(level_codec), StageTimes())
    plain = SoundCodec(level_bundle, level_codec, StageTimes())
    codemap = np.random.default_rng(0).integers(0, 16, (5, 8), np.int32)
    expected = plain.decode(codemap, 18).spectrogram
    for decoded in (
        codec.decode(codemap, 18),
        codec.decode_quantized(level_bundle.codebook[codemap], 18),
        codec.decode_part(codemap, 0, 5)[:18],
    ):
        np.testing.assert_array_equal(decoded.spectrogram, expected)
        assert decoded.spread.shape == expected.shape
        np.testing.assert_array_equal(
            decoded.spread, spread_from_raw(np.float32(0.1) * expected)
        )
    part = codec.decode_part(codemap, 2, 4)
    np.testing.assert_array_equal(part.spectrogram, expected[8:16])
    assert part.spread.shape == (8, 128, 1)


def test_a_bundle_that_promises_a_spread_must_give_one(level_bundle, level_codec):
    codec = SoundCodec(with_spread(level_bundle), level_codec, StageTimes())
    with pytest.raises(BundleError, match=r"128, 1\); \(1, 4, 128, 2\) was expected"):
        codec.decode(np.zeros((1, 8), np.int32), 4)
    with pytest.raises(BundleError, match="with spread.*2 channels. Received: 1"):
        replace(level_bundle, metadata=level_bundle.metadata | {"spread": True})
    with pytest.raises(BundleError, match="'spread' must be true or false. Rec.*: 1"):
        replace(level_bundle, metadata=level_bundle.metadata | {"spread": 1})


def test_original_phase_is_kept_and_the_outside_too(codec, settings):
    rng = np.random.default_rng(8)
    known = codec.analyse(rng.normal(size=640).astype(np.float32)).spectrum
    known[3, 5] = 0.0
    mask = np.zeros(known.shape, bool)
    mask[2:6, 3:9] = True
    magnitude = rng.random(known.shape).astype(np.float32)
    result = codec.with_phase(magnitude, known, mask, phase="original", seed=0)
    np.testing.assert_array_equal(result[~mask], known[~mask])
    np.testing.assert_allclose(np.abs(result[mask]), magnitude[mask], rtol=1e-5)
    inside = mask & (known != 0)
    turned = result[inside] * np.conj(known[inside])
    np.testing.assert_allclose(np.angle(turned), 0.0, atol=1e-5)


def test_unknown_phase(codec):
    none = np.zeros((4, 129))
    with pytest.raises(ValueError, match="instantaneous_frequency. Received: 'zero'"):
        codec.with_phase(none, none, none > 0, phase="zero", seed=0)


@pytest.mark.parametrize("half", ["encode", "decode", "decode_quantized"])
@pytest.mark.parametrize("fault", ["shape", "nan"])
def test_broken_model(level_bundle, level_codec, half, fault):
    class Broken:
        def encode(self, spectrogram):
            return self.spoil("encode", level_codec.encode(spectrogram))

        def decode(self, codemap):
            return self.spoil("decode", level_codec.decode(codemap))

        def decode_quantized(self, quantized):
            values = level_codec.decode_quantized(quantized)
            return self.spoil("decode_quantized", values)

        def spoil(self, name, values):
            if name != half:
                return values
            return values[:, 1:] if fault == "shape" else values * np.float32(np.nan)

    codec = SoundCodec(level_bundle, Broken(), StageTimes())
    with pytest.raises(BundleError, match=r"The model gives (latents|spectrogram)"):
        codemap = codec.analyse(np.zeros(640, np.float32)).codemap
        codec.decode(codemap, 11)
        codec.decode_quantized(level_bundle.codebook[codemap], 11)


def test_stages_are_timed(level_bundle, level_codec):
    times = StageTimes()
    codec = SoundCodec(level_bundle, level_codec, times)
    codec.decode(codec.analyse(np.zeros(640, np.float32)).codemap, 11)
    assert list(times.seconds) == ["stft", "encode", "codebook", "decode"]
    assert all(value > 0 for value in times.seconds.values())
