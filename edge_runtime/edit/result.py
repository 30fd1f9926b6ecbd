"""What came of an edit: the sound, what was asked, what changed, and how."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.edit.edited_sound import EditedSound
from edge_runtime.edit.level_fit import LIMIT_DB, LevelFit
from edge_runtime.spectrogram.region import Region


@dataclass(frozen=True, eq=False)
class Edit:
    """An edited sound and how it came about.

    Attributes:
        sound: The sound; like the input in rate, channels, subtype and length.
        asked: The box that was asked for; around painted cells, if they were.
        box: The box of whole cells that were regenerated; `None` if none was. Without
            `snap` the sound changes in the asked part of it only.
        changed: The box in which samples have changed; `None` if none has.
        mask: Regenerated cells, bool of shape `(map_frames, map_bins)`.
        known: Frames of cells whose codes the edit needed: those around what was asked,
            as far as the prior looks. A short edit of a long sound leaves the rest.
        codemap_before: Codes of the input, all channels together, int32 of the same
            shape; 0 where they were not needed.
        codemap_after: Codes of the output. An effect on quantized vectors leaves all
            codes as they are, also in the cells it regenerates.
        level: The gain that fitted what was generated.
        share: How much of the change the guard against clicks left in, in [0, 1].
        above: Whether what lies above the model's band was made to follow.
        seconds: Time spent in each stage, in s; of a prior that fills in several
            passes also in each of these, `prior_pass_1` and so on, parts of `prior`.
    """

    sound: EditedSound
    asked: Region
    box: Region | None
    changed: Region | None
    mask: NDArray[np.bool_]
    known: range
    codemap_before: NDArray[np.int32]
    codemap_after: NDArray[np.int32]
    level: LevelFit
    share: float
    above: bool
    seconds: dict[str, float]

    @property
    def audio_file(self) -> AudioFile:
        """All of the sound; errors as `EditedSound.whole`."""
        return self.sound.whole

    def report(self) -> dict[str, Any]:
        """What the JSON of the command line and of the page says about an edit."""
        return {
            "asked": asdict(self.asked),
            "box": None if self.box is None else asdict(self.box),
            "changed": None if self.changed is None else asdict(self.changed),
            "cells": int(self.mask.sum()),
            "level_db": round(self.level.gain_db, 2),
            "level": self.level.reason,
            "share": round(self.share, 4),
            "above": self.above,
        }

    def lines(self) -> list[str]:
        """The same for people, a sentence a line."""
        if self.box is None or self.changed is None:
            return ["nothing has changed: the output equals the input"]
        lines = [
            f"regenerated {self.box} ({int(self.mask.sum())} cells)",
            f"asked {self.asked}; changed {self.changed}",
        ]
        if self.level.reason == "limit":
            lines.append(
                f"level: what was made is more than {LIMIT_DB:g} dB off what surrounds "
                f"it; {self.level.gain_db:+.0f} dB is the most that is corrected. "
                "Leave more of the sound around the box, or take a model with shorter "
                "cells"
            )
        elif self.level.reason == "silence":
            lines.append(
                "level: nothing sounds around the box that it could be fitted to"
            )
        if self.share < 0.999:
            lines.append(
                f"clicks: {100 * self.share:.0f} % of the change is left, turned down "
                "for some ms where it would have clicked"
            )
        if self.above:
            lines.append("above the model's band: the original follows the band below")
        return lines
