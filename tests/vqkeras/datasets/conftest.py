"""A tiny folder of many kinds of sound, with its manifest."""

import csv
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from vqkeras.datasets.general_manifest import COLUMNS

RATE = 2000


def write_sound(folder, name, seconds, frequency=100.0):
    """A sine that begins anew in every file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    time = np.arange(round(seconds * RATE)) / RATE
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * frequency * time), RATE)
    return {
        "path": name,
        "kind": name.split("/")[0],
        "source": name.split("/")[1],
        "licence": "CC0",
        "seconds": f"{seconds:g}",
        "sample_rate": str(RATE),
        "credit": f"{name.split('/')[1]} by somebody (file {name})",
        "original": "",
    }


def write_manifest(folder, rows, columns=COLUMNS):
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def fill(folder):
    """Two kinds, of six sources each, of three sounds each."""
    rows = [
        write_sound(folder, f"{kind}/{kind}{source}/{number}.wav", 1.5, 90 + source)
        for kind in ("drums", "speech")
        for source in range(6)
        for number in range(3)
    ]
    write_manifest(folder, rows)
    return folder


@pytest.fixture(scope="session")
def kinds():
    """Makers of such folders."""
    return SimpleNamespace(
        rate=RATE, fill=fill, write_sound=write_sound, write_manifest=write_manifest
    )
