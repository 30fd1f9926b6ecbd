"""Notes of our own synthesiser as a data set that needs no download."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from edge_runtime.errors import UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.instrument_split import split_by_instrument
from vqkeras.datasets.note_filter import note_filter
from vqkeras.datasets.sounds import Sounds, SoundSplits
from vqkeras.datasets.synthesiser import Instrument
from vqkeras.datasets.timbres import TIMBRES

_INSTRUMENTS = 6  # in each family
_PITCHES = range(36, 85, 6)  # four octaves
_VELOCITIES = (50, 100)
_SEED = 0


def load_synthetic(config: DataConfig, settings: SpectrogramSettings) -> SoundSplits:
    """Notes of every instrument of the synthesiser, divided by instrument.

    Args:
        config: Filters, shares and seed of the division.
        settings: Their sample rate is used.

    Returns:
        Notes with NSynth's keys as metadata.

    Raises:
        UserError: If no note passes the filters.
    """
    passes = note_filter(config)
    notes, players = [], []
    for family in TIMBRES:
        for number in range(_INSTRUMENTS):
            instrument = Instrument(family, number, _SEED)
            for pitch in _PITCHES:
                for velocity in _VELOCITIES:
                    note = _metadata(instrument, pitch, velocity)
                    if passes(note):
                        notes.append(note)
                        players.append(instrument)
    if not notes:
        raise UserError("No synthetic note passes the filters of the configuration.")
    sounds = Sounds(
        metadata=notes,
        fingerprints=["synthetic:" + json.dumps(note) for note in notes],
        readers=[
            partial(
                player.render,
                note["pitch"],
                note["velocity"],
                sample_rate=settings.sample_rate,
            )
            for player, note in zip(players, notes, strict=True)
        ],
    )
    return split_by_instrument(
        sounds,
        test_share=config.test_share,
        validation_share=config.validation_share,
        seed=config.split_seed,
    )


def _metadata(instrument: Instrument, pitch: int, velocity: int) -> dict[str, Any]:
    return {
        "note_str": f"{instrument.name}-{pitch:03d}-{velocity:03d}",
        "instrument_str": instrument.name,
        "instrument_family_str": instrument.family,
        "instrument_source_str": "synthetic",
        "pitch": pitch,
        "velocity": velocity,
    }
