"""One channel of an edit: new codes in, new samples out, nothing else changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.resample import resample
from edge_runtime.edit.cell_edit import CellEdit, NewCells
from edge_runtime.edit.decoded import Decoded
from edge_runtime.edit.level_fit import (
    SOUNDING_DB,
    border_of,
    fitted_level_db,
    level_ratios_db,
)
from edge_runtime.edit.resynthesis import Resynthesis
from edge_runtime.edit.seams import largest_jump, share_within
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.spectrogram.decibels import full_scale
from edge_runtime.spectrogram.features import magnitude_of, phase_steps_of
from edge_runtime.spectrogram.region import Region, cell_mask, transform_mask
from edge_runtime.stage_times import StageTimes


@dataclass(frozen=True, eq=False)
class ChannelEdit:
    """One edited channel.

    Attributes:
        audio: Float32 array of shape `(samples,)`.
        touched: Bool array of the same shape: samples that may have changed.
        mask: Regenerated cells, shape `(map_frames, map_bins)`.
        before: Codes of the input, same shape.
        after: Codes of the output, same shape.
        level_db: Gain that fitted the level inside to the outside.
    """

    audio: NDArray[np.float32]
    touched: NDArray[np.bool_]
    mask: NDArray[np.bool_]
    before: NDArray[np.int32]
    after: NDArray[np.int32]
    level_db: float


@dataclass(frozen=True, eq=False)
class Passage:
    """One channel of a sound, or of a part of it, before an edit.

    Attributes:
        audio: Float32 array of shape `(samples,)`.
        sample_rate: Its rate, in Hz.
        heard: Its length at the model's rate, in samples.
        spectrum: Its spectrum there, complex64 `(frames, n_fft // 2 + 1)`.
        peak: Largest absolute value in the whole sound.
        jump: Largest jump between neighbouring samples in the whole sound.
    """

    audio: NDArray[np.float32]
    sample_rate: int
    heard: int
    spectrum: NDArray[np.complex64]
    peak: float
    jump: float


class ChannelEditor:
    """Edits channels of one file with the same settings.

    Args:
        codec: Model and features.
        times: Where the time of each stage is added.
        phase: One of `phases_of` the model's settings.
        seed: Start of the phase `"griffin_lim"`.
        fit: Whether to fit the level inside to what surrounds it, and to limit the
            jump between two samples to the largest in the input. Also an attribute.
        step: Step of the file's numbers, full scale = 1: rounding to them may add as
            much to a jump.
    """

    def __init__(
        self,
        codec: SoundCodec,
        times: StageTimes,
        *,
        phase: str,
        seed: int,
        fit: bool,
        step: float,
    ) -> None:
        self._codec = codec
        self._times = times
        self._phase = phase
        self._seed = seed
        self.fit = fit
        self._step = step

    def edit(
        self,
        audio: NDArray[np.float32],
        sample_rate: int,
        region: Region | NDArray[np.bool_],
        cell_edit: CellEdit,
    ) -> ChannelEdit:
        """Edit one channel.

        Args:
            audio: Float array of shape `(samples,)`.
            sample_rate: Its rate, in Hz.
            region: Box the edit is confined to, or the mask of its cells.
            cell_edit: What happens to the cells.

        Returns:
            The edited channel.

        Raises:
            ValueError: If the mask has another shape than the codemap.
        """
        settings = self._codec.settings
        with self._times.stage("resample"):
            heard = resample(audio, sample_rate, settings.sample_rate)
        analysis = self._codec.analyse(heard)
        before = analysis.codemap
        cells = self.cells_of(region, before.shape)
        with self._times.stage("prior"):
            edited = cell_edit(before, cells)
        passage = Passage(
            audio,
            sample_rate,
            len(heard),
            analysis.spectrum,
            peak=float(np.abs(audio).max(initial=0.0)),
            jump=largest_jump(audio),
        )
        return self.resynthesise(passage, before, edited)

    def resynthesise(
        self,
        passage: Passage,
        before: NDArray[np.int32],
        cells: NewCells,
        level_db: float | None = None,
    ) -> ChannelEdit:
        """Make samples of new cells.

        Args:
            passage: The sound before.
            before: Its codes, shape `(map_frames, map_bins)`.
            cells: What becomes of them.
            level_db: Gain for what is generated. Defaults to `None`: what fits it to
                its surroundings, if the editor fits at all.

        Returns:
            The edited channel.
        """
        audio, mask, after = passage.audio, cells.mask, cells.codemap
        if not mask.any():
            nothing = np.zeros(len(audio), np.bool_)
            return ChannelEdit(audio, nothing, mask, before, after, 0.0)
        spectrum = passage.spectrum
        decoded = self._decode(cells, len(spectrum)).spectrogram
        magnitude = self._magnitude_of(decoded)
        bins = self._bins_of(mask, len(spectrum))
        if level_db is None:
            border = border_of(mask)
            level_db = fitted_level_db(self._ratios_db(spectrum, magnitude, border))
        magnitude *= np.float32(10.0 ** (level_db / 20.0))
        wanted = self._codec.with_phase(
            magnitude,
            spectrum,
            bins,
            phase=self._phase,
            seed=self._seed,
            steps=phase_steps_of(decoded, self._codec.settings),
        )
        render = Resynthesis(
            self._codec.settings, bins, passage.heard, len(audio), passage.sample_rate
        )
        with self._times.stage("istft"):
            change = render(wanted - spectrum)
            if self.fit:
                change = self._without_clicks(passage, change, render)
        peak = max(1.0, passage.peak)
        edited = np.where(render.touched, np.clip(audio + change, -peak, peak), audio)
        return ChannelEdit(edited, render.touched, mask, before, after, level_db)

    def cells_of(
        self, region: Region | NDArray[np.bool_], shape: tuple[int, ...]
    ) -> NDArray[np.bool_]:
        """Mask of the cells that a region stands for."""
        bundle = self._codec.bundle
        if isinstance(region, Region):
            return cell_mask(
                region,
                bundle.settings,
                shape[0],
                shape[1],
                bundle.time_stride,
                bundle.freq_stride,
            )
        if region.shape != shape or region.dtype != np.bool_:
            raise ValueError(
                f"A mask of cells must be boolean, of the codemap's shape {shape}. "
                f"Received: {region.shape} {region.dtype}."
            )
        return region

    def level_ratios_db(
        self,
        spectrum: NDArray[np.complex64],
        cells: NewCells,
        border: NDArray[np.bool_],
    ) -> NDArray[np.float64]:
        """How much louder a sound is than its codes where both are known.

        Args:
            spectrum: The sound, shape `(frames, n_fft // 2 + 1)`.
            cells: Its cells.
            border: Mask of the cells to compare at.

        Returns:
            As `level.level_ratios_db`; nothing if this editor does not fit levels.
        """
        if not self.fit or not border.any():
            return np.zeros(0)
        decoded = self._decode(cells, len(spectrum))
        magnitude = self._magnitude_of(decoded.spectrogram)
        return self._ratios_db(spectrum, magnitude, border)

    def _decode(self, cells: NewCells, frames: int) -> Decoded:
        if cells.quantized is None:
            return self._codec.decode(cells.codemap, frames)
        return self._codec.decode_quantized(cells.quantized, frames)

    def _magnitude_of(self, decoded: NDArray[np.float32]) -> NDArray[np.float32]:
        with self._times.stage("level"):
            return magnitude_of(decoded, self._codec.settings)

    def _ratios_db(
        self,
        spectrum: NDArray[np.complex64],
        magnitude: NDArray[np.float32],
        border: NDArray[np.bool_],
    ) -> NDArray[np.float64]:
        if not self.fit:
            return np.zeros(0)
        settings = self._codec.settings
        quiet_db = settings.floor_db + SOUNDING_DB
        with self._times.stage("level"):
            return level_ratios_db(
                np.abs(spectrum.astype(np.complex128)),
                magnitude,
                self._bins_of(border, len(spectrum)),
                full_scale(settings.n_fft) * 10.0 ** (quiet_db / 20.0),
            )

    def _bins_of(self, cells: NDArray[np.bool_], frames: int) -> NDArray[np.bool_]:
        """Frames and bins of the transform that cells stand for."""
        bundle = self._codec.bundle
        return transform_mask(
            cells, bundle.settings, bundle.time_stride, bundle.freq_stride, frames
        )

    def _without_clicks(
        self,
        passage: Passage,
        change: NDArray[np.float32],
        render: Resynthesis,
    ) -> NDArray[np.float32]:
        """Turn the generated sound down until no jump exceeds the input's largest."""
        audio = passage.audio
        limit = max(0.0, passage.jump * (1.0 - 1e-4) - self._step)
        # The input's largest jump may lie elsewhere: look only where samples change.
        near = render.touched[1:] | render.touched[:-1]
        if largest_jump(audio + change, near) <= limit:
            return change
        removed = render(passage.spectrum)
        remaining, generated = audio - removed, change + removed
        if largest_jump(remaining, near) > limit:
            # Even silence there would click: leave some of the input in.
            remaining, generated = audio, change
        share = share_within(remaining, generated, limit)
        return (remaining - audio) + np.float32(share) * generated
