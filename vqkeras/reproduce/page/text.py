"""The report as Markdown, from its numbers alone; readable without the paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vqkeras.reproduce.figures.loss import PAPER_EPOCHS, PAPER_LOSS
from vqkeras.reproduce.page.ablation import ablation_section
from vqkeras.reproduce.page.bayes import bayes_section
from vqkeras.reproduce.page.energy import energy_section
from vqkeras.reproduce.page.words import (
    image,
    minutes,
    mse,
    table,
    wrapped,
)

_INTRODUCTION = """# "Spectrogram Inpainting", reproduced

The paper: P. Chable, J. Durand, Y. Giro and A. Riou, "Spectrogram Inpainting: Discrete
latent representations for lightweight interactive audio effects" (IRCAM). A network, a
VQ-VAE, turns an image, or the spectrogram of a sound, into a *codemap*: a small grid of
*cells*, each of which holds one of a few *codes*. A code is the number of a *codeword*,
a vector in the *codebook*. A second network, the decoder, turns the codewords back into
the image. Whoever changes codes changes the image or the sound: that is the effect.
*Inpainting* hides some cells and lets a predictor fill them from the visible ones.

This page makes every figure and number of the paper that concerns images and codemaps
again. It is written by `python -m vqkeras.reproduce`; all its numbers are in
`report.json`."""

_QUICK = """> **This is a quick report**: a few training steps each, to see that it all
> runs. None of its numbers means anything."""


def report_text(results: Mapping[str, Any]) -> str:
    """Write the report.

    Args:
        results: Content of `report.json`.

    Returns:
        Markdown.
    """
    parts = [
        _INTRODUCTION,
        *([_QUICK] if results["plan"] == "quick" else []),
        _numbers(results),
        _reconstructions(),
        _notes(results),
        _effects(results["figures"]),
        _pipeline(),
        bayes_section(results["naive_bayes"]),
        ablation_section(results["ablation"]),
        energy_section(results["energy"]),
        _again(results),
    ]
    blocks = "\n\n".join(parts).split("\n\n")
    return "\n\n".join(wrapped(block) for block in blocks) + "\n"


def _rates(results: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for key, each in results.items() if key.startswith("mnist_")]


def _numbers(results: Mapping[str, Any]) -> str:
    rates = _rates(results)
    paper = ["the paper", "20x20 cells, 16 codes", "1,600", mse(PAPER_LOSS), "", ""]
    rows = [[*paper, str(PAPER_EPOCHS), "", "", ""]]
    rows += [
        [
            f"`configs/{rate['config']}.yaml`",
            f"{'x'.join(map(str, rate['map_shape']))} cells, "
            f"{rate['codebook_size']} codes",
            f"{rate['bits']:,.0f}",
            f"**{mse(rate['test_mse'])}**",
            f"{PAPER_LOSS / rate['test_mse']:.1f}",
            mse(rate["baselines"]["kmeans_patches"]["mse"]),
            str(rate["epochs"]),
            str(rate["seed"]),
            minutes(rate["seconds"]),
            f"{rate['num_parameters']:,}",
        ]
        for rate in rates
    ]
    header = ["model", "codemap", "bits", "test MSE", "times below the paper"]
    header += ["k-means patches", "epochs", "seed", "wall time", "parameters"]
    count, machine = rates[0]["num_examples"], results["machine"]
    jump = max(rate["largest_jump"] for rate in rates)
    smooth = (
        "never rises from one epoch to the next"
        if jump <= 1.0
        else f"rises from one epoch to the next by a factor of {jump:.2f} at most"
    )
    return f"""## Handwritten digits at three rates (section 3.2, figure 4)

MNIST: images of 28x28 pixels, values from 0 to 1. The paper turns each into 20x20 codes
of 16 codewords, which is 1,600 bits, and reports a loss of about {PAPER_LOSS} after
{PAPER_EPOCHS} epochs. That is its training loss; it does not say whether the codebook's
terms are in it.

{table(header, rows)}

Test MSE is the mean squared error over every pixel of the {count["test"]:,} official
test images, outputs clipped to [0, 1]. Two baselines: always giving the mean training
image has {mse(rates[0]["baselines"]["mean"]["mse"])}; `k-means patches` cuts the image
into tiles and gives each its nearest one of a codebook, at the same rate without any
network. A training never sees the test images, nor do they choose its checkpoint: of
the official training images, {count["train"]:,} train, and {count["validation"]:,} are
held out for the curves below. Wall time is that of {machine["cores"]} cores
({machine["processor"]}).

