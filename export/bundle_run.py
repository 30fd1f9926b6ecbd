"""A finished training run as a bundle: model, codebook, credits and self-test."""

import dataclasses
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.codebook import codes_of
from edge_runtime.engines.engine import Engine
from edge_runtime.engines.litert_engine import LiteRTEngine
from export.bundled_prior import with_prior
from export.calibration import CALIBRATION_EXAMPLES, evenly_spaced
from export.golden_logits import GOLDEN_STEPS
from export.parity import ParityReport, covered, measure_parity
from export.receptive_field import context_of
from export.tflite.convert import SIGNATURES, convert
from export.tflite.graph_arrays import describe_graphs
from export.tflite.quiet import quiet
from vqkeras.datasets.dataset import Dataset
from vqkeras.datasets.split import Split
from vqkeras.evaluation.measures import code_counts
from vqkeras.model.code_prior import CodePrior

logger = logging.getLogger(__name__)

# Unseen examples that parity is measured on, and training examples whose codes are
# counted: more of them move the third digit and cost minutes.
PARITY_EXAMPLES = 256
MARGINAL_EXAMPLES = 1000
# Cells along time of the recorded self-test: as many as fit into the frames, but at
# least one. It travels in every bundle: keep it small.
GOLDEN_CELLS = 2
GOLDEN_FRAMES = 32


def bundle_run(
    run: Any,
    *,
    number_format: str = "int8",
    calibration_count: int = CALIBRATION_EXAMPLES,
    prior: CodePrior | None = None,
) -> tuple[Bundle, ParityReport]:
    """Export a run and measure what the export cost.

    Scales are calibrated and codes counted on the training split; parity is measured
    on the test split, which the run never saw.

    Args:
        run: A finished `Run`, or a `Preset`.
        number_format: One of `NUMBER_FORMATS`. Defaults to `"int8"`.
        calibration_count: Training examples that fix the int8 scales. Defaults to
            `CALIBRATION_EXAMPLES`.
        prior: What predicts its codes. Defaults to none.

    Returns:
        The bundle, ready for `write_bundle`, and the parity report.

    Raises:
        UserError: If the model needs operators that TFLite does not have built in.
    """
    model, dataset = run.model, run.dataset
    logger.info("Converting to %s ...", number_format)
    examples = []
    if number_format == "int8":
        examples = [
            covered(example, model.encoder)
            for example in evenly_spaced(dataset.train, calibration_count)
        ]
    codebook = short_codebook(model.quantizer.codebook.numpy())
    lookup = partial(codes_of, codebook=codebook)
    with quiet():
        flatbuffer = convert(
            model,
            example_shape=_example_shape(model, dataset),
            number_format=number_format,
            calibration=examples,
        )
        # The interpreter announces itself when it first runs.
        engine = LiteRTEngine(flatbuffer)
        golden = _golden(engine, lookup, model, dataset, number_format)
    logger.info("Comparing with Keras on unseen examples ...")
    report = measure_parity(
        model,
        engine,
        evenly_spaced(dataset.test, PARITY_EXAMPLES),
        codes_of=lookup,
        floor_db=dataset.settings.floor_db if dataset.settings else None,
    )
    logger.info("Counting codes of the training split ...")
    bundle = Bundle(
        flatbuffer=flatbuffer,
        metadata=_metadata(run, number_format, report),
        arrays={"codebook": codebook, "marginal": _marginal(model, dataset.train)},
        golden=golden,
        graph=describe_graphs(flatbuffer),
    )
    if prior is not None:
        bundle, of_prior = with_prior(bundle, prior, run)
        report = dataclasses.replace(report, prior=of_prior)
    return bundle, report


def short_codebook(codebook: NDArray[np.float32]) -> NDArray[np.float32]:
    """Round every value to the 11 bits of a float16; the rest is noise to int8.

    What is left of a float32 compresses to little more than half, and the codebook is
    the largest part of a bundle after the network.

    Args:
        codebook: Float32 array, values of a magnitude below 65,504.

    Returns:
        Float32 array of the same shape.

    Example:

    >>> float(short_codebook(np.float32([0.1]))[0])
    0.0999755859375
    """
    return codebook.astype(np.float16).astype(np.float32)


def _example_shape(model: keras.Model, dataset: Dataset) -> tuple[int | None, int, int]:
    """What the encoder takes: any number of frames for sound, one size for images."""
    frames, bins, channels = dataset.train.shape
    frames, bins = model.encoder.covered_sizes(frames, bins)
    return (None if dataset.settings else frames), bins, channels


def _metadata(run: Any, number_format: str, report: ParityReport) -> dict[str, Any]:
    model, dataset = run.model, run.dataset
    credits = run.credits
    settings = dataset.settings
    return {
        "name": run.config.name,
        "spectrogram": settings and dataclasses.asdict(settings),
        "example_shape": list(dataset.train.shape),
        "number_format": number_format,
        "signatures": list(SIGNATURES),
        "codebook_size": model.quantizer.codebook_size,
        "codebook_dim": model.encoder.codebook_dim,
        "time_stride": model.encoder.time_stride,
        "freq_stride": model.encoder.freq_stride,
        **({"spread": True} if model.has_spread else {}),
        "context": settings and _context(model, dataset),
        "licence": credits.licence,
        "attribution": credits.attribution,
        **({"credits": list(credits.names)} if credits.names else {}),
        "training": {key: run.summary[key] for key in run.summary if key != "last"},
        "parity": dataclasses.asdict(report),
    }


def _context(model: keras.Model, dataset: Dataset) -> dict[str, list[int]]:
    """How far a cell looks along time: what a long sound's windows must overlap by."""
    _, bins, channels = _example_shape(model, dataset)
    return context_of(model, bins=bins, channels=channels)


def _marginal(model: keras.Model, split: Split) -> NDArray[np.int64]:
    """How often each code occurs in training examples."""
    counts = np.zeros(model.quantizer.codebook_size, np.int64)
    for example in evenly_spaced(split, MARGINAL_EXAMPLES):
        counts += code_counts(model.encode_codemap(example).numpy(), len(counts))
    return counts


def _golden(
    engine: Engine,
    codes_of: Callable[[NDArray[np.float32]], NDArray[np.int32]],
    model: keras.Model,
    dataset: Dataset,
    number_format: str,
) -> dict[str, NDArray[np.generic]]:
    """A short input and what the exported model gives for it, bit by bit.

    The input is rounded to 256 levels: it compresses to a quarter. So does what a float
    model decodes, to levels far finer than what two processors may differ by.
    """
    example = next(evenly_spaced(dataset.test, 1))
    if dataset.settings:
        stride = model.encoder.time_stride
        cells = max(1, min(GOLDEN_CELLS, GOLDEN_FRAMES // stride))
        example = example[:, : cells * stride]
    levels = np.round(np.clip(covered(example, model.encoder), 0.0, 1.0) * 255.0)
    spectrogram = (levels / 255.0).astype(np.float32)
    latents = engine.encode(spectrogram)
    codemap = codes_of(latents)
    decoded = engine.decode(codemap)
    if number_format != "int8":
        decoded = (np.round(decoded * GOLDEN_STEPS) / GOLDEN_STEPS).astype(np.float32)
    return {
        "spectrogram": spectrogram,
        "latents": latents,
        "codemap": codemap,
        "decoded": decoded,
    }
