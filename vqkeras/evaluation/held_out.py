"""Holes in sounds that no training heard: where they come from, and where they are."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.errors import UserError
from edge_runtime.spectrogram.features import magnitude_db_of, spectrogram_of
from edge_runtime.spectrogram.region import Region
from edge_runtime.spectrogram.region_masks import box_of
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.general import sounds_by_split
from vqkeras.datasets.general_clips import Clip, all_clips, read_clip
from vqkeras.evaluation.measures import sounding_cells

HOLES = ("gap", "box")
# What is heard of a sound, and what of it at least surrounds a hole on each side.
EXCERPT_S, MARGIN_S = 2.6, 0.8
# Length of a hole, drawn evenly; height of a box, as a share of the codemap's.
LENGTHS_S = (0.23, 0.7)
HEIGHTS = (0.125, 0.5)
# So many cells of a hole at least are no silence, as a share.
LEAST_SOUNDING = 0.25
# Places that are tried before a sound is left out.
_TRIES = 20
# Most clips of a kind.
_CLIPS = 64


@dataclass(frozen=True, eq=False)
class HeldOutHole:
    """A hole in a sound.

    Attributes:
        kind: What is heard, such as `"speech"`.
        origin: Sounds of one origin resemble each other: never judge one by another.
        hole: `"gap"`: all frequencies; `"box"`: some of them.
        audio: Float32 array of shape `(samples,)`, at the model's rate.
        mask: Bool array of shape `(map_frames, map_bins)`, `True` = hidden.
        region: The same in s and Hz.
    """

    kind: str
    origin: str
    hole: str
    audio: NDArray[np.float32]
    mask: NDArray[np.bool_]
    region: Region


def held_out_clips(config: DataConfig, bundle: Bundle) -> dict[str, list[Clip]]:
    """Clips of 4 s of the test's sounds by kind, each of one origin only.

    Args:
        config: How the data of `"general"` was divided for the training. Folders of
            notes that are not here are left out.
        bundle: Model of sounds.

    Raises:
        UserError: If the data cannot be used.
    """
    there = [
        name
        for name in config.notes_dirs or ()
        if os.path.isdir(os.path.expandvars(name))
    ]
    parts = sounds_by_split(replace(config, notes_dirs=there), bundle.settings)
    sounds = [replace(sound, source=sound.origin) for sound in parts["test"]]
    clips = defaultdict(list)
    for clip in all_clips(sounds, _CLIPS):
        clips[clip.parts[0].sound.kind].append(clip)
    return dict(clips)


def held_out_holes(
    clips: dict[str, list[Clip]], bundle: Bundle, *, count: int, seed: int
) -> Iterator[HeldOutHole]:
    """Draw holes in which something sounds, as many of each kind of sound.

    Args:
        clips: From `held_out_clips`.
        bundle: Gives rate and cells.
        count: Holes in all. Where nothing sounds, there is one less.
        seed: Of all draws; each hole has its own.

    Yields:
        One hole after the other: all kinds in turn, gaps and boxes in turn.
    """
    kinds = sorted(clips)
    for number in range(count):
        turn, place = divmod(number, len(kinds))
        of_kind = clips[kinds[place]]
        order = np.random.default_rng([seed, place]).permutation(len(of_kind))
        clip = of_kind[order[turn % len(of_kind)]]
        rng = np.random.default_rng([seed, place, turn])
        hole = _hole_in(clip, HOLES[turn % len(HOLES)], bundle, rng)
        if hole is not None:
            yield hole


def _hole_in(
    clip: Clip, hole: str, bundle: Bundle, rng: np.random.Generator
) -> HeldOutHole | None:
    settings = bundle.settings
    whole = read_clip(clip, settings.sample_rate)
    samples = round(EXCERPT_S * settings.sample_rate)
    strides = bundle.time_stride, bundle.freq_stride
    for _ in range(_TRIES):
        start = int(rng.integers(len(whole) - samples + 1))
        audio = whole[start : start + samples]
        level = magnitude_db_of(spectrogram_of(audio, settings), settings)
        is_heard = sounding_cells(level, *strides)
        mask = drawn_mask(is_heard.shape, hole, bundle, rng)
        if is_heard[mask].mean() >= LEAST_SOUNDING:
            sound = clip.parts[0].sound
            duration = samples / settings.sample_rate
            region = box_of(mask, settings, *strides, duration=duration)
            return HeldOutHole(sound.kind, sound.origin, hole, audio, mask, region)
    return None


def drawn_mask(
    shape: tuple[int, ...], hole: str, bundle: Bundle, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """A hole of random length, height and place.

    Args:
        shape: `(map_frames, map_bins)`.
        hole: One of `HOLES`.
        bundle: Gives the length of a cell.
        rng: What draws.

    Returns:
        Bool array of that shape, `True` = hidden.

    Raises:
        UserError: If the cells are too long to leave anything around a hole.
    """
    cell_s = bundle.time_stride / bundle.settings.frames_per_second
    rows = max(1, round(rng.uniform(*LENGTHS_S) / cell_s))
    margin = max(1, round(MARGIN_S / cell_s))
    spare = shape[0] - rows - 2 * margin
    if spare < 0:
        raise UserError(
            f"Cells of {cell_s:.2f} s are too long for holes in {EXCERPT_S:g} s of "
            "sound. Take a model of shorter ones."
        )
    first = margin + int(rng.integers(spare + 1))
    height, low = shape[1], 0
    if hole == "box":
        height = max(1, round(rng.uniform(*HEIGHTS) * shape[1]))
        low = int(rng.integers(shape[1] - height + 1))
    mask = np.zeros(shape, np.bool_)
    mask[first : first + rows, low : low + height] = True
    return mask
