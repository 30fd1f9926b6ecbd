"""The ablation study of one config: trainings that differ from it in one thing."""

from __future__ import annotations

from dataclasses import dataclass

# Epochs of a variant: few, since each writes pictures and sound.
EPOCHS = 2


@dataclass(frozen=True)
class Variant:
    """One training that differs from the config in one thing.

    Attributes:
        name: Its folder.
        group: Table it belongs to: `"seed"`, `"rate"`, `"cells"`, `"size"` or
            `"training"`.
        what: What differs, for a reader.
        overrides: Command-line options that say so.
    """

    name: str
    group: str
    what: str
    overrides: tuple[str, ...] = ()


BASE = Variant("base", "training", "as in the config")

# Cells of the config are 32 frames x 4 bins.
VARIANTS = (
    BASE,
    *(
        Variant(
            f"seed_{seed}",
            "seed",
            f"the same with seed {seed}",
            ("--training.seed", str(seed)),
        )
        for seed in (1, 2)
    ),
    *(
        Variant(
            f"codewords_{size}",
            "rate",
            f"{size} codewords",
            ("--model.codebook_size", str(size)),
        )
        for size in (12, 192)
    ),
    *(
        Variant(
            f"cells_{cell}",
            "cells",
            what,
            ("--model.strides", strides, "--model.codebook_size", size),
        )
        for cell, what, strides, size in (
            ("64x2", "64 frames x 2 bins, 48 codewords", "[[4, 1], [16, 2]]", "48"),
            ("16x8", "16 frames x 8 bins, 48 codewords", "[[4, 4], [4, 2]]", "48"),
            ("8x16", "8 frames x 16 bins, 48 codewords", "[[4, 4], [2, 4]]", "48"),
            (
                "16x16",
                "16 frames x 16 bins, 2,048 codewords",
                "[[4, 4], [4, 4]]",
                "2048",
            ),
        )
    ),
    Variant(
        "half",
        "size",
        "half the width",
        (
            *("--model.channels", "[8, 32]", "--model.block_units", "23"),
            *("--model.context_units", "[20]"),
        ),
    ),
    Variant(
        "wider",
        "size",
        "one and a half times the width",
        (
            *("--model.channels", "[24, 96]", "--model.block_units", "69"),
            *("--model.context_units", "[60]"),
        ),
    ),
    *(
        Variant(name, "training", what, options)
        for name, what, options in (
            (
                "no_context",
                "encoder sees its own cell alone",
                ("--model.context_units", "[]"),
            ),
            (
                "no_log_spectral",
                "mean squared error alone",
                ("--model.log_spectral_cost", "0.0"),
            ),
            (
                "no_augmentation",
                "no gain, no mixing",
                ("--data.gain_db", "null", "--data.mix_share", "0.0"),
            ),
            (
                "pitch",
                "pitch moved too, by up to 6 semitones",
                ("--data.pitch_semitones", "6.0"),
            ),
            (
                "masks",
                "masks in time and frequency too, in 3 of 10 notes",
                ("--data.mask_share", "0.3"),
            ),
            (
                "no_rendered_notes",
                "the 1,066 real notes alone",
                ("--data.extra_dir", "null"),
            ),
            (
                "no_restarts",
                "codewords are never restarted",
                ("--model.restart_threshold", "0.0"),
            ),
            (
                "little_commitment",
                "commitment cost 0.25, the paper's",
                ("--model.commitment_cost", "0.25"),
            ),
            (
                "less_memory",
                "moving averages of the codebook with decay 0.95",
                ("--model.decay", "0.95"),
            ),
            (
                "averaged_weights",
                "a moving average of the weights, 0.99",
                ("--training.weight_averaging", "0.99"),
            ),
            (
                "constant_rate",
                "a learning rate that does not fall",
                ("--training.learning_rate_schedule", "constant"),
            ),
            (
                "no_codebook",
                "no codebook: what it costs",
                ("--model.quantizer", "none"),
            ),
        )
    ),
)


def options_of(variant: Variant, steps: int) -> list[str]:
    """Command-line options of a variant that trains for so many steps."""
    return [
        "--name",
        variant.name,
        "--training.minutes",
        "null",
        "--training.epochs",
        str(EPOCHS),
        "--training.steps_per_epoch",
        str(-(-steps // EPOCHS)),
        *variant.overrides,
    ]
