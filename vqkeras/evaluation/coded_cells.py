"""What a way of coding cells costs: rate, distance, predictability, what is told."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.distance import lsd_db
from edge_runtime.spectrogram.features import magnitude_db_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.example_blocks import evenly_spaced
from vqkeras.datasets.split import Split
from vqkeras.evaluation.code_context import CodeContext
from vqkeras.evaluation.held_out import HeldOutHole
from vqkeras.evaluation.measures import code_counts, entropy_bits
from vqkeras.evaluation.network_stages import NetworkStages
from vqkeras.evaluation.patch_stages import PatchStages
from vqkeras.evaluation.sound_measures import envelope_correlation, level_error_db
from vqkeras.evaluation.told_levels import told_levels
from vqkeras.spectrogram_sound import sound_of

# Training clips that codes are counted in, and unseen ones of each kind to measure.
COUNTED, PER_KIND = 300, 6
MEASURES = ("lsd_db", "level_error_db", "envelope_correlation")


@dataclass(frozen=True)
class Choice:
    """One way of coding a cell.

    Attributes:
        frames: Frames of a cell.
        bins: Bins of a cell.
        codewords: Codewords in a codebook.
        codes: Codes a cell has.
    """

    frames: int
    bins: int
    codewords: int
    codes: int = 1

    @property
    def name(self) -> str:
        """Cell, codes and codewords in words.

        Example:

        >>> Choice(4, 8, 1024, codes=2).name
        '4 x 8, 2 x 1024'
        """
        number = f"{self.codes} x " if self.codes > 1 else ""
        return f"{self.frames} x {self.bins}, {number}{self.codewords}"


def measured_choice(
    coder: PatchStages | NetworkStages,
    choice: Choice,
    *,
    train: Split,
    test: Split,
    holes: Sequence[HeldOutHole],
    settings: SpectrogramSettings,
    seed: int = 0,
) -> dict[str, Any]:
    """Measure what codes cells, on unseen clips and regions.

    Args:
        coder: Gives codes, and smooth levels of them.
        choice: Its cells, codewords and codes.
        train: What chances of codes are counted in.
        test: Unseen clips whose metadata has a `kind`.
        holes: Regions of unseen sounds.
        settings: How sound becomes a spectrogram.
        seed: Of the trees that tell. Defaults to `0`.

    Returns:
        `bitrate_bps`; `entropy_bps`, what the codes hold, each by itself;
        `context_bps`, with chances counted in training where the code before in time is
        known, of a second code the first of its cell; the means over kinds of `lsd_db`,
        `level_error_db` and `envelope_correlation`; and `told`, the area under the
        curve of trees with its limits.
    """
    contexts = _counted(coder, choice, train)
    values: dict[str, list[list[float]]] = defaultdict(list)
    counts = np.zeros((choice.codes, choice.codewords), np.int64)
    spent: list[NDArray[np.float64]] = []
    for place in _places(test):
        example, audio = test[place], test.audio(place)
        codemaps, outputs = coder.coded(example[np.newaxis])
        for stage, codes in enumerate(np.moveaxis(codemaps, -1, 0)):
            counts[stage] += code_counts(codes, choice.codewords)
        pairs = zip(contexts, _pairs(codemaps), strict=True)
        spent.append(np.array([each.bits(*pair).mean() for each, pair in pairs]))
        kind = test.metadata[place]["kind"]
        values[kind].append(_distances(example, outputs[0], audio, settings))
    cells = settings.frames_per_second / choice.frames * settings.num_bins / choice.bins
    means = np.mean([np.nanmean(of, axis=0) for of in values.values()], axis=0)
    told = told_levels(coder.reconstruct, holes, settings, seed=seed)
    return {
        "bitrate_bps": choice.codes * cells * math.log2(choice.codewords),
        "entropy_bps": cells * sum(entropy_bits(each) for each in counts),
        "context_bps": cells * float(np.mean(spent, axis=0).sum()),
        **dict(zip(MEASURES, map(float, means), strict=True)),
        "told": asdict(told),
    }


def _counted(
    coder: PatchStages | NetworkStages, choice: Choice, train: Split
) -> list[CodeContext]:
    """Chances of the codes of each stage."""
    contexts = [CodeContext(choice.codewords) for _ in range(choice.codes)]
    for place in evenly_spaced(len(train), COUNTED):
        codemaps, _ = coder.coded(train[place][np.newaxis])
        for context, pair in zip(contexts, _pairs(codemaps), strict=True):
            context.add(*pair)
    return contexts


def _pairs(
    codemaps: NDArray[np.int32],
) -> list[tuple[NDArray[np.int32], NDArray[np.int32]]]:
    """Of each stage what is known, and the codes beside it."""
    first, *more = np.moveaxis(codemaps, -1, 0)
    before = [first, *more]
    return [
        (first[:, :-1], first[:, 1:]),
        *((known, codes) for known, codes in zip(before, more, strict=False)),
    ]


def _places(test: Split) -> list[int]:
    """Clips that are measured: of each kind as many, evenly spaced."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for place, metadata in enumerate(test.metadata):
        by_kind[metadata["kind"]].append(place)
    return [
        of_kind[index]
        for of_kind in by_kind.values()
        for index in evenly_spaced(len(of_kind), PER_KIND)
    ]


def _distances(
    example: NDArray[np.float32],
    output: NDArray[np.float32],
    audio: NDArray[np.float32],
    settings: SpectrogramSettings,
) -> list[float]:
    """Values of `MEASURES`."""
    before, after = (magnitude_db_of(each, settings) for each in (example, output))
    heard = sound_of(output, audio, settings, phase="original", seed=0)
    return [
        lsd_db(before, after),
        level_error_db(audio, heard),
        envelope_correlation(audio, heard, settings.sample_rate),
    ]
