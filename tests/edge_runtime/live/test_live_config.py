"""The model of configs/nsynth_live.yaml, untrained: what follows from its form."""

import warnings
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.codebook import codes_of
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.engines.litert_engine import LiteRTEngine
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.live.receptive_field import (
    Reach,
    ReceptiveField,
    receptive_field,
)
from edge_runtime.live.sample_history import SampleHistory
from edge_runtime.live.streaming_codec import StreamingCodec
from edge_runtime.live.streaming_inpainter import StreamingInpainter
from edge_runtime.live.streaming_stft import StreamingStft
from edge_runtime.stage_times import StageTimes

CONFIG = Path(__file__).parents[3] / "configs" / "nsynth_live.yaml"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bundle():
    pytest.importorskip("tensorflow", reason="TensorFlow builds the model")
    pytest.importorskip("ai_edge_litert", reason="LiteRT runs the model")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # TensorFlow's own, at import
        from export.receptive_field import context_of
        from export.tflite.convert import convert
        from vqkeras.config_file import load_config
        from vqkeras.model.build import build_model

        config = load_config(CONFIG)
        settings = config.spectrogram
        rng = np.random.default_rng(0)
        noise = rng.random((4, 48, settings.num_bins, 1), np.float32)
        model = build_model(config.model, noise.shape[1:], 0.1)
        latents = np.asarray(model.encoder(noise, training=False))
        vectors = latents.reshape(-1, config.model.codebook_dim)
        codebook = vectors[rng.integers(len(vectors), size=config.model.codebook_size)]
        model.quantizer.codebook.assign(codebook)
        context = context_of(model, bins=settings.num_bins, channels=1)
        flatbuffer = convert(
            model,
            example_shape=(None, settings.num_bins, 1),
            number_format="float32",
        )
    metadata = {
        "name": config.name,
        "number_format": "float32",
        "context": context,
        "spectrogram": asdict(settings),
        "codebook_size": len(codebook),
        "codebook_dim": codebook.shape[1],
        "time_stride": model.encoder.time_stride,
        "freq_stride": model.encoder.freq_stride,
        "licence": "MIT",
        "attribution": "made by a test",
    }
    arrays = {"codebook": codebook, "marginal": np.ones(len(codebook), np.int64)}
    golden = dict.fromkeys(["spectrogram", "latents", "codemap", "decoded"], noise[:1])
    return Bundle(flatbuffer, metadata, arrays, golden, graph={})


@pytest.fixture(scope="module")
def engine(bundle):
    return LiteRTEngine(bundle.flatbuffer)


@pytest.fixture(scope="module")
def note():
    time = np.arange(24000) / 16000
    noise = np.random.default_rng(1).normal(scale=0.02, size=24000)
    audio = 0.3 * np.sin(2 * np.pi * 220 * time) * np.exp(-time) + noise
    return audio.astype(np.float32)


def test_it_can_be_played(bundle, engine):
    field = receptive_field(bundle)
    assert field == ReceptiveField(Reach(0, 0), Reach(4, 4))
    inpainter = StreamingInpainter(bundle, engine=engine, field=field)
    assert inpainter.delay == 2303
    assert inpainter.delay / inpainter.sample_rate <= 0.15


def test_its_codes_are_those_of_the_whole_file(bundle, engine, note):
    whole = SoundCodec(bundle, engine, StageTimes()).analyse(note).codemap
    history = SampleHistory(len(note))
    history.append(note)
    stft = StreamingStft(bundle.settings, bundle.time_stride, history)
    field = receptive_field(bundle)
    codec = StreamingCodec(bundle, engine, field, stft, StageTimes())
    columns = range(2, len(whole) - 4)
    assert all(np.array_equal(codec.codes(n), whole[n]) for n in columns)
    assert len(np.unique(codes_of(bundle.codebook, bundle.codebook))) > 100


def test_blocks_do_not_matter_to_it(bundle, engine, note):
    outputs = []
    for block in (512, 24000, 77):
        inpainter = StreamingInpainter(
            bundle, engine=engine, parameters=LiveParameters(density=0.5)
        )
        starts = range(0, len(note), block)
        parts = [inpainter.process(note[start : start + block]) for start in starts]
        outputs.append(np.concatenate(parts).tobytes())
    assert len(set(outputs)) == 1
