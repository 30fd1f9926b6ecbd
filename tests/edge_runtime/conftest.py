"""A tiny model of levels: each cell is coded by its mean level, in 1/15 steps.

It exists twice, as plain numpy and as a real TFLite file, and both give the same sound.
"""

from __future__ import annotations

import builtins
import warnings
from dataclasses import asdict

import numpy as np
import pytest

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.spectrogram.settings import SpectrogramSettings

SETTINGS = SpectrogramSettings(sample_rate=8000, n_fft=256, hop_length=64)
TIME_STRIDE, FREQ_STRIDE, CODEBOOK_SIZE = 4, 16, 16
CODEBOOK = np.linspace(0.0, 1.0, CODEBOOK_SIZE, dtype=np.float32)[:, np.newaxis]
# A prior of random weights: 3x3 places side by side, then 3x3 places 4 frames and 2
# bins apart, so that a cell's logits depend on 5 cells of time to each side.
PRIOR_UNITS, PRIOR_DILATION, PRIOR_REACH = 6, (4, 2), 5
PRIOR = {"reach": PRIOR_REACH, "architecture": "convolutional", "bits_per_code": 3.5}
PRIOR["num_parameters"] = 660


def _prior_weights():
    rng = np.random.default_rng(11)
    units, map_bins = PRIOR_UNITS, SETTINGS.num_bins // FREQ_STRIDE
    shapes = {
        "first": ((3, 3, 2, units), 1.5),
        "rows": ((1, 1, map_bins, units), 0.3),
        "wide": ((3, 3, units, units), 0.3),
        "head": ((1, 1, units, CODEBOOK_SIZE), 1.0),
    }
    return {
        name: rng.normal(scale=scale, size=shape).astype(np.float32)
        for name, (shape, scale) in shapes.items()
    }


PRIOR_WEIGHTS = _prior_weights()


class LevelCodec:
    """The tiny model in numpy; stands in for an `Engine`."""

    def encode(self, spectrogram):
        _, frames, bins, _ = spectrogram.shape
        cells = spectrogram.reshape(
            1, frames // TIME_STRIDE, TIME_STRIDE, bins // FREQ_STRIDE, FREQ_STRIDE
        )
        return cells.mean(axis=(2, 4), dtype=np.float32)[..., np.newaxis]

    def decode(self, codemap):
        return self.decode_quantized(CODEBOOK[codemap])

    def decode_quantized(self, quantized):
        cells = np.repeat(quantized, TIME_STRIDE, axis=1)
        return np.repeat(cells, FREQ_STRIDE, axis=2)


class PriorCodec(LevelCodec):
    """The tiny model with its prior; counts how often and on how much that ran.

    Each sum is added up cell by cell in one order, so that a cell's logits are the same
    to the bit whatever else was computed with it.
    """

    def __init__(self):
        self.shapes = []

    def predict(self, quantized, visible):
        assert quantized.dtype == visible.dtype == np.float32
        self.shapes.append(quantized.shape)
        weights = PRIOR_WEIGHTS
        cells = np.concatenate([quantized, visible], axis=-1)[0].astype(np.float64)
        hidden = _convolved(cells, weights["first"], (1, 1)) + weights["rows"][0]
        seen = np.maximum(hidden, 0.0)
        wide = _convolved(seen, weights["wide"], PRIOR_DILATION)
        hidden = np.maximum(hidden + np.maximum(wide, 0.0), 0.0)
        logits = _convolved(hidden, weights["head"], (1, 1))
        return logits.astype(np.float32)[np.newaxis]


