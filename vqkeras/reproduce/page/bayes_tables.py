"""Tables of one study of naive Bayes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vqkeras.reproduce.naive_bayes_study import PREDICTIONS, RADIUS
from vqkeras.reproduce.page.words import mse, share, table

_BASELINES = {
    "marginal": "commonest code",
    "nearest_code": "nearest visible code",
    "copied_frame": "last frame copied",
    "interpolated": "interpolated over time",
    "own_codes": "the true codes, decoded",
}
PREDICTION_NAMES = {"argmax": "likeliest", "sample": "sampled"}
_KEYS = ("radius", "neighbourhood", "order", "predict")
_DEFAULT = "naive Bayes as it is by default"


def variants_table(study: Mapping[str, Any]) -> str:
    """Right codes and error in the hole of every variant, one column per radius."""
    radii = _radii(study)
    rows = []
    for neighbourhood, order in _settings(study):
        for predict in PREDICTIONS:
            cells = [
                variant_row(study, radius, neighbourhood, order, predict)
                for radius in radii
            ]
            rows.append(
                [
                    f"{neighbourhood}, {order}, {PREDICTION_NAMES[predict]}",
                    *(
                        f"{share(row['code_accuracy'])} / {error_text(study, row)}"
                        for row in cells
                    ),
                ]
            )
    return table(["neighbours", *(f"radius {radius}" for radius in radii)], rows)


def baselines_table(study: Mapping[str, Any]) -> str:
    """Right codes and error of what needs no neighbours, and of the default."""
    rows = []
    for row in study["baselines"]:
        sampled = ", sampled" if row.get("predict") == "sample" else ""
        is_code = "code_accuracy" in row
        rows.append(
            [
                _BASELINES[row["name"]] + sampled,
                share(row["code_accuracy"]) if is_code else "",
                share(row["code_accuracy_sounding"]) if is_code else "",
                error_text(study, row),
            ]
        )
    for name, key in (
        (_DEFAULT, "default"),
        ("the same, averaging code numbers (the paper's program)", "historical"),
    ):
        row = study[key]
        rows.append(
            [
                name,
                share(row["code_accuracy"]),
                share(row["code_accuracy_sounding"]),
                error_text(study, row),
            ]
        )
    return table(["", "right", "right, not background", "error in the hole"], rows)


def bits_table(study: Mapping[str, Any]) -> str:
    """Bits per hidden code, one column per radius."""
    radii = _radii(study)
    rows = []
    for neighbourhood, order in _settings(study):
        cells = [variant_row(study, r, neighbourhood, order, "argmax") for r in radii]
        rows.append(
            [
                f"{neighbourhood}, {order}",
                *(
                    f"{row['bits_per_code']:.2f} ({row['marginal_weight']:g})"
                    for row in cells
                ),
            ]
        )
    marginal = baseline_row(study, "marginal")["bits_per_code"]
    rows.append(["marginal alone", *[f"{marginal:.2f}"] * len(radii)])
    return table(["neighbours", *(f"radius {radius}" for radius in radii)], rows)


def holes_table(study: Mapping[str, Any]) -> str:
    """Error by kind and size of hole, of variants of the default radius."""
    names = list(study["default"]["error_by_hole"])
    rows = {_DEFAULT: study["default"]} | {
        f"{neighbourhood}, {order}": variant_row(
            study, RADIUS, neighbourhood, order, "argmax"
        )
        for neighbourhood, order in _settings(study)
    }
    rows |= {
        _BASELINES[row["name"]]: row
        for row in study["baselines"]
        if row.get("predict") != "sample"
    }
    return table(
        [f"radius {RADIUS}, {PREDICTION_NAMES['argmax']}", *names],
        [
            [
                label,
                *(error_text(study, {"error": row["error_by_hole"][n]}) for n in names),
            ]
            for label, row in rows.items()
        ],
    )


def depth_table(study: Mapping[str, Any]) -> str:
    """Right codes by distance to the nearest visible cell."""
    levels = study["gain"]["by_depth"]
    names = ("marginal", "nearest_code", "prior")
    return table(
        ["depth", "share of cells", "commonest", "nearest", "naive Bayes"],
        [
            [
                str(level["depth"]),
                share(level["share"]),
                *(share(level[name]) for name in names),
            ]
            for level in levels
        ],
    )


def variant_row(study, radius, neighbourhood, order, predict) -> Mapping[str, Any]:
    """The row of one variant of a study."""
    wanted = (radius, neighbourhood, order, predict)
    return next(
        row for row in study["variants"] if tuple(row[key] for key in _KEYS) == wanted
    )


def baseline_row(study, name) -> Mapping[str, Any]:
    """The first row of a baseline: the likeliest codes, not drawn ones."""
    return next(row for row in study["baselines"] if row["name"] == name)


def error_text(study, row) -> str:
    """Error in the hole, with its unit."""
    return (
        f"{row['error']:.2f} dB" if study["error_unit"] == "dB" else mse(row["error"])
    )


def _radii(study) -> list[int]:
    return sorted({row["radius"] for row in study["variants"]})


def _settings(study) -> list[tuple[str, str]]:
    pairs = [(row["neighbourhood"], row["order"]) for row in study["variants"]]
    return list(dict.fromkeys(pairs))
