"""The card that lies beside the shipped models: data, licence, figures, energy."""

from dataclasses import dataclass
from typing import Any

import yaml

from export.parity import ParityReport
from vqkeras.energy.model_card import FENCE, co2_eq_emissions

CARD_NAME = "model_card.md"


@dataclass(frozen=True)
class ShippedModel:
    """What a card says of one model.

    Attributes:
        metadata: Of its bundle.
        report: From `vqkeras.evaluate`.
        parity: From its export.
        bundle_bytes: Size of its file.
        energy: Content of the run's `energy.json`.
    """

    metadata: dict[str, Any]
    report: dict[str, Any]
    parity: ParityReport
    bundle_bytes: int
    energy: dict[str, Any]


def pretrained_card(models: list[ShippedModel]) -> str:
    """Write the card.

    Args:
        models: The shipped models, the default first.

    Returns:
        Markdown with a front matter whose `co2_eq_emissions` adds up all trainings.
    """
    first = models[0]
    emissions = [model.energy["emissions_g"] for model in models]
    total = co2_eq_emissions(
        first.energy
        | {"emissions_g": None if None in emissions else float(sum(emissions))}
    )
    front = {
        "license": "cc-by-4.0",
        "library_name": "vqkeras",
        "co2_eq_emissions": total,
    }
    parts = [
        FENCE + yaml.safe_dump(front, sort_keys=False) + FENCE,
        "# Pretrained models\n",
        "Vector-quantized autoencoders of notes, int8. `edge_runtime` takes "
        f"`{first.metadata['name']}` by default, and `float32/` has the same in "
        "float32, to compare with; `live` takes the one with short cells.\n",
        *(_section(model) for model in models),
        _FOOT,
    ]
    return "\n".join(parts)


def _section(model: ShippedModel) -> str:
    metadata, report, parity = model.metadata, model.report, model.parity
    training, patches = metadata["training"], report["baselines"]["kmeans_patches"]
    spectrogram = metadata["spectrogram"]
    cell = f"{metadata['time_stride']} frames x {metadata['freq_stride']} bins"
    rows = {
        "spectrogram": f"{spectrogram['representation']}, {spectrogram['sample_rate']}"
        f" Hz, n_fft {spectrogram['n_fft']}, hop {spectrogram['hop_length']}",
        "cell": cell,
        "codebook": f"{metadata['codebook_size']} codewords of "
        f"{metadata['codebook_dim']} values",
        "rate": f"{report['bitrate_bps'] / 1000:.3f} kbit/s",
        "parameters": f"{training['num_parameters']:,}",
        "training": f"{training['num_examples']['train']:,} notes, "
        f"{training['seconds'] / 60:.0f} min, seed {training['seed']}",
        "unseen notes": f"{report['num_examples']}, no instrument of the training",
        "nmse": f"{report['nmse']:.4f} (k-means patches {patches['nmse']:.4f}, mean "
        f"spectrum {report['baselines']['mean']['nmse']:.3f})",
        "lsd": f"{report['lsd_db']:.2f} dB (k-means patches "
        f"{patches['lsd_db']:.2f} dB)",
        "sounding cells": f"usage {report['codebook_usage_sounding']:.1%}, perplexity "
        f"{report['perplexity_sounding']:.0f}",
        "int8": f"{model.bundle_bytes:,} bytes, {parity.equal_codes:.2%} equal codes "
        f"({parity.equal_codes_sounding:.2%} of those that sound), nmse "
        f"{parity.nmse_exported / parity.nmse_float - 1:+.1%}",
        "energy": f"{model.energy['energy_wh']:.2f} Wh, "
        f"{model.energy['emissions_g']:.2f} g CO2eq ({model.energy['method']})",
    }
    lines = [f"| {name} | {value} |" for name, value in rows.items()]
    return "\n".join(
        [
            f"## {metadata['name']}\n",
            "| | |",
            "|---|---|",
            *lines,
            f"\n{metadata['attribution']}. Licence: {metadata['licence']}.\n",
        ]
    )


_FOOT = """\
The notes are a part of NSynth's test split, divided by instrument: no figure compares
with a published NSynth result. `nmse` is the mean squared error of the spectrogram in
dB divided by its variance, `lsd` the log-spectral distance. `make pretrained` makes
models, figures and this card again.
"""
