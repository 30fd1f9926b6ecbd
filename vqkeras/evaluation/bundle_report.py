"""Evaluation of a bundle by what is heard: the whole program, on unheard sources."""

from __future__ import annotations

from typing import Any

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.errors import UserError
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.progress import progress
from vqkeras.evaluation.fillers import Models, fillers_of
from vqkeras.evaluation.held_out import held_out_clips, held_out_holes
from vqkeras.evaluation.kind_holes import KindHoles
from vqkeras.evaluation.noise_holes import evaluate_noise, noises
from vqkeras.evaluation.regenerated import Regenerated
from vqkeras.evaluation.told import FOLDS

# Holes that are regenerated, unless told: as many of each kind of sound.
REGIONS = 240


def evaluate_bundle(
    bundle: Bundle, data: DataConfig, *, regions: int = REGIONS, seed: int = 0
) -> dict[str, Any]:
    """Regenerate holes in sounds that no training heard and judge what is heard.

    Args:
        bundle: Model of sounds.
        data: How the sounds of `"general"` were divided for its training.
        regions: Holes in all. Defaults to 240.
        seed: Of holes, draws, folds and bootstrap. Defaults to `0`.

    Returns:
        Plain values: what was measured (`name`, `number_format`, `engine`, `data`,
        `seed` and the counts of `Regenerated.counts`); `told`, `takes`, `holes` and
        `noise`, as `Regenerated.told`, `Regenerated.takes`, `KindHoles.rows` and
        `evaluate_noise` give them.

    Raises:
        UserError: If the data cannot be used, or has too few origins for five folds.
    """
    models = Models.of(bundle)
    clips = held_out_clips(data, bundle)
    fillers = fillers_of(bundle)
    regenerated, kind_holes = Regenerated(models, fillers), KindHoles(models)
    with progress(regions, "regions") as advance:
        drawn = held_out_holes(clips, bundle, count=regions, seed=seed)
        for number, hole in enumerate(drawn):
            regenerated.add(hole, seed=number)
            kind_holes.add(hole, seed=number)
            advance(1)
    if regenerated.counts["origins"] < FOLDS:
        raise UserError(
            f"{FOLDS} folds need sounds of as many origins. The test has "
            f"{regenerated.counts['origins']} in {regions} regions. Take more."
        )
    heard = list(noises(clips, bundle.settings.sample_rate, seed=seed))
    return {
        "name": bundle.name,
        "number_format": bundle.metadata["number_format"],
        "engine": models.engine.name,
        "data": data.name,
        "split": "test",
        "seed": seed,
        **regenerated.counts,
        "told": regenerated.told(seed=seed),
        "takes": regenerated.takes(seed=seed),
        "holes": kind_holes.rows(),
        "noise": [
            row
            for noise in heard
            for row in evaluate_noise(models, fillers, noise, seed=seed)
        ],
    }
