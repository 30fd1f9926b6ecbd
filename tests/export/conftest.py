"""A tiny VQ-VAE and its exports, made once."""

import numpy as np
import pytest

from export.tflite.quiet import quiet

FRAMES, BINS = 24, 32


@pytest.fixture(scope="session")
def tiny_model():
    """16 codewords of 4 values; a cell is 4 frames x 8 bins."""
    from vqkeras.layers.conv_stack import ConvDecoder, ConvEncoder
    from vqkeras.layers.vector_quantizer_ema import VectorQuantizerEMA
    from vqkeras.model.vqvae import VQVAE

    stack = {"channels": [8, 8], "strides": [[2, 4], [2, 2]]}
    model = VQVAE(
        ConvEncoder(**stack, codebook_dim=4),
        VectorQuantizerEMA(16, initialise_from_batch=False, seed=3),
        ConvDecoder(**stack),
    )
    model(np.zeros((1, FRAMES, BINS, 1), np.float32))
    # Weights that make neither latents nor output vanish, as training would.
    rng = np.random.default_rng(5)
    for weight in [*model.encoder.weights, *model.decoder.weights]:
        scale = 1.0 / np.sqrt(np.prod(weight.shape[:-1]))
        weight.assign(rng.normal(0.0, scale, weight.shape))
    latents = model.encoder(spectrogram(0), training=False)
    cells = latents.numpy().reshape(-1, 4)
    model.quantizer.codebook.assign(cells[rng.choice(len(cells), 16, replace=False)])
    return model


def spectrogram(seed: int, frames: int = FRAMES) -> np.ndarray:
    """A random example, `(1, frames, bins, 1)`, with a loud and a silent part."""
    rng = np.random.default_rng(seed)
    loudness = np.linspace(1.0, 0.0, BINS)[:, np.newaxis]
    return (rng.random((1, frames, BINS, 1)) * loudness).astype(np.float32)


@pytest.fixture(scope="session")
def examples():
    """Maker of random examples: `examples(seed, frames)`."""
    return spectrogram


@pytest.fixture(scope="session")
def flatbuffers(tiny_model):
    """Number format -> flatbuffer, with a free number of frames."""
    with quiet():
        from export.tflite.convert import convert
        from export.tflite.number_formats import NUMBER_FORMATS

        return {
            number_format: convert(
                tiny_model,
                example_shape=(None, BINS, 1),
                number_format=number_format,
                calibration=[spectrogram(seed) for seed in range(8)],
            )
            for number_format in NUMBER_FORMATS
        }


@pytest.fixture(scope="session")
def run_dir(tiny_model, tmp_path_factory):
    """Folder of a finished run of the tiny model on synthetic notes."""
    from edge_runtime.spectrogram.settings import SpectrogramSettings
    from vqkeras.config import Config
    from vqkeras.config_file import save_config
    from vqkeras.datasets import DataConfig
    from vqkeras.run import write_json

    folder = tmp_path_factory.mktemp("run")
    data = DataConfig(
        families=["guitar", "organ"], limit=5, cache_dir=str(folder / "cache")
    )
    settings = SpectrogramSettings(sample_rate=2000, n_fft=2 * BINS, hop_length=16)
    save_config(
        Config(name="tiny", data=data, spectrogram=settings), folder / "config.yaml"
    )
    with quiet():
        tiny_model.save(folder / "best.keras")
    write_json(
        {"epochs": 3, "seed": 7, "best": {"loss": 0.5}, "last": {"loss": 0.6}},
        folder / "summary.json",
    )
    return folder


@pytest.fixture(scope="session")
def tiny_prior(tiny_model):
    """A prior of the tiny model's codes that is sure of what it says, though wrong."""
    import keras

    from vqkeras.model.code_prior import CodePrior

    keras.utils.set_random_seed(11)
    prior = CodePrior(16, 4, units=8, dilations=[(1, 1), (2, 1), (1, 2), (3, 2)])
    prior.build([(None, None, BINS // 8, 4), (None, None, BINS // 8, 1)])
    prior.set_codebook(tiny_model.quantizer.codebook.numpy())
    rng = np.random.default_rng(7)
    prior.rows.offset.assign(rng.normal(0.0, 1.0, prior.rows.offset.shape))
    prior.head.kernel.assign(rng.normal(0.0, 0.5, prior.head.kernel.shape))
    return prior


@pytest.fixture(scope="session")
def prior_dir(tiny_prior, tmp_path_factory):
    """Folder of a finished training of the tiny prior."""
    from vqkeras.priors.config import PriorConfig
    from vqkeras.run import prepare_folder, write_json

    folder = tmp_path_factory.mktemp("prior") / "run"
    prepare_folder(PriorConfig("tiny"), folder, resume=False, force=False)
    with quiet():
        tiny_prior.save(folder / "best.keras")
    for name in ("summary", "energy"):
        write_json({}, folder / f"{name}.json")
    (folder / "history.csv").write_text("epoch\n1\n")
    return folder
