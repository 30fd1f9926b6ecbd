"""A prior put into the bundle of its codec."""

import dataclasses
import logging
import math
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.engines.litert_engine import LiteRTEngine
from edge_runtime.errors import UserError
from edge_runtime.spectrogram.features import magnitude_db_of
from export.calibration import evenly_spaced
from export.golden_logits import golden_logits
from export.prior_parity import (
    PriorParity,
    masked_codemaps,
    measure_prior_parity,
    prior_inputs,
)
from export.tflite.bias_scales import with_shared_bias_scales
from export.tflite.convert_prior import convert_prior
from export.tflite.graph_arrays import describe_graphs
from export.tflite.inner_prior import PRIOR_SIGNATURES, with_inner_prior
from export.tflite.joined import joined
from export.tflite.quiet import quiet
from vqkeras.datasets.split import Split
from vqkeras.model.code_prior import CodePrior
from vqkeras.presets import Preset
from vqkeras.presets.preset_prior import load_prior_run
from vqkeras.run import Run

logger = logging.getLogger(__name__)

# Training examples whose codemaps fix the int8 scales, and unseen ones that bits are
# counted on.
CALIBRATION_CODEMAPS = 32
PARITY_CODEMAPS = 64


def prior_of(codec: Run | Preset, folder: Path | None) -> CodePrior | None:
    """The prior to export with a codec.

    Args:
        codec: Whose codes it predicts.
        folder: Of a finished training; `None`: that of a preset, if it has one.

    Raises:
        UserError: If there is none in the folder, or it is of another codec or has
            attention.
    """
    prior = None
    if folder is not None:
        prior = load_prior_run(folder, codec.model.quantizer.codebook)
    elif isinstance(codec, Preset):
        prior = codec.prior
    if prior is not None and prior.attention_heads:
        raise UserError(
            "A prior with attention runs in Keras only; train one without "
            "attention_heads with python -m vqkeras.train_prior and name its folder, "
            "--prior."
        )
    return prior


def with_prior(
    bundle: Bundle, prior: CodePrior, codec: Any
) -> tuple[Bundle, PriorParity]:
    """A bundle that can also predict hidden codes; its codec stays as it is.

    Args:
        bundle: Of the codec, in any number format: the prior gets the same.
        prior: Trained on the codes of this codec, without attention; see `prior_of`.
        codec: A `Run` or `Preset`: has `model` and `dataset`.

    Returns:
        The bundle, and what the export cost the prior on unseen codemaps with holes.
    """
    logger.info("Converting the prior ...")
    number_format, codebook = bundle.metadata["number_format"], bundle.codebook
    seen = codemaps_of(codec.model, codec.dataset.train, CALIBRATION_CODEMAPS)
    calibration = [
        prior_inputs(codemap, hidden, codebook)
        for codemap, hidden in masked_codemaps(seen, seed=0)
    ]
    with quiet():
        converted = convert_prior(
            prior, number_format=number_format, calibration=calibration
        )
        flatbuffer = joined(bundle.flatbuffer, whole_prior(converted))
        # The interpreter announces itself when it first runs.
        engine = LiteRTEngine(flatbuffer)
        golden = golden_logits(engine, bundle, number_format)
    logger.info("Comparing it with Keras on unseen codemaps ...")
    unseen = codemaps_of(codec.model, codec.dataset.test, PARITY_CODEMAPS)
    parity = measure_prior_parity(prior, engine, unseen, codebook=codebook, seed=1)
    metadata = {
        **bundle.metadata,
        "signatures": [
            *bundle.metadata["signatures"],
            *PRIOR_SIGNATURES,
        ],
        "prior": {
            "reach": prior.reach,
            "architecture": "convolutional",
            "num_parameters": sum(
                math.prod(weight.shape) for weight in prior.trainable_weights
            ),
            "bits_per_code": parity.bits_exported,
            "code_levels_db": code_levels_db(bundle),
        },
        "parity": {**bundle.metadata["parity"], "prior": dataclasses.asdict(parity)},
    }
    return (
        dataclasses.replace(
            bundle,
            flatbuffer=flatbuffer,
            metadata=metadata,
            golden={**bundle.golden, **golden},
            graph=describe_graphs(flatbuffer),
        ),
        parity,
    )


def whole_prior(converted: bytes) -> bytes:
    """Both signatures of a converted prior, in as few bytes as they need."""
    return with_shared_bias_scales(with_inner_prior(converted), PRIOR_SIGNATURES)


def codemaps_of(model: keras.Model, split: Split, count: int) -> NDArray[np.uint16]:
    """Codes of examples at equal distances, `(count, map_frames, map_bins)`."""
    return np.concatenate(
        [
            np.asarray(model.encode_codemap(example)).astype(np.uint16)
            for example in evenly_spaced(split, count)
        ]
    )


def code_levels_db(bundle: Bundle) -> list[float]:
    """How loud each codeword is where it stands alone, in dB, rounded.

    Args:
        bundle: Of the codec.

    Returns:
        For each code the mean of the decibels that a codemap of it alone is decoded to,
        away from the ends.
    """
    engine, settings = LiteRTEngine(bundle.flatbuffer), bundle.settings
    around = 2
    shape = 1, 2 * around + 1, settings.num_bins // bundle.freq_stride
    inner = slice(around * bundle.time_stride, (around + 1) * bundle.time_stride)
    levels = []
    for code in range(len(bundle.codebook)):
        decoded = engine.decode(np.full(shape, code, np.int32))[0, inner]
        levels.append(
            float(
                magnitude_db_of(decoded[..., : settings.num_channels], settings).mean()
            )
        )
    return [round(level, 1) for level in levels]
