"""A tiny model of levels and sounds it never heard, for what judges bundles."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.engines.engine import Engine
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.general_clips import Clip, Part
from vqkeras.datasets.general_manifest import GeneralSound
from vqkeras.evaluation.fillers import Models

SETTINGS = SpectrogramSettings(sample_rate=4000, n_fft=64, hop_length=16)
TIME_STRIDE, FREQ_STRIDE, CODES = 8, 4, 16
CODEBOOK = np.linspace(0.0, 1.0, CODES, dtype=np.float32)[:, np.newaxis]


class Levels(Engine):
    """Each cell is coded by its mean level."""

    name = "levels"

    def run(self, signature, inputs, results):
        values = next(iter(inputs.values()))
        if signature == "encode":
            _, frames, bins, _ = values.shape
            cells = values.reshape(
                1, frames // TIME_STRIDE, TIME_STRIDE, bins // FREQ_STRIDE, FREQ_STRIDE
            )
            return (cells.mean(axis=(2, 4), dtype=np.float32)[..., np.newaxis],)
        if signature == "prior":  # the mean level of a band, everywhere
            known = np.maximum(inputs["visible"].sum(axis=1, keepdims=True), 1.0)
            mean = values.sum(axis=1, keepdims=True) / known
            logits = -400.0 * np.square(mean - CODEBOOK[:, 0])
            shape = (*values.shape[:3], CODES)
            return (np.broadcast_to(logits, shape).astype(np.float32),)
        if signature == "decode":
            values = CODEBOOK[values]
        cells = np.repeat(values, TIME_STRIDE, axis=1)
        return (np.repeat(cells, FREQ_STRIDE, axis=2),)


@pytest.fixture(scope="session")
def level_models():
    """The tiny model, with a prior, as what judges bundles takes it."""
    engine, rng = Levels(), np.random.default_rng(0)
    spectrogram = rng.random((1, TIME_STRIDE, SETTINGS.num_bins, 1), np.float32)
    metadata = {
        "name": "levels",
        "number_format": "float32",
        "spectrogram": asdict(SETTINGS),
        "codebook_size": CODES,
        "codebook_dim": 1,
        "time_stride": TIME_STRIDE,
        "freq_stride": FREQ_STRIDE,
        "licence": "MIT",
        "attribution": "made by a test",
        "context": {"encoder_frames": [0, 0], "decoder_cells": [0, 0]},
        "prior": {
            "reach": 81,
            "architecture": "mean",
            "num_parameters": 1,
            "bits_per_code": 3.0,
        },
    }
    arrays = {"codebook": CODEBOOK, "marginal": np.arange(1, CODES + 1)}
    codemap = np.zeros((1, 1, SETTINGS.num_bins // FREQ_STRIDE), np.int32)
    golden = {
        "spectrogram": spectrogram,
        "latents": engine.encode(spectrogram),
        "codemap": codemap,
        "decoded": engine.decode(codemap),
    }
    return Models(Bundle(b"", metadata, arrays, golden, {}), engine)


def _sound(kind, origin, frequency):
    def read():
        rng = np.random.default_rng(round(frequency))
        time = np.arange(4 * SETTINGS.sample_rate) / SETTINGS.sample_rate
        tone = np.sin(2 * np.pi * frequency * time) * (1 + np.sin(9 * time))
        audio = 0.2 * tone + 0.02 * rng.normal(size=len(time))
        return audio.astype(np.float32), SETTINGS.sample_rate

    return GeneralSound(kind, origin, origin, f"{origin}.wav", 4.0, origin, read)


@pytest.fixture(scope="session")
def unheard():
    """Clips of two kinds, of three origins each."""
    return {
        kind: [
            Clip(
                (Part(_sound(kind, f"{kind} {number}", low + 90.0 * number), 0.0, 0.0),)
            )
            for number in range(3)
        ]
        for kind, low in (("drums", 200.0), ("speech", 700.0))
    }


class FirstStatistic:
    """Trees that have nothing to learn."""

    def __init__(self, **options):
        pass

    def fit(self, values, labels):
        return self

    def predict_proba(self, values):
        return np.nan_to_num(values[:, :2][:, ::-1])


@pytest.fixture(scope="session")
def trees_that_learn_nothing():
    """What `no_trees` puts in place of the real ones, which take their time."""
    return "sklearn.ensemble.HistGradientBoostingClassifier", FirstStatistic


@pytest.fixture
def no_trees(trees_that_learn_nothing, monkeypatch):
    """Judge by the first statistic alone."""
    monkeypatch.setattr(*trees_that_learn_nothing)
