"""How well a run reconstructs, what its codes cost, and what baselines do instead."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.features import magnitude_db_of
from edge_runtime.measures import (
    bitrate_bps,
    cells_per_second,
    code_counts,
    entropy_bits,
    entropy_rate_bps,
    sounding_cells,
)
from edge_runtime.reconstruction_error import ReconstructionError
from edge_runtime.spectrogram_settings import SpectrogramSettings
from vqkeras.baselines import fit_patch_codebook, mean_example, patches_at_rate
from vqkeras.datasets.split import Split
from vqkeras.example_blocks import example_blocks
from vqkeras.run import Run


def evaluate_reconstruction(
    run: Run, split: Split, *, limit: int | None = None, seed: int = 0
) -> dict[str, Any]:
    """Measure a run and its baselines on the same examples.

    Baselines learn from the run's training split. Memory does not grow with the data.

    Args:
        run: A trained run.
        split: What to measure on.
        limit: At most this many examples, evenly spaced. Defaults to all.
        seed: Of the k-means baseline. Defaults to `0`.

    Returns:
        Plain values. For sound: `nmse`, `lsd_db`, `bitrate_bps`, `entropy_rate_bps`,
        `perplexity` and `codebook_usage`, the last two again with `_sounding`. For
        images: `mse`, `nmse`, `bits` and `entropy_bits` of one image, `perplexity`,
        `codebook_usage`. `baselines` holds `mean` and `kmeans_patches`, each with the
        errors; the second also with its `cell`, `codebook_size` and rate.
    """
    settings = run.config.spectrogram
    model = run.model
    codebook_size = model.quantizer.codebook_size
    map_shape = tuple(model.encode_codemap(split[0][np.newaxis]).shape[1:])
    bits = math.prod(map_shape) * math.log2(codebook_size)
    train = run.dataset.train
    mean = mean_example(train, is_sound=settings is not None)
    cell, patches_size = patches_at_rate(split.shape, map_shape, bits)
    patches = fit_patch_codebook(
        train, cell=cell, codebook_size=patches_size, seed=seed
    )
    floor_db = settings and settings.floor_db
    of_model, of_mean, of_patches = (ReconstructionError(floor_db) for _ in range(3))
    counts, sounding = np.zeros((2, codebook_size), np.int64)
    for examples in example_blocks(split, limit):
        outputs = model(examples, training=False, details=True)
        codemaps = np.asarray(outputs["codemap"])
        targets = scaled_magnitude(examples, settings)
        for error, result in (
            (of_model, np.asarray(outputs["reconstruction"])),
            (of_mean, np.broadcast_to(mean, examples.shape)),
            (of_patches, patches.reconstruct(examples)),
        ):
            error.add(targets, scaled_magnitude(result, settings))
        counts += code_counts(codemaps, codebook_size)
        if settings is not None:
            levels = (targets[..., 0] - 1.0) * -settings.floor_db
            is_heard = sounding_cells(
                levels, model.encoder.time_stride, model.encoder.freq_stride
            )
            sounding += code_counts(codemaps[is_heard], codebook_size)
    spent = math.prod(-(-split.shape[axis] // cell[axis]) for axis in (0, 1))
    patches_bits = spent * math.log2(patches_size)
    report = {
        **_errors(of_model),
        **_rates(run, counts, bits),
        **_code_use(counts),
        "codebook_size": codebook_size,
    }
    if settings is not None:
        use = _code_use(sounding)
        report |= {f"{name}_sounding": value for name, value in use.items()}
    report["baselines"] = {
        "mean": _errors(of_mean),
        "kmeans_patches": {
            **_errors(of_patches),
            "cell": list(cell),
            "codebook_size": patches_size,
            "relative_rate": patches_bits / bits,
        },
    }
    return report


def scaled_magnitude(
    examples: NDArray[np.floating], settings: SpectrogramSettings | None
) -> NDArray[np.float32]:
    """What is compared: magnitude in dB scaled to [0, 1], whatever the network sees.

    Args:
        examples: Float array of shape `(examples, frames, bins, channels)`.
        settings: How sound became a spectrogram; `None` for images.

    Returns:
        Float32 array of the same shape, for sound with one channel. Clipped.
    """
    if settings is None:
        return np.clip(examples, 0.0, 1.0).astype(np.float32)
    levels = np.stack([magnitude_db_of(example, settings) for example in examples])
    return 1.0 - levels[..., np.newaxis] / np.float32(settings.floor_db)


def _errors(error: ReconstructionError) -> dict[str, float]:
    if error.floor_db is None:
        return {"mse": error.mse, "nmse": error.nmse}
    return {"nmse": error.nmse, "lsd_db": error.lsd_db}


def _rates(run: Run, counts: NDArray[np.int64], bits: float) -> dict[str, float]:
    settings = run.config.spectrogram
    if settings is None:
        share = entropy_bits(counts) / math.log2(len(counts))
        return {"bits": bits, "entropy_bits": bits * share}
    encoder = run.model.encoder
    cells = cells_per_second(settings, encoder.time_stride, encoder.freq_stride)
    return {
        "bitrate_bps": bitrate_bps(len(counts), cells),
        "entropy_rate_bps": entropy_rate_bps(counts, cells),
    }


def _code_use(counts: NDArray[np.int64]) -> dict[str, float]:
    return {
        "perplexity": 2.0 ** entropy_bits(counts),
        "codebook_usage": float((counts > 0).mean()),
    }
