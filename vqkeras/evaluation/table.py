"""Tables of an evaluation for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_INPAINTING = (
    "bits_per_code",
    "code_accuracy",
    "code_accuracy_sounding",
    "lsd_db",
    "seam_db",
)


_SOUND = (
    "log_mel_distance_db",
    "spectral_convergence",
    "level_error_db",
    "pitch_kept",
    "bitrate_bps",
)
_KINDS = (
    "lsd_db",
    "log_mel_distance_db",
    "spectral_convergence",
    "level_error_db",
    "envelope_correlation",
    "pitch_kept",
    "within_one_spread",
    "within_two_spreads",
    "bitrate_bps",
)
_NO_CODES = "No codebook: bit rate, perplexity and usage do not apply."


def table_of(report: dict[str, Any]) -> str:
    """Show a report of `vqkeras.evaluate.evaluate`.

    Args:
        report: What it returned.

    Returns:
        Several lines, without a line feed at the end.
    """
    name, data, split = report["name"], report["data"], report["split"]
    lines = [
        f"{name}: {report['num_examples']} examples of {data}, {split} split, "
        f"seed {report['seed']}",
        report["note"],
        "",
        *_errors(report),
        "",
        *(_codes(report) if "codebook_size" in report else [_NO_CODES]),
    ]
    if "sound" in report:
        lines += ["", *_sound(report["sound"])]
    if "kinds" in report:
        lines += ["", *_kinds(report["kinds"])]
    if "loops" in report:
        lines += ["", *_loops(report["loops"])]
    if "inpainting" in report:
        lines += ["", *_inpainting(report["inpainting"])]
    return "\n".join(lines)


def _errors(report: dict[str, Any]) -> list[str]:
    rows = [("this run", report), ("mean", report["baselines"]["mean"])]
    patches = report["baselines"].get("kmeans_patches")
    if patches is not None:
        cell = " x ".join(str(size) for size in patches["cell"])
        size = _times(report) + str(patches["codebook_size"])
        label = f"k-means patches {cell}, {size} codes"
        rows.append((label, patches))
    errors = ("mse", "nmse", "lsd_db", "within_one_spread", "within_two_spreads")
    names = [name for name in errors if name in report]
    return aligned(
        [("", *names), *((label, *values_of(row, names)) for label, row in rows)]
    )


def _codes(report: dict[str, Any]) -> list[str]:
    rates = ("bitrate_bps", "entropy_rate_bps", "bits", "entropy_bits")
    rows: list[tuple[str, ...]] = [
        (name, f"{report[name]:.0f}", "") for name in rates if name in report
    ]
    for name in ("perplexity", "codebook_usage"):
        sounding = report.get(f"{name}_sounding")
        note = "" if sounding is None else f"sounding cells: {sounding:.4g}"
        rows.append((name, f"{report[name]:.4g}", note))
    rows.append(("codebook_size", _times(report) + str(report["codebook_size"]), ""))
    for number, stage in enumerate(report.get("stages", ()), start=1):
        used = ", ".join(f"{name} {value:.4g}" for name, value in stage.items())
        rows.append((f"code {number} of a cell", "", used))
    return aligned(rows)


def _times(report: dict[str, Any]) -> str:
    """How many codebooks there are, where that is not one."""
    return f"{len(report['stages'])} x " if "stages" in report else ""


def _sound(sound: dict[str, Any]) -> list[str]:
    counted = f"{sound['num_examples']} examples, {sound['num_pitched']} with a pitch"
    table = [
        (row["spectrogram"], row["phase"], *values_of(row, _SOUND))
        for row in sound["rows"]
    ]
    return aligned([(f"sound of {counted}", "phase", *_SOUND), *table])


def _kinds(rows: list[dict[str, Any]]) -> list[str]:
    names = [name for name in _KINDS if any(name in row for row in rows)]
    table = [
        (
            row["kind"],
            f"{row['num_examples']} ({row['num_pitched']} with a pitch)",
            row["spectrogram"],
            *values_of(row, names),
        )
        for row in rows
    ]
    return aligned([("kind", "examples", "spectrogram", *names), *table])


def _loops(rows: list[dict[str, Any]]) -> list[str]:
    names = ("nmse", "lsd_db")
    table = [
        (
            row["loop"],
            f"{row['duration_s']:.1f} s",
            *values_of(row, names),
            *values_of(row.get("kmeans_patches", {}), names),
        )
        for row in rows
    ]
    header = ("loop", "", *names, *(f"{name} of patches" for name in names))
    return aligned([header, *table])


def _inpainting(rows: list[dict[str, Any]]) -> list[str]:
    table = [
        (
            *(row["hole"], row.get("kind", row["size"]), row["method"]),
            *values_of(row, _INPAINTING),
        )
        for row in rows
    ]
    return aligned([("hole", "size", "method", *_INPAINTING), *table])


def values_of(row: dict[str, Any], names: Sequence[str]) -> list[str]:
    """Values of a row, rounded; nothing where it has none."""
    return [f"{row[name]:.4g}" if name in row else "" for name in names]


def aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Columns as wide as their widest entry."""
    widths = [max(len(entry) for entry in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            entry.ljust(width) for entry, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
