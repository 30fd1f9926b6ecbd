"""Evaluation of reconstruction: errors, bit rate, codebook usage, baselines."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bit_rate import bitrate_bps, cells_per_second
from edge_runtime.spectrogram.features import magnitude_db_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.example_blocks import example_blocks
from vqkeras.datasets.split import Split
from vqkeras.evaluation.baselines import mean_example, patches_at_rate
from vqkeras.evaluation.measures import (
    code_counts,
    entropy_bits,
    entropy_rate_bps,
    sounding_cells,
)
from vqkeras.evaluation.patch_stages import PatchStages, fit_patch_stages
from vqkeras.evaluation.reconstruction_error import ReconstructionError, shares_within
from vqkeras.presets.preset import Preset
from vqkeras.run import Run


def evaluate_reconstruction(
    run: Run | Preset,
    split: Split,
    *,
    limit: int | None = None,
    seed: int = 0,
    patches: PatchStages | None = None,
) -> dict[str, Any]:
    """Measure a run and its baselines on the same examples.

    Baselines learn from the run's training split. Memory does not grow with the data.

    Args:
        run: A trained run.
        split: What to measure on.
        limit: At most this many examples, evenly spaced. Defaults to all.
        seed: Of the k-means baseline. Defaults to `0`.
        patches: That baseline, where it is there already. Defaults to a new one, from
            `fit_patches`.

    Returns:
        Plain values. For sound: `nmse`, `lsd_db`, `bitrate_bps`, `entropy_rate_bps`,
        `perplexity` and `codebook_usage`, the last two again with `_sounding`. For
        images: `mse`, `nmse`, `bits` and `entropy_bits` of one image, `perplexity`,
        `codebook_usage`. Of several codes a cell, rates are sums, perplexities
        geometric means and usages means, and `stages` has a row for each code with its
        own `perplexity`, `codebook_usage` and `entropy_bits` a code. `baselines` holds
        `mean` and `kmeans_patches`, each with the errors; the second also with its
        `cell`, `codebook_size` and rate. A run without codebook has the errors and
        `mean` alone: no rate applies to it. A run with a spread also has
        `within_one_spread` and `within_two_spreads`.
    """
    settings = run.config.spectrogram
    codes = None
    if run.config.model.quantizer != "none":
        codes = _Codes(run, split, patches or fit_patches(run, seed=seed))
    mean = mean_example(run.dataset.train, is_sound=settings is not None)
    floor_db = settings.floor_db if settings else None
    of_model, of_mean, of_patches = (ReconstructionError(floor_db) for _ in range(3))
    within: list[dict[str, float]] = []
    for examples in example_blocks(split, limit):
        outputs = run.model(examples, training=False, details=True)
        targets = scaled_magnitude(examples, settings)
        results = [
            (of_model, np.asarray(outputs["reconstruction"])),
            (of_mean, np.broadcast_to(mean, examples.shape)),
        ]
        if codes is not None:
            results.append((of_patches, codes.patches.reconstruct(examples)))
            codes.add(np.asarray(outputs["codemap"]), targets)
        for error, result in results:
            error.add(targets, scaled_magnitude(result, settings))
        if "spread" in outputs:
            parts = (np.asarray(outputs[name]) for name in ("reconstruction", "spread"))
            of_examples = zip(examples, *parts, strict=True)
            within += [shares_within(*example) for example in of_examples]
    report = _errors(of_model) | _means_of(within)
    baselines = {"mean": _errors(of_mean)}
    if codes is not None:
        report |= codes.report()
        baselines["kmeans_patches"] = _errors(of_patches) | codes.rate_of_patches()
    return {**report, "baselines": baselines}


def fit_patches(run: Run | Preset, *, seed: int = 0) -> PatchStages:
    """Learn the k-means baseline of a run, at the rate of its codes and as many a cell.

    Args:
        run: A trained run with a codebook.
        seed: Of k-means. Defaults to `0`.

    Returns:
        Patches of the run's training split.
    """
    train, codes = run.dataset.train, run.config.model.codebooks
    map_shape, bits = _map_of(run, train)
    cell, size = patches_at_rate(train.shape, map_shape, bits / codes)
    return fit_patch_stages(
        train, cell=cell, codebook_size=size, codes=codes, seed=seed
    )


class _Codes:
    """Counts of the codes of a run, what they cost, and patches that cost as much."""

    def __init__(self, run: Run | Preset, split: Split, patches: PatchStages) -> None:
        encoder = run.model.encoder
        self.patches = patches
        self.settings = run.config.spectrogram
        self.shape = split.shape
        self.strides = encoder.time_stride, encoder.freq_stride
        _, self.bits = _map_of(run, split)
        # A row of counts for each code of a cell.
        sizes = run.config.model.codebooks, run.model.quantizer.codebook_size
        self.counts, self.sounding = np.zeros((2, *sizes), np.int64)

    def add(self, codemaps: NDArray[np.int32], targets: NDArray[np.float32]) -> None:
        codes, size = self.counts.shape
        codemaps = codemaps.reshape(*codemaps.shape[:3], codes)
        for stage in range(codes):
            self.counts[stage] += code_counts(codemaps[..., stage], size)
        if self.settings is not None:
            decibels = (targets[..., 0] - 1.0) * -self.settings.floor_db
            heard = codemaps[sounding_cells(decibels, *self.strides)]
            for stage in range(codes):
                self.sounding[stage] += code_counts(heard[..., stage], size)

    def report(self) -> dict[str, Any]:
        codes, size = self.counts.shape
        report = {**self._rates(), **_code_use(self.counts), "codebook_size": size}
        if codes > 1:
            report["stages"] = [
                {**_code_use(counts[np.newaxis]), "entropy_bits": entropy_bits(counts)}
                for counts in self.counts
            ]
        if self.settings is not None:
            use = _code_use(self.sounding)
            report |= {f"{name}_sounding": value for name, value in use.items()}
        return report

    def rate_of_patches(self) -> dict[str, Any]:
        size, *cell = self.patches.stages[0].patches.shape[:3]
        spent = math.prod(-(-self.shape[axis] // cell[axis]) for axis in (0, 1))
        spent *= len(self.patches.stages)
        return {
            "cell": cell,
            "codebook_size": size,
            "relative_rate": spent * math.log2(size) / self.bits,
        }

    def _rates(self) -> dict[str, float]:
        codes, size = self.counts.shape
        if self.settings is None:
            share = _mean_entropy_bits(self.counts) / math.log2(size)
            return {"bits": self.bits, "entropy_bits": self.bits * share}
        cells = cells_per_second(self.settings, *self.strides)
        return {
            "bitrate_bps": codes * bitrate_bps(size, cells),
            "entropy_rate_bps": sum(entropy_rate_bps(of, cells) for of in self.counts),
        }


def _map_of(run: Run | Preset, split: Split) -> tuple[tuple[int, int], float]:
    """Cells of an example, and the size of its codemap, codes of equal length."""
    model = run.model
    shape = model.encode_codemap(split[0][np.newaxis]).shape[1:]
    bits = math.prod(shape) * math.log2(model.quantizer.codebook_size)
    return (shape[0], shape[1]), bits


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


def _means_of(rows: list[dict[str, float]]) -> dict[str, float]:
    """Means over examples of one size; nothing of none."""
    names = rows[0] if rows else {}
    return {name: float(np.mean([row[name] for row in rows])) for name in names}


def _errors(error: ReconstructionError) -> dict[str, float]:
    if error.floor_db is None:
        return {"mse": error.mse, "nmse": error.nmse}
    return {"nmse": error.nmse, "lsd_db": error.lsd_db}


def _mean_entropy_bits(counts: NDArray[np.int64]) -> float:
    return float(np.mean([entropy_bits(each) for each in counts]))


def _code_use(counts: NDArray[np.int64]) -> dict[str, float]:
    """Of counts of shape `(codes, codebook_size)`."""
    return {
        "perplexity": 2.0 ** _mean_entropy_bits(counts),
        "codebook_usage": float((counts > 0).mean()),
    }