{image("figure_04_loss", "Squared error over epochs")}

*Figure 4.* Squared error over epochs. The error on held-out images {smooth}."""


def _reconstructions() -> str:
    return f"""## Reconstructions (figure 5)

{image("figure_05_reconstructions", "Test images and their reconstructions")}

*Figure 5.* The first test image of each digit, and what is left of it at each rate."""


def _notes(results: Mapping[str, Any]) -> str:
    notes = results["notes"]
    return f"""## Spectrograms (section 4.3, figure 6)

Here the paper failed: "the change in scale of the input appears to have made apparent a
problem in the model". The same kind of model learns notes when it sees decibels instead
of raw power, its losses are taken before the straight-through copy, and its codebook
starts and restarts from what is heard instead of from silence. `nmse` is the squared
error divided by the variance of the notes, `lsd` the log-spectral distance: per frame
the root mean square over frequency of the difference in dB, averaged over time. All
{notes["num_examples"]["test"]} notes are of instruments that training did not hear.

{_notes_table(notes)}

{image("figure_06_spectrograms", "Spectrograms of notes and their reconstructions")}

*Figure 6.* Originals above, reconstructions below; two notes of training at the left,
two unseen ones at the right, each with its log-spectral distance."""


def _notes_table(notes: Mapping[str, Any]) -> str:
    mean, patches = (notes["baselines"][key] for key in ("mean", "kmeans_patches"))
    rows = [
        ["always the mean spectrum", "0", *_errors(mean), "", "", ""],
        [
            "k-means patches, no network",
            f"{notes['bitrate_bps'] * patches['relative_rate']:,.0f}",
            *_errors(patches),
            *("", "", ""),
        ],
        [
            f"`configs/{notes['config']}.yaml`",
            f"{notes['bitrate_bps']:,.0f}",
            *_errors(notes),
            str(notes["seed"]),
            minutes(notes["seconds"]),
            f"{notes['num_parameters']:,}",
        ],
    ]
    header = ["model", "bits/s", "nmse", "lsd", "seed", "wall time", "parameters"]
    return table(header, rows)


def _errors(measured: Mapping[str, float]) -> list[str]:
    return [f"{measured['nmse']:.3f}", f"{measured['lsd_db']:.2f} dB"]


def _effects(figures: Mapping[str, Any]) -> str:
    errors = figures["figure_07_channels"]["mse"]
    return f"""## Effects on the codemap (section 5.1, figures 7 and 8)

{image("figure_07_channels", "An image with fewer and fewer channels")}

*Figure 7.* Every codeword has {len(errors["zero"])} channels. From left to right fewer
of them are kept, the others set to zero or to the mean of the codebook: with one left
the squared error is {mse(errors["zero"][-1])} and {mse(errors["mean"][-1])}. The paper
keeps one and does not say what it set the others to.

{image("figure_08_mixed", "Two images and their mixtures")}

*Figure 8.* Two digits, and mixtures of their codemaps: half of the channels from each,
the mean of the codewords, half of the cells at random, the left half of one and the
right half of the other. At the right, for comparison, the mean of the pixels, which the
paper finds its mixture close to."""


def _pipeline() -> str:
    return f"""## The whole way (figures 9 and 10)

{image("figure_09_pipeline", "From image to codemap and back, and inpainting")}

*Figure 9.* What a digit becomes on the way. Colours stand for codes; they are labels,
so neighbouring colours mean nothing.

{image("figure_10_inpainting", "Boxes of two digits, inpainted")}

*Figure 10.* A box of cells is hidden and predicted by naive Bayes, cell after cell
(autoregressive), from the 5x5 cells around each. Beside it a random draw from the same
probabilities, the paper's average of code numbers, and the code that is commonest in
training."""


def _again(results: Mapping[str, Any]) -> str:
    quick = " --quick" if results["plan"] == "quick" else ""
    return f"""## Make it again

    python -m vqkeras.reproduce --out report/{quick}

trains what is missing, keeps every finished part in its folder of runs, and goes on
where it was interrupted. Python {results["machine"]["python"]},
{results["machine"]["cores"]} cores; seeds are in the tables."""
