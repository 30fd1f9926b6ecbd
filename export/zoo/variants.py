"""The trainings that a study of one config compares."""

from __future__ import annotations

from dataclasses import dataclass

# Epochs of a variant: few, since each writes pictures and sound.
EPOCHS = 2


@dataclass(frozen=True)
class Variant:
    """One training that differs from the config in one thing.

    Attributes:
        name: Its folder.
        group: Table it belongs to: `"rate"`, `"cells"`, `"size"` or `"training"`.
        what: What differs, for a reader.
        overrides: Command-line options that say so.
    """

    name: str
    group: str
    what: str
    overrides: tuple[str, ...] = ()


BASE = Variant("base", "training", "as in the config")

# Cells of the config are 16 frames x 8 bins.
VARIANTS = (
    BASE,
    *(
        Variant(
            f"codewords_{size}",
            "rate",
            f"{size} codewords",
            ("--model.codebook_size", str(size)),
        )
        for size in (12, 192)
    ),
    Variant(
        "cells_16x16",
        "cells",
        "16 frames x 16 bins, 2,048 codewords",
        (
            "--model.strides",
            "[[4, 4], [4, 4]]",
            "--model.codebook_size",
            "2048",
            "--model.decay",
            "0.99",
        ),
    ),
    Variant(
        "cells_8x16",
        "cells",
        "8 frames x 16 bins, 48 codewords",
        ("--model.strides", "[[4, 4], [2, 4]]"),
    ),
    Variant(
        "cells_32x4",
        "cells",
        "32 frames x 4 bins, 48 codewords",
        ("--model.strides", "[[4, 2], [8, 2]]"),
    ),
    Variant(
        "half",
        "size",
        "half the width",
        (
            "--model.channels",
            "[16, 48]",
            "--model.block_units",
            "32",
            "--model.encoder_block_units",
            "24",
        ),
    ),
    Variant(
        "wider",
        "size",
        "one and a half times the width",
        (
            "--model.channels",
            "[48, 144]",
            "--model.block_units",
            "96",
            "--model.encoder_block_units",
            "72",
        ),
    ),
    Variant(
        "no_context",
        "training",
        "encoder sees its own cell alone",
        ("--model.encoder_blocks", "0"),
    ),
    Variant(
        "no_log_spectral",
        "training",
        "mean squared error alone",
        ("--model.log_spectral_cost", "0.0"),
    ),
    Variant(
        "no_augmentation",
        "training",
        "no gain, no mixing",
        ("--data.gain_db", "null", "--data.mix_share", "0.0"),
    ),
    Variant(
        "no_rendered_notes",
        "training",
        "the 1,066 real notes alone",
        ("--data.extra_dir", "null"),
    ),
    Variant(
        "no_restarts",
        "training",
        "codewords are never restarted",
        ("--model.restart_threshold", "0.0"),
    ),
    Variant(
        "no_codebook",
        "training",
        "no codebook: what it costs",
        ("--model.quantizer", "none"),
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
