"""Bundles of a tiny model of levels, a sound, and what every test here stands on.

The model exists twice, as plain numpy and as a real TFLite file, and both give the same
sound.
"""

from __future__ import annotations

import builtins
import warnings
from dataclasses import asdict

import numpy as np
import pytest

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.golden_prior import golden_prior_inputs, logits_sample
from edge_runtime.spectrogram.settings import SpectrogramSettings
from tests.edge_runtime.level_codec import (
    CODEBOOK,
    CODEBOOK_SIZE,
    FREQ_STRIDE,
    PRIOR,
    SETTINGS,
    TIME_STRIDE,
    LevelCodec,
    PriorCodec,
    SmearedCodec,
    UnsureCodec,
)


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
        logits = codec.predict(*golden_prior_inputs(codemap, CODEBOOK))
        golden["prior_logits_sample"] = logits_sample(logits)
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


@pytest.fixture(scope="session")
def unsure_codec(level_codec) -> UnsureCodec:
    """The tiny model with a spread."""
    return UnsureCodec(level_codec)


@pytest.fixture(scope="session")
def unsure_bundle(unsure_codec) -> Bundle:
    """As `level_bundle`, with a spread."""
    return make_bundle(b"\x1c\0\0\0TFL3" + bytes(16), unsure_codec, spread=True)


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
            from tests.edge_runtime import level_flatbuffer

            folder = tmp_path_factory.mktemp("levels")
            return level_flatbuffer.convert_levels(
                folder, frames, names, is_int8=is_int8
            )

    return convert


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
    from export.tflite.inner_prior import with_inner_prior

    names = ("encode", "decode", "decode_quantized", "prior")
    flatbuffer = with_inner_prior(convert_levels(None, names, is_int8=True))
    return make_bundle(
        flatbuffer,
        LiteRTEngine(flatbuffer),
        describe_graphs(flatbuffer),
        number_format="int8",
        prior=PRIOR,
        signatures=[*names, "prior_inner"],
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
