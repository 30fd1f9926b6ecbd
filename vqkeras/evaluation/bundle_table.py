"""Tables of a bundle's evaluation for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vqkeras.evaluation.heard_statistics import GROUPS
from vqkeras.evaluation.kind_holes import ALL_KINDS, MEASURES
from vqkeras.evaluation.noise_holes import MOST
from vqkeras.evaluation.table import aligned, values_of

_LEVELS = ("level_db", "level_p90_db", "level_signed_db")
_THIRDS = ("lowest", "middle", "highest")


def bundle_table_of(report: dict[str, Any]) -> str:
    """Show a report of `vqkeras.evaluation.bundle_report.evaluate_bundle`.

    Args:
        report: What it returned.

    Returns:
        Several lines, without a line feed at the end.
    """
    kinds = ", ".join(f"{kind} {count}" for kind, count in report["kinds"].items())
    lines = [
        f"{report['name']} ({report['number_format']}, {report['engine']}): "
        f"{report['regions']} regions of {report['origins']} origins of "
        f"{report['data']}, {report['split']} split, seed {report['seed']}",
        kinds,
        "",
        *_told(report["told"]),
        "",
        *_by_kind(report["told"]["rows"]),
        "",
        *_levels_by_kind(report["told"]["level_by_kind"]),
        "",
        *_takes(report["takes"]),
        "",
        *_holes(report["holes"]),
        "",
        *_noise(report["noise"]),
    ]
    return "\n".join(lines)


def _told(told: dict[str, Any]) -> list[str]:
    """Area of each filler, of each group of statistics, and level."""
    header = (
        *("can it be told: auc", "", "95 % of origins"),
        *GROUPS,
        *(f"{third}_db" for third in _THIRDS),
        *_LEVELS,
    )
    rows = [
        (
            row["filler"],
            f"{row['auc']:.3f}",
            f"{row['auc_low']:.3f} to {row['auc_high']:.3f}",
            *(f"{row['auc_by_group'][group]:.2f}" for group in GROUPS),
            *(f"{value:+.2f}" for value in row["thirds_db"]),
            *values_of(row, _LEVELS),
        )
        for row in told["rows"]
    ]
    less: list[tuple[str, ...]] = [
        (
            row["filler"],
            f"is told less than {row['than']} by",
            f"{row['value']:+.3f}",
            f"({row['low']:+.3f} to {row['high']:+.3f})",
        )
        for row in told["less"]
    ]
    return [*aligned([header, *rows]), "", *(aligned(less) if less else [])]


def _by_kind(told: Sequence[dict[str, Any]]) -> list[str]:
    kinds = sorted(told[0]["auc_by_kind"])
    rows = [
        (row["filler"], *(f"{row['auc_by_kind'][kind]:.2f}" for kind in kinds))
        for row in told
    ]
    return aligned([("auc by kind", *kinds), *rows])


def _levels_by_kind(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Median and 90th percentile of the change, a column a filler."""
    cells = {
        (row["kind"], row["filler"]): f"{row['level_db']:.1f} / "
        f"{row['level_p90_db']:.1f}"
        for row in rows
    }
    fillers = list(dict.fromkeys(row["filler"] for row in rows))
    kinds = dict.fromkeys(row["kind"] for row in rows)
    table = [(kind, *(cells[kind, filler] for filler in fillers)) for kind in kinds]
    return aligned([("level, |dB|: median / 90 %", *fillers), *table])


def _takes(rows: Sequence[dict[str, Any]]) -> list[str]:
    apart = ("codes_differ", "distance_db")
    table = [
        (
            row["filler"],
            row["hole"],
            *values_of(row, apart),
            ", ".join(f"{area:.3f}" for area in row.get("auc", ())),
        )
        for row in rows
    ]
    return aligned([("takes", "hole", *apart, "auc of each"), *table])


def _holes(rows: Sequence[dict[str, Any]]) -> list[str]:
    """All kinds together in full, then the distance alone by kind."""
    together = [row for row in rows if row["kind"] == ALL_KINDS]
    table = [
        (row["hole"], row["method"], str(row["num_holes"]), *values_of(row, MEASURES))
        for row in together
    ]
    methods = list(dict.fromkeys(row["method"] for row in together))
    cells = {(row["hole"], row["kind"], row["method"]): row["lsd_db"] for row in rows}
    places = dict.fromkeys((row["hole"], row["kind"]) for row in rows)
    by_kind = [
        (*place, *(f"{cells[*place, method]:.2f}" for method in methods))
        for place in places
    ]
    return [
        *aligned([("hole", "method", "holes", *MEASURES), *table]),
        "",
        *aligned([("hole", "lsd_db of", *methods), *by_kind]),
    ]


def _noise(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Distances as shares of those between untouched stretches."""
    measures = ("distance_ratio", "level_db", "deviation_ratio")
    table = [(row["noise"], row["filler"], *values_of(row, measures)) for row in rows]
    title = f"hole in noise (distance_ratio at most {MOST:g})"
    return aligned([(title, "filler", *measures), *table])