def _convolved(cells, weights, dilation):
    height, width, channels, outputs = weights.shape
    down, across = (height // 2) * dilation[0], (width // 2) * dilation[1]
    padded = np.pad(cells, ((down, down), (across, across), (0, 0)))
    frames, bins, _ = cells.shape
    sums = np.zeros((frames, bins, outputs))
    for row in range(height):
        for column in range(width):
            y, x = row * dilation[0], column * dilation[1]
            for channel in range(channels):
                shifted = padded[y : y + frames, x : x + bins, channel]
                sums += shifted[..., np.newaxis] * weights[row, column, channel]
    return sums


class SmearedCodec:
    """Latents are means over the cell, the one before and the two after."""

    def __init__(self):
        self._level_codec = LevelCodec()

    def encode(self, spectrogram):
        levels = self._level_codec.encode(spectrogram)
        padded = np.pad(levels, ((0, 0), (1, 2), (0, 0), (0, 0)))
        smeared = padded[:, :-3] + padded[:, 1:-2] + padded[:, 2:-1] + padded[:, 3:]
        return (smeared / 4).astype(np.float32)

    def decode(self, codemap):
        padded = np.pad(codemap, ((0, 0), (1, 2), (0, 0)), mode="edge")
        near = [padded[:, i : i + codemap.shape[1]] for i in range(4)]
        return sum(self._level_codec.decode(codes) for codes in near) / np.float32(4)

    def decode_quantized(self, quantized):
        padded = np.pad(quantized, ((0, 0), (1, 2), (0, 0), (0, 0)), mode="edge")
        near = [padded[:, i : i + quantized.shape[1]] for i in range(4)]
        return self._level_codec.decode_quantized(sum(near) / np.float32(4))


def prior_inputs(seed=0, frames=9):
    """Codewords of random codes, some of them hidden, and what is visible."""
    rng = np.random.default_rng(seed)
    shape = (1, frames, SETTINGS.num_bins // FREQ_STRIDE)
    visible = (rng.random(shape) < 0.6).astype(np.float32)[..., np.newaxis]
    return CODEBOOK[rng.integers(0, CODEBOOK_SIZE, shape)] * visible, visible


def make_bundle(flatbuffer: bytes, codec, graph=(), **metadata) -> Bundle:
    """Bundle of the tiny model; `metadata` replaces fields."""
    rng = np.random.default_rng(7)
    spectrogram = rng.random((1, 8, SETTINGS.num_bins, 1), np.float32)
    latents = codec.encode(spectrogram)
    distance = np.abs(latents - CODEBOOK[:, 0])  # (1, map_frames, map_bins, codes)
    codemap = distance.argmin(axis=-1).astype(np.int32)
    fields = {
        "name": "levels",
        "number_format": "float32",
        "spectrogram": asdict(SETTINGS),
        "codebook_size": CODEBOOK_SIZE,
        "codebook_dim": 1,
        "time_stride": TIME_STRIDE,
        "freq_stride": FREQ_STRIDE,
        "licence": "MIT",
        "attribution": "made by a test",
        "training": {"seconds": 0},
        "context": {"encoder_frames": [0, 0], "decoder_cells": [0, 0]},
    }
    arrays = {
        "codebook": CODEBOOK,
        "marginal": np.arange(CODEBOOK_SIZE, dtype=np.int64) + 1,
    }
    golden = {
        "spectrogram": spectrogram,
        "latents": latents,
        "codemap": codemap,
        "decoded": codec.decode(codemap),
    }
    if metadata.get("prior") is not None:
        quantized, visible = prior_inputs()
        golden["prior_quantized"], golden["prior_visible"] = quantized, visible
        golden["prior_logits"] = codec.predict(quantized, visible)
    return Bundle(flatbuffer, fields | metadata, arrays, golden, dict(graph))


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """Marks of models that have run are left in a folder of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def known_models(request, monkeypatch):
    """Models of these tests need no first run in a child, unless that is tested."""
    if not request.node.get_closest_marker("strange_models"):
        first_run = "edge_runtime.engines.first_run"
        monkeypatch.setattr(f"{first_run}._mark", lambda digest, engine: None)
        monkeypatch.setattr(f"{first_run}._fault", lambda path, digest, engine: None)


@pytest.fixture(scope="session")
def level_codec() -> LevelCodec:
    return LevelCodec()


@pytest.fixture(scope="session")
def smeared_codec() -> SmearedCodec:
    """Looks beyond a cell: 4 frames back and 8 ahead, 1 cell back and 2 ahead."""
    return SmearedCodec()


@pytest.fixture(scope="session")
def level_bundle() -> Bundle:
    """The tiny model with a placeholder where the TFLite model belongs."""
    return make_bundle(b"\x1c\0\0\0TFL3" + bytes(range(256)), LevelCodec())


@pytest.fixture
def prior_codec() -> PriorCodec:
    """The tiny model with a prior, to ask what it was asked."""
    return PriorCodec()


@pytest.fixture(scope="session")
def prior_bundle() -> Bundle:
    """As `level_bundle`, with a prior."""
    return make_bundle(b"\x1c\0\0\0TFL3" + bytes(64), PriorCodec(), prior=PRIOR)


@pytest.fixture(scope="session")
def bundle_with():
    """Make the placeholder bundle with other metadata: `bundle_with(name="x")`."""
    return lambda **metadata: make_bundle(b"\x1c\0\0\0TFL3", LevelCodec(), **metadata)


@pytest.fixture(scope="session")
def convert_levels(tmp_path_factory):
    """Make the TFLite model of levels, with `frames` fixed or `None` for any.

    `names` are its signatures; `is_int8` has it in int8, all four signatures of it.
    """
    pytest.importorskip("tensorflow", reason="TensorFlow makes the tiny model")
    pytest.importorskip("ai_edge_litert", reason="LiteRT runs the tiny model")

    def convert(
        frames, names=("encode", "decode", "decode_quantized"), *, is_int8=False
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # TensorFlow's own, at import
            folder = tmp_path_factory.mktemp("levels")
            return _convert(folder, frames, names, is_int8)

    return convert


def _convert(folder, frames, names, is_int8):
    import tensorflow as tf

    bins = SETTINGS.num_bins
    map_bins = bins // FREQ_STRIDE
    map_frames = None if frames is None else frames // TIME_STRIDE
    stride = (TIME_STRIDE, FREQ_STRIDE)

    class Levels(tf.Module):
        def __init__(self):
            self.mean = tf.fill([*stride, 1, 1], 1.0 / (TIME_STRIDE * FREQ_STRIDE))
            self.repeat = tf.ones([1, 1, 1, TIME_STRIDE * FREQ_STRIDE])
            self.codebook = tf.constant(CODEBOOK)
            self.weights = {k: tf.constant(v) for k, v in PRIOR_WEIGHTS.items()}

        @tf.function(
            input_signature=[tf.TensorSpec((1, frames, bins, 1), name="spectrogram")]
        )
        def encode(self, spectrogram):
            cells = tf.nn.conv2d(spectrogram, self.mean, stride, "VALID")
            return {"latents": cells}

        @tf.function(
            input_signature=[
                tf.TensorSpec((1, map_frames, map_bins), tf.int32, name="codemap")
            ]
        )
        def decode(self, codemap):
            return self.decode_quantized(tf.gather(self.codebook, codemap))

        @tf.function(
            input_signature=[
                tf.TensorSpec((1, map_frames, map_bins, 1), name="quantized")
            ]
        )
        def decode_quantized(self, quantized):
            cells = tf.nn.conv2d(quantized, self.repeat, 1, "VALID")
            cells = tf.reshape(cells, (1, -1, map_bins, *stride))
            cells = tf.transpose(cells, (0, 1, 3, 2, 4))
            return {"spectrogram": tf.reshape(cells, (1, -1, bins, 1))}

        @tf.function(
            input_signature=[
                tf.TensorSpec((1, map_frames, map_bins, 1), name="quantized"),
                tf.TensorSpec((1, map_frames, map_bins, 1), name="visible"),
            ]
        )
        def prior(self, quantized, visible):
            weights = self.weights
            cells = tf.concat([quantized, visible], axis=-1)
            hidden = tf.nn.conv2d(cells, weights["first"], 1, "SAME") + weights["rows"]
            wide = tf.nn.conv2d(
                tf.nn.relu(hidden), weights["wide"], 1, "SAME", dilations=PRIOR_DILATION
            )
            hidden = tf.nn.relu(hidden + tf.nn.relu(wide))
            return {"logits": tf.nn.conv2d(hidden, weights["head"], 1, "SAME")}

    model = Levels()
    signatures = {name: getattr(model, name) for name in names}
    tf.saved_model.save(model, str(folder), signatures=signatures)
    converter = tf.lite.TFLiteConverter.from_saved_model(
        str(folder), signature_keys=list(signatures)
    )
    if is_int8:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.representative_dataset = _calibration
    return converter.convert()


def _calibration():
    rng = np.random.default_rng(12)
    for seed in range(8):
        spectrogram = rng.random((1, 36, SETTINGS.num_bins, 1), np.float32)
        quantized, visible = prior_inputs(seed)
        codemap = rng.integers(0, CODEBOOK_SIZE, quantized.shape[:3], np.int32)
        yield "encode", {"spectrogram": spectrogram}
        yield "decode", {"codemap": codemap}
        yield "decode_quantized", {"quantized": CODEBOOK[codemap]}
        yield "prior", {"quantized": quantized, "visible": visible}


@pytest.fixture(scope="session")
def flatbuffer(convert_levels) -> bytes:
    """The TFLite model of levels, for any number of frames."""
    return convert_levels(None)


@pytest.fixture(scope="session")
def real_bundle(flatbuffer) -> Bundle:
    """The tiny model with its TFLite model, golden outputs made by LiteRT."""
    from edge_runtime.engines.litert_engine import LiteRTEngine
    from export.tflite.graph_arrays import describe_graphs

    return make_bundle(
        flatbuffer, LiteRTEngine(flatbuffer), describe_graphs(flatbuffer)
    )


@pytest.fixture(scope="session")
def real_prior_bundle(convert_levels) -> Bundle:
    """The tiny model with its prior, in int8, as TFLite model; golden by LiteRT."""
    from edge_runtime.engines.litert_engine import LiteRTEngine
    from export.tflite.graph_arrays import describe_graphs

    names = ("encode", "decode", "decode_quantized", "prior")
    flatbuffer = convert_levels(None, names, is_int8=True)
    return make_bundle(
        flatbuffer,
        LiteRTEngine(flatbuffer),
        describe_graphs(flatbuffer),
        number_format="int8",
        prior=PRIOR,
    )


@pytest.fixture(scope="session")
def prior_bundle_path(real_prior_bundle, tmp_path_factory):
    """`real_prior_bundle` as a file. Read only."""
    from edge_runtime.bundle.bundle_file import write_bundle

    path = tmp_path_factory.mktemp("prior_bundle") / "levels.tflite"
    write_bundle(path, real_prior_bundle)
    return path


@pytest.fixture(scope="session")
def bundle_path(real_bundle, tmp_path_factory):
    """`real_bundle` as a file. Read only."""
    from edge_runtime.bundle.bundle_file import write_bundle

    path = tmp_path_factory.mktemp("bundle") / "levels.tflite"
    write_bundle(path, real_bundle)
    return path


@pytest.fixture(scope="session")
def settings() -> SpectrogramSettings:
    """Spectrogram settings of the tiny model."""
    return SETTINGS


@pytest.fixture(scope="session")
def placeholder_path(level_bundle, tmp_path_factory):
    """`level_bundle` as a file that reads well and cannot be run. Read only."""
    from edge_runtime.bundle.bundle_file import write_bundle

    path = tmp_path_factory.mktemp("placeholder") / "placeholder.tflite"
    write_bundle(path, level_bundle)
    return path


@pytest.fixture(scope="session")
def sound_path(tmp_path_factory):
    """A second of two decaying tones, 22,050 Hz stereo, 16 bit. Read only."""
    from edge_runtime.audio.audio_file import AudioFile, write_audio

    time = np.arange(22050) / 22050
    tones = [np.sin(2 * np.pi * hz * time) * np.exp(-2 * time) for hz in (440, 3100)]
    noise = np.random.default_rng(0).normal(scale=0.01, size=22050)
    audio = np.stack([0.4 * tones[0] + noise, 0.3 * tones[1] + noise], axis=1)
    samples = np.rint(audio * 32767).astype(np.int16)
    path = tmp_path_factory.mktemp("sound") / "tones.wav"
    write_audio(path, AudioFile(samples, 22050, "PCM_16"))
    return path


@pytest.fixture
def block_imports(monkeypatch):
    """Make packages look as if they were not installed: `block_imports("x", ...)`."""
    real_import = builtins.__import__

    def block(*packages):
        def guarded(name, *arguments, **keywords):
            if name.partition(".")[0] in packages:
                raise ImportError(f"No module named {name!r}")
            return real_import(name, *arguments, **keywords)

        monkeypatch.setattr(builtins, "__import__", guarded)

    return block
