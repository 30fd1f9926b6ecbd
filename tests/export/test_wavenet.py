"""WaveNet's gates in int8: the codes that Keras finds, and both engines alike."""

import json

import keras
import numpy as np

from edge_runtime.bundle.codebook import codes_of
from edge_runtime.engines.litert_engine import LiteRTEngine
from edge_runtime.engines.numpy_engine import NumpyEngine
from export.tflite.convert import convert
from export.tflite.graph_arrays import describe_graphs
from export.tflite.graph_check import operators_of
from export.tflite.quiet import quiet
from vqkeras.model.build import build_model
from vqkeras.model.wavenet_architecture import WaveNetArchitecture


def sounds_of_few_patches(count, frames, seed):
    """Spectrograms of 32 bins; each cell is one of six patches, and a little noise."""
    patches = np.random.default_rng(0).random((6, 4, 8))
    rng = np.random.default_rng(seed)
    cells = patches[rng.integers(0, 6, (count, frames // 4, 4))]
    sounds = cells.transpose(0, 1, 3, 2, 4).reshape(count, frames, 32, 1)
    return (sounds + rng.normal(0.0, 0.02, sounds.shape)).astype(np.float32)


def test_a_trained_model_keeps_its_codes_in_int8():
    config = WaveNetArchitecture(
        channels=(8, 12),
        strides=((2, 4), (2, 2)),
        gate_units=8,
        codebook_size=16,
        codebook_dim=4,
        commitment_cost=1.0,
    )
    keras.utils.set_random_seed(0)
    sounds = sounds_of_few_patches(8, 24, seed=1)
    model = build_model(config, (None, *sounds.shape[2:]), sounds.var(), seed=1)
    model.compile(keras.optimizers.Adam(0.005), jit_compile=False)
    model.fit(sounds, batch_size=4, epochs=40, verbose=0)
    with quiet():
        flatbuffer = convert(
            model,
            example_shape=(None, *sounds.shape[2:]),
            calibration=list(sounds[:, np.newaxis]),
        )
        litert = LiteRTEngine(flatbuffer)
    operators = operators_of(flatbuffer)
    assert operators["encode"].count("TANH") == 2
    assert operators["decode"].count("LOGISTIC") == 3
    graph = json.loads(json.dumps(describe_graphs(flatbuffer)))
    ours = NumpyEngine(flatbuffer, graph)
    sound = sounds_of_few_patches(1, 200, seed=2)
    latents = ours.encode(sound)
    codes = codes_of(latents, model.quantizer.codebook.numpy())
    assert np.mean(codes == model.encode_codemap(sound).numpy()) >= 0.97
    assert len(np.unique(codes)) >= 4
    np.testing.assert_array_equal(litert.encode(sound), latents)
    np.testing.assert_array_equal(litert.decode(codes), ours.decode(codes))
