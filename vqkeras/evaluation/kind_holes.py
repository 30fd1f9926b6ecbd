"""Holes in codemaps of many kinds of sound: distance, bits and accuracy in them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.edit.cell_edit import Decodable
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.priors.prior import ProbabilisticPrior, regenerated
from edge_runtime.spectrogram.distance import lsd_db
from edge_runtime.spectrogram.features import magnitude_db_of
from edge_runtime.spectrogram.region_masks import expand_mask
from edge_runtime.stage_times import StageTimes
from vqkeras.evaluation.code_bits import bits_of
from vqkeras.evaluation.fillers import Models, guesses_of
from vqkeras.evaluation.held_out import HOLES, HeldOutHole
from vqkeras.evaluation.hole_baselines import copied_frame, interpolated
from vqkeras.evaluation.measures import sounding_cells

ALL_KINDS = "all"
MEASURES = ("lsd_db", "bits_per_code", "code_accuracy", "code_accuracy_sounding")


class KindHoles:
    """Scores of all ways to fill holes, without phase and level: codes and decibels.

    Args:
        models: The model that is judged.
    """

    def __init__(self, models: Models) -> None:
        self._bundle = models.bundle
        self._codec = SoundCodec(models.bundle, models.engine, StageTimes())
        self._priors = {
            name: models.prior(choice)
            for name, choice in guesses_of(models.bundle).items()
        }
        # Of a hole, a kind of sound and a method, each measure's values.
        self._values: defaultdict[tuple[str, str, str], dict[str, list[Any]]] = (
            defaultdict(lambda: {measure: [] for measure in MEASURES})
        )

    def add(self, hole: HeldOutHole, *, seed: int) -> None:
        """Fill one hole in every way and compare it with the truth.

        Args:
            hole: The sound and its hidden cells.
            seed: Of what is drawn.
        """
        settings, strides = (
            self._bundle.settings,
            (self._bundle.time_stride, self._bundle.freq_stride),
        )
        analysis = self._codec.analyse(hole.audio)
        level = magnitude_db_of(analysis.spectrogram, settings)
        codemap, mask = analysis.codemap, hole.mask
        inside = expand_mask(mask, *strides, len(level))
        is_heard = sounding_cells(level, *strides)[mask]
        filled: dict[str, Decodable] = {"true_codes": codemap}
        for name, prior in self._priors.items():
            # Nothing may depend on the codes that are hidden.
            visible = np.where(mask, 0, codemap).astype(np.int32)
            found = regenerated(prior, visible, mask, seed=seed)
            filled[name] = found.codemap if found.vectors is None else found.vectors
            is_right = (found.codemap == codemap)[mask]
            self._add(hole, name, "code_accuracy", is_right)
            self._add(hole, name, "code_accuracy_sounding", is_right[is_heard])
            if isinstance(prior, ProbabilisticPrior):
                self._add(hole, name, "bits_per_code", bits_of(prior, codemap, mask))
        levels = {
            "straight_line": interpolated(level, inside),
            "copy_last_frame": copied_frame(level, inside),
            **{
                name: self._decoded_db(codes, len(level))
                for name, codes in filled.items()
            },
        }
        for name, values in levels.items():
            self._add(hole, name, "lsd_db", lsd_db(level, values, inside))

    def rows(self) -> list[dict[str, Any]]:
        """Means of the values.

        Returns:
            Rows with `hole` (`"gap"`, `"box"`), `kind` of sound, or `"all"`,
            `num_holes`, `method`, `lsd_db`, and of priors `bits_per_code`,
            `code_accuracy` and `code_accuracy_sounding` over all hidden codes.
        """
        found = []
        for hole in HOLES:
            keys = sorted(key for key in self._values if key[0] == hole)
            keys.sort(key=lambda key: key[1] != ALL_KINDS)
            for _, kind, method in keys:
                values = self._values[hole, kind, method]
                means = {
                    measure: float(np.concatenate(parts).mean(dtype=np.float64))
                    for measure, parts in values.items()
                    if parts and sum(map(len, parts))
                }
                count = len(values["lsd_db"])
                row = {"hole": hole, "kind": kind, "method": method, "num_holes": count}
                found.append(row | means)
        return found

    def _decoded_db(self, codes: Decodable, frames: int) -> NDArray[np.float32]:
        decoded = self._codec.decode_part(codes, 0, len(codes))[:frames]
        return magnitude_db_of(decoded.spectrogram, self._bundle.settings)

    def _add(
        self, hole: HeldOutHole, method: str, measure: str, value: NDArray[Any] | float
    ) -> None:
        for kind in (ALL_KINDS, hole.kind):
            of_row = self._values[hole.hole, kind, method]
            of_row[measure].append(np.atleast_1d(value))
