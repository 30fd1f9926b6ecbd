"""Edits of a sound through a model's codemap, leaving all other samples alone.

Everything is linear in the spectrum, so the output is the input plus the resynthesised
difference of spectra, which is zero wherever no regenerated frame reaches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.edit import long_edit
from edge_runtime.edit.cell_edit import NewCells, changed_cells
from edge_runtime.edit.channel_editor import ChannelEditor
from edge_runtime.edit.heard_channel import HeardChannel
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.engines.engine import Engine
from edge_runtime.engines.load import load_engine
from edge_runtime.phase.choice import check_phase
from edge_runtime.priors.choice import make_prior
from edge_runtime.priors.prior import Prior
from edge_runtime.spectrogram.region import Region, box_of
from edge_runtime.stage_times import StageTimes

# From a codemap, the mask of the region's cells, both `(map_frames, map_bins)`, and the
# number of the channel, to the new codemap or to vectors.
Change = Callable[
    [NDArray[np.int32], NDArray[np.bool_], int],
    NDArray[np.int32] | NDArray[np.float32],
]

# Rounding to the file's numbers can add this much to a jump between two samples.
_STEPS = {"PCM_U8": 2.0**-7, "PCM_16": 2.0**-15, "PCM_24": 2.0**-23}


@dataclass(frozen=True, eq=False)
class Edit:
    """An edited sound and how it came about.

    Attributes:
        audio_file: The sound; like the input in rate, channels, subtype and length.
        box: The box the region snapped to; `None` if no cell was regenerated.
        mask: Regenerated cells, bool of shape `(channels, map_frames, map_bins)`.
        codemap_before: Codes of the input, int32 of the same shape.
        codemap_after: Codes of the output. An effect on quantized vectors leaves all
            codes as they are, also in the cells it regenerates.
        level_db: Per channel the gain that fitted the level inside to the outside.
        seconds: Time spent in each stage, in s.
    """

    audio_file: AudioFile
    box: Region | None
    mask: NDArray[np.bool_]
    codemap_before: NDArray[np.int32]
    codemap_after: NDArray[np.int32]
    level_db: tuple[float, ...]
    seconds: dict[str, float]


class Inpainter:
    """Regenerates a region of a sound, or transforms its codes.

    Samples that no regenerated frame touches stay bit-identical. Channels are edited
    one by one with the same region and seed. What lies above the model's Nyquist
    frequency is kept. Beyond 20 s, at most 20 s and what surrounds them are held as
    spectrum and floats; the codes are those of the whole sound all the same.

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
    ) -> Edit:
        """Regenerate a region from what surrounds it.

        The level inside is fitted to the level around it, and no two neighbouring
        samples end up further apart than anywhere in the input: no clicks.

        Args:
            audio_file: Sound of any rate and number of channels.
            region: Box to regenerate, which snaps outwards to whole cells; or the
                cells themselves, bool of shape `(map_frames, map_bins)`.
            prior: What predicts the hidden codes. Defaults to that of the command
                `inpaint`, see `make_prior`.
            phase: `"continued"`, which goes on from what surrounds the region;
                `"original"` to keep the phase that was there; `"griffin_lim"`, found
                from a random start; or `"instantaneous_frequency"`, where the model
                decodes one. Defaults to `"continued"`.
            seed: Of the prior's sampling and of the phase `"griffin_lim"`. Defaults to
                `0`.

        Returns:
            The edit.

        Raises:
            UsageError: If the model has no such phase.
            ValueError: If the region lies outside the sound or is a mask of another
                shape than the codemap.
            BundleError: If the model does not fit its description.
        """
        predicting = prior or make_prior(self.bundle, self._engine)

        def fill(
            codemap: NDArray[np.int32], cells: NDArray[np.bool_], channel: int
        ) -> NewCells:
            return NewCells(predicting.fill(codemap, cells, seed=seed), cells)

        return self._edit(audio_file, region, fill, phase=phase, seed=seed, fit=True)

    def transform(
        self,
        audio_file: AudioFile,
        region: Region | NDArray[np.bool_],
        change: Change,
        *,
        phase: str = "continued",
        seed: int = 0,
    ) -> Edit:
        """Change cells of a sound and regenerate those that have changed.

        Args:
            audio_file: Sound of any rate and number of channels.
            region: Box the change is confined to, or the mask of its cells.
            change: Function of a codemap `(map_frames, map_bins)`, the mask of its
                cells inside the region and the channel number; returns the new
                codemap, or vectors `(map_frames, map_bins, codebook_dim)`, which are
                decoded as they are. What lies outside the mask must stay.
            phase: As for `inpaint`. Defaults to `"continued"`.
            seed: Of the phase `"griffin_lim"`. Defaults to `0`.

        Returns:
            The edit.

        Raises:
            UsageError: If the model has no such phase.
            ValueError: If the region lies outside the sound or is a mask of another
                shape than the codemap.
            BundleError: If the model does not fit its description.
        """

        def change_and_compare(
            codemap: NDArray[np.int32], cells: NDArray[np.bool_], channel: int
        ) -> NewCells:
            after = change(codemap, cells, channel)
            before = self.bundle.codewords_of(codemap)
            return changed_cells(codemap, after, before, cells)

        return self._edit(
            audio_file, region, change_and_compare, phase=phase, seed=seed, fit=False
        )

    def codemaps_of(self, audio_file: AudioFile) -> NDArray[np.int32]:
        """Codes of a sound, shape `(channels, map_frames, map_bins)`."""
        codec = SoundCodec(self.bundle, self._engine, StageTimes())
        rate = self.settings.sample_rate
        return np.stack(
            [
                codec.codemap_of(HeardChannel(audio_file, number, rate))
                for number in range(audio_file.samples.shape[1])
            ]
        )

    def _edit(
        self,
        audio_file: AudioFile,
        region: Region | NDArray[np.bool_],
        change: Callable[..., NewCells],
        *,
        phase: str,
        seed: int,
        fit: bool,
    ) -> Edit:
        """Edit channel by channel and put the touched samples into the file."""
        check_phase(phase, self.settings)
        times = StageTimes()
        codec = SoundCodec(self.bundle, self._engine, times)
        editor = ChannelEditor(
            codec,
            times,
            phase=phase,
            seed=seed,
            fit=fit,
            step=_STEPS.get(audio_file.subtype, 0.0),
        )
        context = self.bundle.context
        if audio_file.duration > long_edit.LONG_S:
            found = long_edit.edit_long(
                audio_file, region, change, codec, editor, context
            )
            result, level_db = found.audio_file, found.level_db
            mask = np.stack([cells.mask for cells in found.after])
            before = np.stack(found.before)
            after = np.stack([cells.codemap for cells in found.after])
        else:
            audio = audio_file.to_float()
            channels = [
                editor.edit(
                    audio[:, number],
                    audio_file.sample_rate,
                    region,
                    partial(change, channel=number),
                )
                for number in range(audio.shape[1])
            ]
            edited = np.stack([channel.audio for channel in channels], axis=1)
            touched = np.stack([channel.touched for channel in channels], axis=1)
            result = audio_file.with_float(edited, np.max(touched, axis=1))
            samples = np.where(touched, result.samples, audio_file.samples)
            result = replace(audio_file, samples=samples, mapped=None)
            level_db = tuple(channel.level_db for channel in channels)
            mask = np.stack([channel.mask for channel in channels])
            before = np.stack([channel.before for channel in channels])
            after = np.stack([channel.after for channel in channels])
        return Edit(
            audio_file=result,
            box=self._box(np.max(mask, axis=0), audio_file.duration),
            mask=mask,
            codemap_before=before,
            codemap_after=after,
            level_db=level_db,
            seconds=times.seconds,
        )

    def _box(self, mask: NDArray[np.bool_], duration: float) -> Region | None:
        if not mask.any():
            return None
        return box_of(
            mask,
            self.settings,
            self.bundle.time_stride,
            self.bundle.freq_stride,
            duration=duration,
        )
