"""The section on naive Bayes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vqkeras.reproduce.naive_bayes_study import DEFAULT
from vqkeras.reproduce.report_bayes_tables import (
    KEYS,
    PREDICTION_NAMES,
    baseline_row,
    baselines_table,
    bits_table,
    default_row,
    depth_table,
    error_text,
    holes_table,
    variant_row,
    variants_table,
)
from vqkeras.reproduce.report_words import image, share, study_name, table


def bayes_section(studies: Mapping[str, Any]) -> str:
    """Every variant of every study, and an answer to the paper's open question.

    Args:
        studies: What `naive_bayes_study` returned for each model.

    Returns:
        Markdown.
    """
    parts = [
        "## Inpainting by naive Bayes (section 5.2): how much of it is knowledge?",
        "Holes are cut into codemaps that training never saw; each hidden code is "
        "predicted from visible ones only. `likeliest` takes the code of highest "
        "probability, `sampled` draws one, `averaged` rounds the mean of code "
        "*numbers*, as the paper's program did, though codes are labels. Bits are what "
        "the true codes cost under the prediction, mixed with the marginal (the code "
        "frequencies of training); the share of the marginal is the one of "
        "0.05 to 0.9 that costs least on holes in training examples. Of images, `time` "
        "runs down the rows and `frequency` along them.",
        image("naive_bayes", "Right codes over radius"),
        _summary(studies),
    ]
    for study in studies.values():
        parts += _details(study)
    return "\n\n".join(parts)


def _summary(studies: Mapping[str, Any]) -> str:
    """The default beside the two baselines that predict codes."""
    rows = []
    for study in studies.values():
        default, commonest = default_row(study), baseline_row(study, "marginal")
        nearest = baseline_row(study, "nearest_code")
        low, high = (100 * each for each in study["gain"]["difference_95"])
        rows.append(
            [
                study_name(study),
                share(commonest["code_accuracy"]),
                share(nearest["code_accuracy"]),
                share(default["code_accuracy"]),
                f"{100 * study['gain']['difference']:+.1f} ({low:+.1f} to {high:+.1f})",
                f"{commonest['bits_per_code']:.2f}",
                f"{default['bits_per_code']:.2f}",
            ]
        )
    header = ["codes right", "commonest", "nearest", "naive Bayes"]
    header += ["naive Bayes - commonest (95 %)", "bits: marginal", "bits: naive Bayes"]
    return table(header, rows)


def _details(study: Mapping[str, Any]) -> list[str]:
    unit = "lsd in dB" if study["error_unit"] == "dB" else "mean squared error"
    return [
        f"### {study_name(study)}",
        f"{study['examples']} examples, {study['holes']} holes, "
        f"{study['hidden_codes']:,} hidden codes, {share(study['sounding_share'])} of "
        "them not background. Share of right codes / error of the picture in the hole "
        f"({unit}):",
        variants_table(study),
        "What it has to beat:",
        baselines_table(study),
        f"Error by kind and size of hole ({unit}):",
        holes_table(study),
        "Bits per hidden code, and the share of the marginal that was mixed in:",
        bits_table(study),
        "By depth, the distance of a hidden cell to the nearest visible one:",
        depth_table(study),
        _answer(study),
    ]


def _answer(study: Mapping[str, Any]) -> str:
    """What the numbers say, in words."""
    gain, default = study["gain"], default_row(study)
    names = ("marginal", "nearest_code", "own_codes", "interpolated")
    marginal, nearest, own, interpolated = (baseline_row(study, name) for name in names)
    averaged = variant_row(study, *(DEFAULT[key] for key in KEYS), "mean_code")
    best = max(study["variants"], key=lambda row: row["code_accuracy"])
    low, high = gain["difference_95"]
    verdict = "better than"
    if low <= 0.0:
        verdict = "worse than" if high < 0.0 else "no better than"
    beats = default["code_accuracy"] > nearest["code_accuracy"]
    saved = 1.0 - default["bits_per_code"] / marginal["bits_per_code"]
    lost = default["code_accuracy"] - averaged["code_accuracy"]
    return (
        f"So naive Bayes is {verdict} the commonest code here: of all hidden codes it "
        f"alone is right on {share(gain['prior_only'])}, the commonest code alone on "
        f"{share(gain['marginal_only'])}; {share(gain['neither'])} neither knows. It "
        f"{'beats' if beats else 'does not beat'} a plain copy of the nearest visible "
        f"code ({share(nearest['code_accuracy'])}), and needs {share(saved)} fewer "
        "bits than the marginal. The best variant "
        f"({best['neighbourhood']}, {best['order']}, radius {best['radius']}, "
        f"{PREDICTION_NAMES[best['predict']]}) has {share(best['code_accuracy'])} "
        "right. Averaging code numbers instead of taking the likeliest code costs "
        f"{100 * lost:.1f} points of right codes; the error in the hole goes from "
        f"{error_text(study, default)} to {error_text(study, averaged)}. To compare: "
        f"the true codes have {error_text(study, own)}, which is what the decoder "
        f"itself costs, the commonest code {error_text(study, marginal)}, the nearest "
        f"one {error_text(study, nearest)}, and interpolation without any model "
        f"{error_text(study, interpolated)}."
    )
