"""How much three takes differ as the page asks for them at first, on recordings.

Of each kind of recording in `$VQKERAS_DATA/general` some, chosen by a seed; in each a
box of 0.5 s over all frequencies, at a place where something sounds. `general` fills it
three times. A pair of takes differs in a share of the box's codes: of each sound the
least of its three pairs counts.

    VQKERAS_DATA=/path/to/data python tests/benchmarks/measure_takes.py
"""

from __future__ import annotations

import argparse
import csv
import itertools
import os
from dataclasses import replace
from pathlib import Path

import numpy as np

from edge_runtime import Region, read_audio
from edge_runtime.bundle.shipped import load_model
from edge_runtime.edit.request import cells_of
from edge_runtime.page.worker import Worker
from edge_runtime.priors.choice import PriorChoice, make_prior

KINDS = {
    "drums": ("drums_loops",),
    "voice": ("speech", "singing"),
    "notes": ("melodic_loops", "polyphony"),
}
BOX_S, LONGEST_S = 0.5, 9.0
# Nothing sounds where it is further than this below the mean level of its sound.
QUIETEST_DB = -30.0
VARIATION = 0.6  # "Large variation", which the page begins with


def decibels(samples):
    return 10 * np.log10(np.mean(np.square(samples)) + 1e-12)


def box_in(sound, rng):
    """Start of a box, in s."""
    rate, heard = sound.sample_rate, sound.to_float()
    while True:
        start = rng.uniform(0, len(heard) / rate - BOX_S)
        inside = heard[int(start * rate) : int((start + BOX_S) * rate)]
        if decibels(inside) > decibels(heard) + QUIETEST_DB:
            return start


def least_difference(worker, sound, start):
    codemap = worker.inpainter.codemap_of(sound)
    region = Region(start, start + BOX_S, 0, worker.bundle.settings.sample_rate / 2)
    cells = cells_of(region, worker.bundle, codemap.shape)
    choice = PriorChoice("learned", variation=VARIATION)
    prior = make_prior(worker.bundle, worker.engine, choice)
    takes = [prior.fill(codemap, cells, seed=seed)[cells] for seed in range(3)]
    return min(np.mean(a != b) for a, b in itertools.combinations(takes, 2))


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sounds", type=int, default=25, help="of each kind")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    folder = Path(os.environ["VQKERAS_DATA"]) / "general"
    with (folder / "manifest.csv").open() as manifest:
        rows = [row for row in csv.DictReader(manifest) if float(row["seconds"]) >= 2]
    worker = Worker.ready(load_model("general"), "auto")
    for name, kinds in KINDS.items():
        of_kind = [row["path"] for row in rows if row["kind"] in kinds]
        shares = []
        for path in rng.permutation(of_kind)[: arguments.sounds]:
            sound = read_audio(folder / path)
            samples = sound.samples[: int(LONGEST_S * sound.sample_rate)].copy()
            sound = replace(sound, samples=samples, mapped=None)
            shares.append(least_difference(worker, sound, box_in(sound, rng)))
        least, middle = 100 * np.min(shares), 100 * np.median(shares)
        print(
            f"{name}: {len(shares)} sounds, least {least:.0f} %, median {middle:.0f} %"
        )


if __name__ == "__main__":
    main()
