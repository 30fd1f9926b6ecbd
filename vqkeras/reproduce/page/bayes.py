"""The section on naive Bayes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vqkeras.reproduce.page.bayes_tables import (
    PREDICTION_NAMES,
    baseline_row,
    baselines_table,
    bits_table,
    depth_table,
    error_text,
    holes_table,
    variants_table,
)
from vqkeras.reproduce.page.words import image, share, study_name, table


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
        "probability, `sampled` draws one. By default naive Bayes takes the likeliest, "
        "cell after cell, from cells up to two away: all around, or along time where a "
        "gap spans all frequencies. (The paper's program rounded the mean of code "
        "*numbers*, though codes are labels; that is here once per model.) Bits are "
        "what the true codes cost under the prediction, mixed with the marginal (the "
        "code frequencies of training); the share of the marginal is the one of "
        "0.05 to 0.9 that costs least on holes in training examples. Of images, `time` "
        "runs down the rows and `frequency` along them.",
        image("naive_bayes", "Right codes over radius"),
        _summary(studies),
        *_short_answer(studies),
    ]
    for study in studies.values():
        parts += _details(study)
    return "\n\n".join(parts)


def _summary(studies: Mapping[str, Any]) -> str:
    """The default beside the two baselines that predict codes."""
    rows = []
    for study in studies.values():
        default, commonest = study["default"], baseline_row(study, "marginal")
        nearest = baseline_row(study, "nearest_code")
        low, high = (100 * each for each in study["gain"]["difference_95"])
        rows.append(
            [
                study_name(study),
                *(
                    f"{share(row['code_accuracy'])} "
                    f"({share(row['code_accuracy_sounding'])})"
                    for row in (commonest, nearest, default)
                ),
                f"{100 * study['gain']['difference']:+.1f} ({low:+.1f} to {high:+.1f})",
                f"{commonest['bits_per_code']:.2f}",
                f"{default['bits_per_code']:.2f}",
            ]
        )
    header = ["codes right (not background)", "commonest", "nearest", "naive Bayes"]
    header += ["naive Bayes - commonest (95 %)", "bits: marginal", "bits: naive Bayes"]
    return table(header, rows)


def _short_answer(studies: Mapping[str, Any]) -> list[str]:
    """How much is better than the marginal: one paragraph per study."""
    paragraphs = ["**How much of it is better than the marginal?**"]
    for study in studies.values():
        marginal, own, line = (
            baseline_row(study, name)
            for name in ("marginal", "own_codes", "interpolated")
        )
        default = study["default"]
        closed = _share_of_way(marginal, default, own)
        paragraphs.append(
            f"*{study_name(study)}*: {_verdict(study)} the commonest code by count of "
            f"right codes ({100 * study['gain']['difference']:+.1f} points), and on "
            "what is not background right on "
            f"{share(default['code_accuracy_sounding'])} instead of "
            f"{share(marginal['code_accuracy_sounding'])}. The error in the hole goes "
            f"from {error_text(study, marginal)} to {error_text(study, default)}"
            + (f", {closed} of the way to what the true codes have" if closed else "")
            + f"; the true codes have {error_text(study, own)}, and a straight line "
            "over time between the values on both sides, without any model, "
            f"{error_text(study, line)}."
        )
    return paragraphs


def _share_of_way(marginal, default, own) -> str:
    """How much of the error above that of the true codes is saved, if any is."""
    saved, room = (marginal["error"] - row["error"] for row in (default, own))
    return share(saved / room) if min(saved, room) > 0.0 else ""


def _verdict(study: Mapping[str, Any]) -> str:
    """Whether the 95 % interval of the difference lies above, below, or around 0."""
    low, high = study["gain"]["difference_95"]
    if low > 0.0:
        return "better than"
    return "worse than" if high < 0.0 else "no better than"


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
    gain, default, averaged = study["gain"], study["default"], study["historical"]
    marginal, nearest = (
        baseline_row(study, name) for name in ("marginal", "nearest_code")
    )
    best = max(study["variants"], key=lambda row: row["code_accuracy"])
    beats = default["code_accuracy"] > nearest["code_accuracy"]
    bits = default["bits_per_code"] / marginal["bits_per_code"] - 1.0
    lost = averaged["code_accuracy"] - default["code_accuracy"]
    return (
        f"So naive Bayes is {_verdict(study)} the commonest code here: of all hidden "
        f"codes it alone is right on {share(gain['prior_only'])}, the commonest code "
        f"alone on {share(gain['marginal_only'])}, both on {share(gain['both'])}; "
        f"{share(gain['neither'])} neither knows. It "
        f"{'beats' if beats else 'does not beat'} a plain copy of the nearest visible "
        f"code ({share(nearest['code_accuracy'])}). Its codes cost "
        f"{share(abs(bits))} {'fewer' if bits < 0.0 else 'more'} bits than under the "
        f"marginal. The best variant ({best['neighbourhood']}, {best['order']}, radius "
        f"{best['radius']}, {PREDICTION_NAMES[best['predict']]}) has "
        f"{share(best['code_accuracy'])} right; it was chosen on these holes. "
        "Averaging code numbers, as the paper's program did, changes the share of "
        f"right codes by {100 * lost:+.1f} points and the error in the hole from "
        f"{error_text(study, default)} to {error_text(study, averaged)}."
    )
