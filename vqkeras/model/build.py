"""From a config to a model, ready to be trained or loaded into."""

from typing import Any

import keras

from vqkeras.layers.residual_vector_quantizer import ResidualVectorQuantizer
from vqkeras.layers.unquantized import Unquantized
from vqkeras.layers.vector_quantizer import VectorQuantizer
from vqkeras.layers.vector_quantizer_ema import VectorQuantizerEMA
from vqkeras.model.model_config import ModelConfig
from vqkeras.model.vqvae import VQVAE


def build_model(
    config: ModelConfig,
    example_shape: tuple[int | None, int, int],
    data_variance: float,
    *,
    weighted_by_first_channel: bool = False,
    seed: int = 0,
) -> VQVAE:
    """Make a model with fresh weights, ready to be compiled or loaded into.

    Args:
        config: What to make: a `ConvArchitecture` or one of the others.
        example_shape: Shape of one example, `(frames, bins, channels)`. `frames` may be
            `None`: any number of them.
        data_variance: Variance of the training data, which scales the loss. Data that
            does not vary counts as variance 1.
        weighted_by_first_channel: As for `VQVAE`. Defaults to `False`.
        seed: Of the first codebook and its restarts. Defaults to `0`.

    Returns:
        A built `VQVAE`.

    Example:

    >>> from vqkeras.model.conv_architecture import ConvArchitecture
    >>> config = ConvArchitecture(channels=(4,), strides=((2, 4),), codebook_size=8)
    >>> model = build_model(config, (None, 16, 1), data_variance=0.1)
    >>> model.count_params() > 0
    True
    """
    channels = example_shape[-1] * (2 if config.spread_cost else 1)
    encoder, decoder = config.networks(channels)
    model = VQVAE(
        encoder,
        _quantizer(config, seed),
        decoder,
        commitment_cost=config.commitment_cost,
        log_spectral_cost=config.log_spectral_cost,
        spread_cost=config.spread_cost,
        data_variance=data_variance or 1.0,
        weighted_by_first_channel=weighted_by_first_channel,
    )
    model.build((None, *example_shape))
    return model


def _quantizer(config: ModelConfig, seed: int) -> keras.layers.Layer:
    kind = _QUANTIZERS[config.quantizer]
    if kind is Unquantized:
        return Unquantized(name="quantizer")
    options: dict[str, Any] = {
        "decay": config.decay,
        "initialise_from_batch": config.initialise_from_batch,
        "restart_threshold": config.restart_threshold,
        "seed": seed,
        "name": "quantizer",
    }
    if config.codebooks > 1:
        return ResidualVectorQuantizer(
            config.codebook_size, config.codebooks, **options
        )
    return kind(config.codebook_size, **options)


_QUANTIZERS = {
    "ema": VectorQuantizerEMA,
    "gradient": VectorQuantizer,
    "none": Unquantized,
}
