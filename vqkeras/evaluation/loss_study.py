"""`python -m vqkeras.evaluation.loss_study`: what other losses do to a decoder.

A preset's encoder and codebook stay as they are, so that the codes do; its decoder goes
on learning, with its own losses and with others, as long each time. Then each is judged
as `told_run` judges a run: by whether regions are told from real sound.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from edge_runtime.commands.program import Parser
from edge_runtime.errors import UsageError
from vqkeras.command import run_command
from vqkeras.datasets.progress import progress
from vqkeras.evaluation.report_files import (
    add_report_options,
    check_report,
    write_report,
)
from vqkeras.evaluation.table import aligned

_log = logging.getLogger(__name__)

_ABOUT = """\
The decoder of `{name}`, its encoder and codebook left as they are, after {steps} more
steps with its own losses and with others; the first row is the preset as it is. lsd and
within one spread: of validation clips, whose sources no training heard. AUC: regions of
unseen sounds decoded from their true codes, with texture and smooth, told from the real
ones (0.5 by chance; limits are a bootstrap over origins). Seed 0, one run each. Two
resolutions: the log-spectral distance of means of 2 x 2 values too. Patch
discriminator: hinge loss and matched features, on levels with texture. Made by
`python -m vqkeras.evaluation.loss_study`."""
LOSSES = ("own", "two resolutions", "patch discriminator")
_RATE, _BATCH = 3e-4, 8
# Weights of being told and of other features, beside losses of about 1.
_ADVERSARIAL, _FEATURES = 0.02, 1.0


def learn_on(preset: Any, losses: str, *, steps: int, seed: int = 0) -> None:
    """Let the decoder of a preset go on learning.

    Args:
        preset: A `Preset` of sounds whose decoder has a spread; its decoder is changed.
        losses: One of `LOSSES`.
        steps: Batches of 8 crops.
        seed: Of crops and noise. Defaults to `0`.
    """
    import keras
    import tensorflow as tf

    from vqkeras.evaluation.patch_discriminator import PatchDiscriminator, Texture
    from vqkeras.model.spectrogram_losses import spectral_losses, spread_from_raw

    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    model, decoder = preset.model, preset.model.decoder
    rate = keras.optimizers.schedules.CosineDecay(_RATE, steps)
    adam = keras.optimizers.Adam(rate)
    is_adversarial = losses == "patch discriminator"
    if is_adversarial:
        judge, texture = PatchDiscriminator(), Texture(preset.settings)
        judges_adam = keras.optimizers.Adam(_RATE, beta_1=0.5)

    def loss_of(real: Any, outputs: dict[str, Any], noisy: Any) -> Any:
        loss = model.losses_of(real, outputs)["loss"]
        if losses == "two resolutions":
            halves = [
                tf.nn.avg_pool2d(each, 2, 2, "VALID")
                for each in (real, outputs["reconstruction"])
            ]
            coarse = spectral_losses(*halves, weighted_by_first_channel=False)
            factor = model.log_spectral_cost / model.data_variance**0.5
            loss += factor * coarse["log_spectral_loss"]
        if is_adversarial:
            told, features = judge.decoder_losses(real, noisy)
            loss += _ADVERSARIAL * told + _FEATURES * features
        return loss

    batches = preset.dataset.train.batches(
        _BATCH,
        shuffle_seed=seed,
        crop_frames=preset.config.data.crop_frames,
        repeat=True,
    )
    zero = {"codebook_loss": tf.zeros(()), "commitment_loss": tf.zeros(())}
    with progress(steps, losses) as done:
        for real in batches.take(steps):
            quantized = model.quantizer.codewords_of(model.encode_codemap(real))
            with tf.GradientTape(persistent=True) as tape:
                decoded = decoder(quantized, training=True)
                mean, raw = decoded[..., :1], decoded[..., 1:]
                spread = spread_from_raw(raw)
                noisy = texture.added(mean, spread, rng) if is_adversarial else None
                outputs = {**zero, "reconstruction": mean, "spread": spread}
                loss = loss_of(real, outputs, noisy)
                judge_loss = judge.own_loss(real, noisy) if is_adversarial else None
            _step(adam, tape, loss, decoder)
            if is_adversarial:
                _step(judges_adam, tape, judge_loss, judge)
            done(1)


def _step(optimizer: Any, tape: Any, loss: Any, network: Any) -> None:
    weights = network.trainable_weights
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))


def judged(preset: Any, name: str, *, regions: int) -> dict[str, Any]:
    """Measure a preset with the decoder it has now.

    Args:
        preset: A `Preset` of the data `"general"`.
        name: What the row is called.
        regions: Regions that are told from real ones.

    Returns:
        `name`, `lsd_db`, `within_one_spread`, and `told` as of `told_run`.
    """
    from vqkeras.evaluation.told_run import told_run

    model, found = preset.model, []
    for real in preset.dataset.validation.batches(_BATCH):
        losses = model.losses_of(real, model(real, details=True))
        found.append([losses["log_spectral_loss"], losses["within_one_spread"]])
    lsd, within = np.mean(found, axis=0)
    return {
        "name": name,
        "lsd_db": float(-preset.settings.floor_db * lsd),
        "within_one_spread": float(within),
        "told": told_run(preset, regions=regions)["told"],
    }


def study_table(rows: Sequence[dict[str, Any]]) -> str:
    """Rows of `judged` as lines of text."""
    lines: list[tuple[str, ...]] = [
        ("losses", "lsd", "within one", "auc, texture", "", "auc, smooth", "", "level")
    ]
    for row in rows:
        told = {each["filler"]: each for each in row["told"]["rows"]}
        texture, smooth = told["true_codes"], told["true_codes_smooth"]
        lines.append(
            (
                row["name"],
                f"{row['lsd_db']:.2f} dB",
                f"{row['within_one_spread']:.0%}",
                *(part for each in (texture, smooth) for part in _auc(each)),
                f"{texture['level_signed_db']:+.2f} dB",
            )
        )
    return "\n".join(aligned(lines))


def _auc(row: dict[str, Any]) -> tuple[str, str]:
    return f"{row['auc']:.3f}", f"{row['auc_low']:.3f} to {row['auc_high']:.3f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    check_report(options.out, force=options.force)
    for name in ("steps", "regions"):
        number = getattr(options, name)
        if number < 1:
            raise UsageError(f"--{name} must be 1 or more. Received: {number}.")
    from vqkeras.evaluation.general_run import check_general
    from vqkeras.presets.preset import load_preset

    preset = load_preset(options.preset)
    check_general(preset)
    if not preset.model.has_spread:
        raise UsageError(
            f"The decoder of {preset.config.name} has no spread. Choose general."
        )
    weights = preset.model.decoder.get_weights()
    rows = [judged(preset, "none: as it is", regions=options.regions)]
    for losses in LOSSES:
        preset.model.decoder.set_weights(weights)
        learn_on(preset, losses, steps=options.steps)
        rows.append(judged(preset, losses, regions=options.regions))
        _log.info(study_table(rows))
    name = preset.config.name
    report = {"name": name, "data": preset.dataset.name, "seed": 0, "rows": rows}
    about = _ABOUT.format(name=name, steps=options.steps)
    table = study_table(rows)
    write_report(report, table, about, options.out)
    print(table)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m vqkeras.evaluation.loss_study",
        description=__doc__.partition("\n")[0],
    )
    parser.add_argument("preset", help="name of a preset of any sound: general")
    parser.add_argument(
        "--steps",
        type=int,
        default=600,
        metavar="N",
        help="steps of each training (default: %(default)s)",
    )
    parser.add_argument(
        "--regions",
        type=int,
        default=240,
        metavar="N",
        help="regions that are told from real ones (default: %(default)s)",
    )
    add_report_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
