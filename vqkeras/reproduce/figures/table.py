"""All figures of the report, by the name of their file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vqkeras.datasets.example_blocks import evenly_spaced
from vqkeras.drawing import save
from vqkeras.evaluation.measures import code_counts
from vqkeras.evaluation.spectrograms_figure import draw_reconstructions
from vqkeras.reproduce.figures.channels import (
    kept_channels,
    kept_channels_figure,
    mixed_images,
    mixed_images_figure,
)
from vqkeras.reproduce.figures.energy import energy_figure
from vqkeras.reproduce.figures.inpainting import inpainters, inpainting_figure
from vqkeras.reproduce.figures.loss import loss_figure
from vqkeras.reproduce.figures.naive_bayes import naive_bayes_figure
from vqkeras.reproduce.figures.pipeline import pipeline_figure
from vqkeras.reproduce.figures.reconstructions import (
    one_of_each_label,
    reconstructions_figure,
)
from vqkeras.reproduce.models import Models
from vqkeras.reproduce.names import rate_name, study_name
from vqkeras.run_codec import RunCodec, examples_of

# Digits with something in the middle, where the box is.
_CHANNELS_DIGIT, _MIXED_DIGITS, _PIPELINE_DIGIT, _BOXED_DIGITS = 3, (2, 7), 8, (8, 3)
_BOX_SHARE = 0.3
_COUNTED = 1000


def loss(models: Models, results: dict[str, Any], path: Path) -> dict[str, Any]:
    """Figure 4."""
    rates = {key: each for key, each in results.items() if key.startswith("mnist_")}
    histories = {rate_name(each): each["history"] for each in rates.values()}
    save(loss_figure(histories), path)
    return {}


def reconstructions(
    models: Models, results: dict[str, Any], path: Path
) -> dict[str, Any]:
    """Figure 5."""
    originals = _digits(models, range(10))
    by_config = {
        each.get("config"): each for each in results.values() if "config" in each
    }
    outputs = {
        rate_name(by_config[codec.run.config.name]): codec.decode(
            codec.encode(originals)
        )
        for codec in models.images
    }
    save(reconstructions_figure(originals, outputs), path)
    return {}


def spectrograms(models: Models, results: dict[str, Any], path: Path) -> dict[str, Any]:
    """Figure 6."""
    return {"lsd_db": draw_reconstructions(models.notes, path)}


def channels(models: Models, results: dict[str, Any], path: Path) -> dict[str, Any]:
    """Figure 7."""
    (example,) = _digits(models, [_CHANNELS_DIGIT])
    images = kept_channels(models.images[0], example)
    save(kept_channels_figure(example, images), path)
    return {
        "mse": {
            name: [float(np.mean((image - example) ** 2)) for image in row]
            for name, row in images.items()
        }
    }


def mixed(models: Models, results: dict[str, Any], path: Path) -> dict[str, Any]:
    """Figure 8."""
    pair = _digits(models, _MIXED_DIGITS)
    images = mixed_images(models.images[0], pair)
    save(mixed_images_figure(pair, images), path)
    return {}


def pipeline(models: Models, results: dict[str, Any], path: Path) -> dict[str, Any]:
    """Figure 9."""
    codec = models.images[0]
    (example,) = _digits(models, [_PIPELINE_DIGIT])
    save(pipeline_figure(codec, example, _central_box(codec)), path)
    return {}


def inpainting(models: Models, results: dict[str, Any], path: Path) -> dict[str, Any]:
    """Figure 10."""
    codec = models.images[0]
    train = codec.run.dataset.train
    codes = codec.encode(examples_of(train, evenly_spaced(len(train), _COUNTED)))
    size = len(codec.codebook)
    examples = _digits(models, _BOXED_DIGITS)
    save(
        inpainting_figure(
            codec,
            examples,
            np.stack([_central_box(codec)] * len(examples)),
            inpainters(size, code_counts(codes, size)),
        ),
        path,
    )
    return {}


def naive_bayes(models: Models, results: dict[str, Any], path: Path) -> dict[str, Any]:
    """The study of naive Bayes in one picture."""
    studies = {study_name(each): each for each in results["naive_bayes"].values()}
    save(naive_bayes_figure(studies), path)
    return {}


def energy(models: Models, results: dict[str, Any], path: Path) -> dict[str, Any]:
    """Figure 11."""
    save(energy_figure(results["energy"]), path)
    return {}


FIGURES: dict[str, Callable[[Models, dict[str, Any], Path], dict[str, Any]]] = {
    "figure_04_loss": loss,
    "figure_05_reconstructions": reconstructions,
    "figure_06_spectrograms": spectrograms,
    "figure_07_channels": channels,
    "figure_08_mixed": mixed,
    "figure_09_pipeline": pipeline,
    "figure_10_inpainting": inpainting,
    "figure_11_energy": energy,
    "naive_bayes": naive_bayes,
}


# Figures that show a part of the results, and are drawn again when it changes.
PARTS_DRAWN = {"figure_11_energy": ("energy",), "naive_bayes": ("naive_bayes",)}


def _digits(models: Models, digits: Iterable[int]) -> NDArray[np.float32]:
    """Test images of these digits; of those there are, in data with fewer."""
    test = models.images[0].run.dataset.test
    first = one_of_each_label(test.metadata)
    return examples_of(test, [first[digit % len(first)] for digit in digits])


def _central_box(codec: RunCodec) -> NDArray[np.bool_]:
    """A box of cells in the middle of the codemap."""
    rows, columns = codec.silence.shape
    mask = np.zeros((rows, columns), np.bool_)
    mask[_middle(rows), _middle(columns)] = True
    return mask


def _middle(length: int) -> slice:
    start = round(length * (0.5 - _BOX_SHARE / 2))
    return slice(start, round(length * (0.5 + _BOX_SHARE / 2)) or 1)
