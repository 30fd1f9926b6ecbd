"""Edits of a sound through a model's codemap, leaving all other samples alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.edit.cell_edit import CellEdit, NewCells, changed_cells
from edge_runtime.edit.decoded import check_texture
from edge_runtime.edit.heard_channel import heard_channels
from edge_runtime.edit.passage import PassageRenderer
from edge_runtime.edit.passages import known_around
from edge_runtime.edit.request import (
    EditSettings,
    box_around,
    cells_of,
    check_level,
)
from edge_runtime.edit.result import Edit
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.edit.sound_edit import SoundEdit
from edge_runtime.engines.engine import Engine
from edge_runtime.engines.load import load_engine
from edge_runtime.phase.choice import check_phase
from edge_runtime.priors.choice import make_prior
from edge_runtime.priors.prior import Prior, reach_of, regenerated
from edge_runtime.spectrogram.region import Region
from edge_runtime.stage_times import StageTimes

# From a codemap and the mask of the region's cells, both `(map_frames, map_bins)`, to
# the new codemap or to vectors.
Change = Callable[
    [NDArray[np.int32], NDArray[np.bool_]],
    NDArray[np.int32] | NDArray[np.float32],
]


class Inpainter:
    """Regenerates a region of a sound, or transforms its codes.

    Samples further than 25 ms from the region stay bit-identical. All channels go
    through one codemap, and keep their levels and phases against each other as they are
    around the region. What lies below 20 Hz is kept. At most 20 s and what surrounds
    them are held as spectrum and floats; the codes are those of the whole sound.

    Args:
        bundle: Model of sounds.
        engine: What runs the model. Defaults to `load_engine(bundle)`.
        threads: Threads of that engine. Defaults to `1`.

    Raises:
        BundleError: If the bundle is a model of images or cannot be run.
        MissingDependencyError: If no interpreter is installed.
    """

    def __init__(
        self, bundle: Bundle, *, engine: Engine | None = None, threads: int = 1
    ) -> None:
        self.bundle = bundle
        self.settings = bundle.settings
        self._engine = engine or load_engine(bundle, threads=threads)

    def inpaint(
        self,
        audio_file: AudioFile,
        region: Region | NDArray[np.bool_],
        *,
        prior: Prior | None = None,
        phase: str = "continued",
        seed: int = 0,
        snap: bool = False,
        above: bool = True,
        texture: float = 1.0,
    ) -> Edit:
        """Regenerate a region from what surrounds it.

        The level inside is fitted to the level around it, and no two neighbouring
        samples end up further apart than anywhere in the input: no clicks.

        Args:
            audio_file: Sound of any rate and number of channels.
            region: Box to regenerate; or the cells themselves, bool of shape
                `(map_frames, map_bins)`, which are heard whole.
            prior: What predicts the hidden codes, or vectors. Defaults to that of the
                command `inpaint`, see `make_prior`.
            phase: `"continued"`, which goes on from what surrounds the region;
                `"original"` to keep the phase that was there; `"griffin_lim"`, found
                from a random start; or `"instantaneous_frequency"`, where the model
                decodes one. Defaults to `"continued"`.
            seed: Of the prior's sampling and of the phase `"griffin_lim"`. Defaults to
                `0`.
            snap: Whether all of each cell that a box touches is heard, and not only
                what lies in the box. Defaults to `False`.
            above: Whether, if the region reaches the top of the model's band, what lies
                above becomes louder and softer as that does. Defaults to `True`.
            texture: How much of noise's own texture the sound gets where the model says
                that it is noise, in [0, 1]. Models without a spread say nothing.
                Defaults to `1.0`.

        Returns:
            The edit.

        Raises:
            UsageError: If the model has no such phase, or texture is out of range.
            ValueError: If the region lies outside the sound or is a mask of another
                shape than the codemap.
            BundleError: If the model does not fit its description.
        """
        predicting = prior or make_prior(self.bundle, self._engine)

        def fill(codemap: NDArray[np.int32], cells: NDArray[np.bool_]) -> NewCells:
            made = regenerated(predicting, codemap, cells, seed=seed)
            return NewCells(made.codemap, cells, made.vectors, made.pass_seconds)

        settings = EditSettings(
            phase=phase, seed=seed, snap=snap, above=above, texture=texture
        )
        reach = reach_of(predicting)
        return self._edit(audio_file, region, fill, settings, reach=reach)

    def transform(
        self,
        audio_file: AudioFile,
        region: Region | NDArray[np.bool_],
        change: Change,
        *,
        phase: str = "continued",
        seed: int = 0,
        snap: bool = False,
        above: bool = True,
        texture: float = 1.0,
        level: str = "fitted",
    ) -> Edit:
        """Change cells of a sound and regenerate those that have changed.

        Args:
            audio_file: Sound of any rate and number of channels.
            region: Box the change is confined to, or the mask of its cells.
            change: Function of a codemap `(map_frames, map_bins)` and the mask of its
                cells inside the region; returns the new codemap, or vectors
                `(map_frames, map_bins, codebook_dim)`, which are decoded as they are.
                What lies outside the mask must stay.
            phase: As for `inpaint`. Defaults to `"continued"`.
            seed: Of the phase `"griffin_lim"`. Defaults to `0`.
            snap: As for `inpaint`. Defaults to `False`.
            above: As for `inpaint`. Defaults to `True`.
            texture: As for `inpaint`. Defaults to `1.0`.
            level: How loud what has changed becomes: `"fitted"`, corrected by what the
                model is off around it; `"kept"`, as loud as it was; `"silent"`, not at
                all, whatever the decoder makes of what sounds beside it; what was too
                quiet for the model goes on. Defaults to `"fitted"`.

        Returns:
            The edit.

        Raises:
            UsageError: If the model has no such phase, texture is out of range, or
                there is no such level.
            ValueError: If the region lies outside the sound or is a mask of another
                shape than the codemap.
            BundleError: If the model does not fit its description.
        """
        check_level(level)

        def change_and_compare(
            codemap: NDArray[np.int32], cells: NDArray[np.bool_]
        ) -> NewCells:
            after = change(codemap, cells)
            before = self.bundle.codewords_of(codemap)
            return changed_cells(codemap, after, before, cells)

        settings = EditSettings(
            phase=phase,
            seed=seed,
            snap=snap,
            above=above,
            texture=texture,
            keeps_level=level == "kept",
            silences=level == "silent",
            keeps_image=True,
        )
        # An effect may look anywhere.
        return self._edit(audio_file, region, change_and_compare, settings, reach=None)

    def codemap_of(self, audio_file: AudioFile) -> NDArray[np.int32]:
        """Codes of a sound, all channels together, shape `(map_frames, map_bins)`."""
        codec = SoundCodec(self.bundle, self._engine, StageTimes())
        return codec.codemap_of(*heard_channels(audio_file, self.settings.sample_rate))

    def _edit(
        self,
        audio_file: AudioFile,
        region: Region | NDArray[np.bool_],
        change: CellEdit,
        settings: EditSettings,
        *,
        reach: int | None,
    ) -> Edit:
        check_phase(settings.phase, self.settings)
        check_texture(settings.texture)
        times = StageTimes()
        codec = SoundCodec(self.bundle, self._engine, times)
        heard = heard_channels(audio_file, self.settings.sample_rate)
        cells = cells_of(region, self.bundle, codec.map_shape(heard[0]))
        known = known_around(cells, self.bundle, audio_file, reach)
        before = codec.codemap_of(*heard, rows=known)
        with times.stage("prior"):
            after = change(before, cells)
        for number, seconds in enumerate(after.pass_seconds, start=1):
            times.seconds[f"prior_pass_{number}"] = seconds
        box = region if isinstance(region, Region) and not settings.snap else None
        renderer = PassageRenderer(codec, box, settings, times)
        free = np.zeros_like(cells) if box is None else ~cells
        done = SoundEdit(audio_file, heard, codec, after, free, renderer, times).run()
        duration = audio_file.duration
        whole = box_around(after.mask, self.bundle, duration)
        asked = region
        if not isinstance(asked, Region):
            asked = box_around(cells, self.bundle, duration) or Region(
                0.0, 0.0, 0.0, 0.0
            )
        return Edit(
            sound=done.sound,
            asked=asked,
            box=whole,
            changed=done.changed,
            mask=after.mask,
            known=known,
            codemap_before=before,
            codemap_after=after.codemap,
            level=done.level,
            share=done.share,
            above=done.above,
            seconds=times.seconds,
        )
