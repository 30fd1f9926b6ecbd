"""A SoundFont as a folder in NSynth's layout: which notes, what is said of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile, write_audio
from edge_runtime.errors import UsageError, UserError
from edge_runtime.output_file import output_file
from vqkeras.datasets.config import FAMILIES, SOURCES
from vqkeras.datasets.general_midi import family_of, source_of
from vqkeras.datasets.progress import progress
from vqkeras.datasets.soundfont_player import SAMPLE_RATE, SoundFontPlayer

_VELOCITIES = (25, 50, 75, 100, 127)  # those of NSynth
_PITCHES = range(24, 85)
_PEAK = 0.9  # the median peak of NSynth's notes, whatever their velocity
_SILENT = 1e-3  # a preset gives no sound outside its own pitches
# NSynth's own instruments and notes have lower numbers, so none is confused.
_FIRST_INSTRUMENT = 2000
_FIRST_NOTE = 1_000_000
_QUALITIES = 10

Preset = tuple[int, int]


@dataclass(frozen=True)
class Rendering:
    """What to render. Two equal ones give the same files, byte by byte.

    Attributes:
        font: SoundFont file.
        presets: Banks and programs.
        num_notes: Notes in all, spread evenly over the presets.
        seed: Seed of the choice of pitches and velocities.
        sample_rate: Of the notes, in Hz. Defaults to NSynth's 16000.
    """

    font: Path
    presets: tuple[Preset, ...]
    num_notes: int
    seed: int
    sample_rate: int = SAMPLE_RATE


def render(player: SoundFontPlayer, rendering: Rendering, folder: Path) -> int:
    """Render notes into a folder; go on where an interrupted run stopped.

    The folder gets `audio/*.wav` (16 bit), `examples.json` once all notes are
    there, and `rendering.json`, which says what they are.

    Args:
        player: Player of `rendering.font`.
        rendering: What to render.
        folder: Made if it is missing.

    Returns:
        Number of notes in the folder.

    Raises:
        UsageError: If the folder holds something else.
        UserError: If it cannot be written.
    """
    from threadpoolctl import threadpool_limits

    _claim(folder, rendering)
    examples: dict[str, dict[str, Any]] = {}
    names = player.presets()
    # Threads of the matrix library only get in each other's way on so small a product.
    with (
        threadpool_limits(1, user_api="blas"),
        progress(rendering.num_notes, "notes") as advance,
    ):
        for preset, quota in _quotas(rendering).items():
            rendered = 0
            for pitch, velocity in _order(rendering, preset):
                if rendered == quota:
                    break
                note = _metadata(rendering, preset, names[preset], pitch, velocity)
                path = folder / "audio" / f"{note['note_str']}.wav"
                if path.exists() or _write(
                    path, player.play(preset, pitch, velocity), rendering.sample_rate
                ):
                    note["note"] = _FIRST_NOTE + len(examples)
                    examples[note["note_str"]] = note
                    rendered += 1
                    advance(1)
    if not examples:
        raise UserError(f"{rendering.font} gave no sound for any of its notes.")
    _write_json(folder / "examples.json", examples)
    return len(examples)


def _claim(folder: Path, rendering: Rendering) -> None:
    """Make the folder, or see that it holds this very rendering."""
    description = {
        "soundfont": rendering.font.name,
        "sha256": hashlib.sha256(rendering.font.read_bytes()).hexdigest(),
        "presets": [list(preset) for preset in rendering.presets],
        "num_notes": rendering.num_notes,
        "seed": rendering.seed,
    }
    if rendering.sample_rate != SAMPLE_RATE:  # left out in older folders
        description["sample_rate"] = rendering.sample_rate
    path = folder / "rendering.json"
    if path.exists():
        if json.loads(path.read_text(encoding="utf-8")) != description:
            raise UsageError(
                f"{folder} holds another rendering, see {path.name}. "
                "Choose another folder."
            )
        return
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty. Choose another folder.")
    try:
        (folder / "audio").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"Cannot make {folder}: {error.strerror}.") from error
    _write_json(path, description)


def _quotas(rendering: Rendering) -> dict[Preset, int]:
    """Notes of each preset; they differ by one at most."""
    each, rest = divmod(rendering.num_notes, len(rendering.presets))
    return {
        preset: each + (place < rest) for place, preset in enumerate(rendering.presets)
    }


def _order(rendering: Rendering, preset: Preset) -> Iterator[tuple[int, int]]:
    """All pitches and velocities of a preset in the order they are tried."""
    pairs = [(pitch, velocity) for pitch in _PITCHES for velocity in _VELOCITIES]
    rng = np.random.default_rng([rendering.seed, *preset])
    return (pairs[i] for i in rng.permutation(len(pairs)))


def _write(path: Path, audio: NDArray[np.float32], sample_rate: int) -> bool:
    """Write a note at NSynth's level, or tell that it is silent."""
    peak = float(np.max(np.abs(audio)))
    if peak < _SILENT:
        return False
    samples = np.rint(audio * (_PEAK / peak * 32767)).astype(np.int16)
    write_audio(path, AudioFile(samples[:, np.newaxis], sample_rate, "PCM_16"))
    return True


def _metadata(
    rendering: Rendering, preset: Preset, name: str, pitch: int, velocity: int
) -> dict[str, Any]:
    """NSynth's own keys; `preset_str` is ours."""
    bank, program = preset
    family, source = str(family_of(program)), source_of(program)
    number = _FIRST_INSTRUMENT + 128 * bank + program
    instrument = f"{family}_{source}_{number}"
    return {
        "note": 0,
        "note_str": f"{instrument}-{pitch:03d}-{velocity:03d}",
        "instrument": number,
        "instrument_str": instrument,
        "instrument_family": FAMILIES.index(family),
        "instrument_family_str": family,
        "instrument_source": SOURCES.index(source),
        "instrument_source_str": source,
        "pitch": pitch,
        "velocity": velocity,
        "sample_rate": rendering.sample_rate,
        "qualities": [0] * _QUALITIES,
        "qualities_str": [],
        "preset_str": name,
    }


def _write_json(path: Path, content: dict[str, Any]) -> None:
    with output_file(path, force=True) as temporary:
        temporary.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
