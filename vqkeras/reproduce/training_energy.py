"""Figure 11: what small trainings cost, weighed by our own callback."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vqkeras.config_file import changed
from vqkeras.datasets.dataset import Dataset
from vqkeras.reproduce.energy_variants import (
    NETWORKS,
    WeighedNetwork,
    is_reference,
    multiply_adds,
)
from vqkeras.reproduce.plan import EnergyPlan

LEARNING_RATE = 0.002
CROP_FRAMES = 128
WARM_UP_STEPS = 2  # build the graph
# The cheapest training takes seconds: at one reading a second its curve were a corner.
INTERVAL_S = 0.25


def rounds_of(plan: EnergyPlan) -> Iterator[tuple[WeighedNetwork, int]]:
    """Every training: each network once per round, so that what else the machine does
    falls on all of them.

    Args:
        plan: Gives the rounds.

    Yields:
        The network, and the round's number, which is the seed.
    """
    for seed in range(plan.rounds):
        for variant in NETWORKS:
            yield variant, seed


def source_of(variant: WeighedNetwork, seed: int, plan: EnergyPlan) -> dict[str, Any]:
    """What the result of one training depends on, data apart."""
    return {
        "model": changed(variant.model),
        "seed": seed,
        "steps": plan.steps,
        "batch_size": plan.batch_size,
    }


def weigh_training(
    dataset: Dataset, variant: WeighedNetwork, seed: int, plan: EnergyPlan
) -> dict[str, Any]:
    """Train one network for some steps and count its energy.

    Args:
        dataset: Notes.
        variant: The network.
        seed: Of weights, order, crops and codebook.
        plan: Steps and batch size.

    Returns:
        Plain values: time, CPU time, energy and emissions with their method; sizes of
        the network; power in W and emissions in g over the seconds.
    """
    import keras

    from vqkeras.energy.callback import EnergyCallback
    from vqkeras.energy.record import read_summary, without_nan
    from vqkeras.energy.time_series import read_time_series
    from vqkeras.model.build import build_model

    _, bins, channels = dataset.train.shape
    keras.utils.set_random_seed(seed)
    model = build_model(
        variant.model, (None, bins, channels), dataset.train.variance(), seed=seed
    )
    model.compile(keras.optimizers.Adam(LEARNING_RATE), jit_compile=False)
    batches = dataset.train.batches(
        plan.batch_size, shuffle_seed=seed, crop_frames=CROP_FRAMES, repeat=True
    )
    model.fit(batches, steps_per_epoch=WARM_UP_STEPS, shuffle=False, verbose=0)
    with tempfile.TemporaryDirectory() as folder:
        cpu_s = time.process_time()
        with EnergyCallback(folder, interval_s=INTERVAL_S) as energy:
            model.fit(
                batches,
                steps_per_epoch=plan.steps,
                callbacks=[energy],
                shuffle=False,
                verbose=0,
            )
        cpu_s = time.process_time() - cpu_s
        summary = read_summary(Path(folder))
        series = read_time_series(Path(folder))
    fields = ("seconds", "energy_wh", "emissions_g", "mean_power_w", "method")
    constants = ("grid_g_per_kwh", "grid_source", "place", "pue")
    return {
        **{name: summary[name] for name in (*fields, *constants)},
        "cpu_seconds": cpu_s,
        "measures": {
            name: domain["measures"] for name, domain in summary["domains"].items()
        },
        "num_parameters": model.encoder.count_params() + model.decoder.count_params(),
        "multiply_adds": multiply_adds(model, (CROP_FRAMES, bins, channels)),
        "series": without_nan(
            {name: series[name] for name in ("seconds", "power_w", "emissions_g")}
        ),
    }


def weighed(
    rounds: Mapping[str, Sequence[Mapping[str, Any]]], plan: EnergyPlan
) -> dict[str, Any]:
    """All trainings as the report keeps them.

    Args:
        rounds: Results of `weigh_training` under the key of each network.
        plan: How they were made.

    Returns:
        Plain values. `rows`: per network the medians over its rounds, the least and
        the most of its energy, and the curves of the median round.
    """
    first = rounds[NETWORKS[0].key][0]
    same = ("method", "measures", "grid_g_per_kwh", "grid_source", "place", "pue")
    return {
        "steps": plan.steps,
        "rounds": plan.rounds,
        "batch_size": plan.batch_size,
        "crop_frames": CROP_FRAMES,
        **{name: first[name] for name in same},
        "rows": [_row(variant, rounds[variant.key], plan) for variant in NETWORKS],
    }


def _row(
    variant: WeighedNetwork, rounds: Sequence[Mapping[str, Any]], plan: EnergyPlan
) -> dict[str, Any]:
    energies = [each["energy_wh"] for each in rounds]
    # The round of the median, never a mean of two: its curves are shown.
    middle = sorted(rounds, key=lambda each: each["energy_wh"])[len(rounds) // 2]

    def median(name: str) -> float:
        return statistics.median(each[name] for each in rounds)

    return {
        "name": variant.name,
        "axis": variant.axis,
        "is_reference": is_reference(variant),
        "cell": list(variant.cell),
        "num_parameters": middle["num_parameters"],
        "multiply_adds": middle["multiply_adds"],
        "seconds_per_step": median("seconds") / plan.steps,
        "cpu_seconds_per_step": median("cpu_seconds") / plan.steps,
        "mean_power_w": median("mean_power_w"),
        "energy_wh": statistics.median(energies),
        "least_energy_wh": min(energies),
        "most_energy_wh": max(energies),
        "emissions_g": median("emissions_g"),
        "series": middle["series"],
    }
