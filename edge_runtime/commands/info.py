"""`info`: what is in a bundle."""

from __future__ import annotations

import argparse
import json
from typing import Any

from edge_runtime.bundle.bit_rate import bitrate_bps, cells_per_second
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.shipped import SHIPPED_MODELS, shipped_path
from edge_runtime.commands.edit_arguments import (
    add_json_option,
    add_model_argument,
    model_path,
)

HELP = "say what is in a bundle, or which ones come with the package"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command understands."""
    add_model_argument(parser)
    parser.add_argument(
        "--models",
        action="store_true",
        help="list the models that come with the package, and what each is for",
    )
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the metadata of a bundle and what follows from it."""
    if arguments.models:
        _print_models(as_json=arguments.json)
        return 0
    path = model_path(arguments)
    bundle = read_bundle(path)
    report: dict[str, Any] = {
        **bundle.metadata,
        "model": str(path),
        "bytes": path.stat().st_size,
        "array_shapes": {name: a.shape for name, a in sorted(bundle.arrays.items())},
    }
    if bundle.metadata["spectrogram"] is not None:
        report["bitrate_bps"] = _bitrate(bundle)
    if arguments.json:
        print(json.dumps(report, indent=2, sort_keys=True))
    else:
        print("\n".join(_lines(bundle, report)))
    return 0


def _print_models(*, as_json: bool) -> None:
    sizes = {name: shipped_path(name).stat().st_size for name in SHIPPED_MODELS}
    if as_json:
        rows = [
            {"name": name, "purpose": model.purpose, "bytes": sizes[name]}
            for name, model in SHIPPED_MODELS.items()
        ]
        print(json.dumps(rows, indent=2))
        return
    for name, model in SHIPPED_MODELS.items():
        print(f"{name}: {model.purpose} ({sizes[name] / 1000:.0f} kB)")


def _bitrate(bundle: Bundle) -> float:
    strides = bundle.time_stride, bundle.freq_stride
    cells = cells_per_second(bundle.settings, *strides)
    return bitrate_bps(bundle.codebook_size, cells)


def _prior(bundle: Bundle) -> str:
    """What predicts hidden codes unless told."""
    if bundle.prior is None:
        return "none of its own; naive Bayes predicts hidden codes"
    settings = bundle.settings
    cell_s = bundle.time_stride * settings.hop_length / settings.sample_rate
    return f"{bundle.prior} ({bundle.prior.reach * cell_s:.2g} s) to each side"


def _lines(bundle: Bundle, report: dict[str, Any]) -> list[str]:
    """The report for people."""
    lines = [
        f"name: {bundle.name}",
        f"file: {report['model']}, {report['bytes']} bytes",
        f"number format: {report['number_format']}",
        f"codebook: {bundle.codebook_size} codewords of {bundle.codebook_dim} numbers",
        f"cell: {bundle.time_stride} frames x {bundle.freq_stride} bins",
    ]
    if "bitrate_bps" in report:
        settings = bundle.settings
        lines += [
            f"sound: {settings.sample_rate} Hz, n_fft {settings.n_fft}, "
            f"hop_length {settings.hop_length}, floor {settings.floor_db:g} dB",
            f"representation: {settings.representation}, {settings.num_bins} bins",
            f"bit rate: {report['bitrate_bps']:.0f} bit/s",
            f"says how much it does not know: {'yes' if bundle.has_spread else 'no'}",
            f"prior: {_prior(bundle)}",
        ]
    for name in ("licence", "attribution"):
        lines.append(f"{name}: {report[name]}")
    if report.get("credits"):
        lines.append(f"credits: {len(report['credits'])} more, shown with --json")
    for group in ("training", "energy"):
        for name, value in (report.get(group) or {}).items():
            lines.append(f"{group}.{name}: {value}")
    return lines
