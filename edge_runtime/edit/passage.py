"""One passage of an edit, all channels: from codes to what is added to the samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.edit.above_band import change_above
from edge_runtime.edit.background import background_level
from edge_runtime.edit.box_fade import (
    LOWEST_HZ,
    audible_bins,
    bin_weights,
    frame_weights,
    sample_fade,
)
from edge_runtime.edit.cell_edit import Decodable
from edge_runtime.edit.decoded import silent_places, textured_magnitude
from edge_runtime.edit.level_fit import (
    RING_BINS,
    RING_S,
    SOUNDING_DB,
    energies_of,
    nearness,
    ring_around,
)
from edge_runtime.edit.passage_stages import Change, Generated, Heard
from edge_runtime.edit.request import EditSettings
from edge_runtime.edit.resynthesis import RAMP_BINS, Resynthesis, ramp_frames
from edge_runtime.edit.seams import fade_weights
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.edit.stereo_image import (
    image_around,
    image_within,
    stereo_axes,
)
from edge_runtime.phase.choice import with_phases
from edge_runtime.phase.masked_fit import touched_frames
from edge_runtime.spectrogram.decibels import full_scale, power_of
from edge_runtime.spectrogram.features import phase_steps_of
from edge_runtime.spectrogram.region import Region
from edge_runtime.spectrogram.region_masks import transform_mask
from edge_runtime.spectrogram.settings import SpectrogramSettings
from edge_runtime.stage_times import StageTimes

# A weight below this is none: -80 dB.
_LEAST = 1e-4


class PassageRenderer:
    """Makes sound of cells.

    Args:
        codec: Model and features.
        region: Box to stay in; `None` if cells are heard whole.
        settings: How an edit becomes sound. Also an attribute.
        times: Where the time of each stage is added.
    """

    def __init__(
        self,
        codec: SoundCodec,
        region: Region | None,
        settings: EditSettings,
        times: StageTimes,
    ) -> None:
        self._codec = codec
        self._region = region
        self.settings = settings
        self._times = times

    def decode(
        self,
        heard: Heard,
        codes: Decodable,
        cells: NDArray[np.bool_],
        *,
        others: NDArray[np.bool_],
        free: NDArray[np.bool_],
    ) -> Generated:
        """Decode a passage and compare its level with the sound's.

        Args:
            heard: The sound that was there.
            codes: Codes, or vectors, of the whole sound.
            cells: Mask of the cells to regenerate, of the whole sound.
            others: Mask of cells that other passages regenerate.
            free: Mask of cells that no one has asked for: an edit may fade out there.
        """
        settings = self._codec.settings
        frames = heard.spectra.shape[1]
        count = self._codec.bundle.map_frames(frames)
        inside = slice(heard.first_cell, min(heard.first_cell + count, len(cells)))
        decoded = self._codec.decode_part(codes, inside.start, inside.stop)[:frames]
        if self.settings.silences:
            bundle = self._codec.bundle
            strides = np.ones((bundle.time_stride, bundle.freq_stride), np.bool_)
            decoded = decoded.silenced(np.kron(cells[inside], strides)[:frames])
        weights = self._weights(heard, cells[inside], free[inside])
        mask = weights > 0.0
        with self._times.stage("level"):
            near = self._around(mask)
            near[self._bins(others[inside], frames)] = 0.0
            axes = None
            parts = heard.spectra
            if len(parts) == 2:
                keeps = self.settings.keeps_image
                axes = stereo_axes(parts, weights if keeps else near)
                parts = axes.split(parts)
            # The band that the edit lies in and is compared with; often a tenth of all.
            band = _from_first_to_last(mask | (near > 0.0))
            power = power_of(parts[..., band])
            background = None
            silent = silent_places(decoded, settings)
            if silent is not None and self.settings.texture:
                background = np.zeros(mask.shape, np.float32)
                background[:, band] = background_level(
                    power, near[:, band], silent[:, band], settings
                )
            joint = textured_magnitude(
                decoded,
                settings,
                texture=self.settings.texture,
                seed=self.settings.seed,
                first_frame=heard.first_cell * self._codec.bundle.time_stride,
                background=background,
                bins=range(mask.shape[1])[band],
            )
            if self.settings.keeps_image:
                image = image_within(parts)
            else:
                image = image_around(parts, mask)
            magnitudes = joint * image
            quiet_db = settings.floor_db + SOUNDING_DB
            energies = energies_of(
                np.sqrt(power),
                magnitudes[..., band],
                (weights if self.settings.keeps_level else near)[:, band],
                full_scale(settings.n_fft) * 10.0 ** (quiet_db / 20.0),
            )
        steps = phase_steps_of(decoded.spectrogram, settings)
        return Generated(heard, axes, parts, magnitudes, steps, weights, energies)

    def render(self, decoded: Generated, gain_db: float) -> Change | None:
        """What an edit adds to the samples, before any limit.

        Args:
            decoded: From `decode`.
            gain_db: Gain of what is generated.

        Returns:
            The change; `None` if nothing of the passage counts.
        """
        heard, weights = decoded.heard, decoded.weights
        if not weights.any():
            return None
        rate, settings = heard.sample_rate, self._codec.settings
        with self._times.stage("phase"):
            wanted = with_phases(
                decoded.magnitudes * np.float32(10.0 ** (gain_db / 20.0)),
                decoded.parts,
                weights > 0.0,
                phase=self.settings.phase,
                hop_length=settings.hop_length,
                seed=self.settings.seed,
                steps=decoded.steps,
            )
        fade = np.ones(len(heard.audio), np.float32)
        if self._region is not None:
            numbers = range(heard.first_sample, heard.first_sample + len(fade))
            fade = sample_fade(self._region, rate, numbers, heard.duration)
        render = Resynthesis(
            settings, weights, heard.length, fade, rate, lead=heard.lead
        )
        with self._times.stage("istft"):
            differences = wanted - decoded.parts
            if decoded.axes is not None:
                differences = decoded.axes.join(differences)
            added = np.stack([render(each) for each in differences], axis=1)
        low_hz, high_hz = _band(weights, settings)
        above_hz = self._above_hz(weights, rate)
        if above_hz is not None:
            high_hz = above_hz
            with self._times.stage("above"):
                share = _at_samples(weights[:, -1], settings, heard)
                for number in range(added.shape[1]):
                    added[:, number] += change_above(
                        heard.audio[:, number].copy(),
                        added[:, number].copy(),
                        share * render.fade,
                        sample_rate=rate,
                        model_rate=settings.sample_rate,
                        high_hz=above_hz,
                    )
        return Change(added, render.touched, low_hz, high_hz, above_hz is not None)

    def _above_hz(self, weights: NDArray[np.float32], rate: int) -> float | None:
        """Up to where an edit goes on above the model's band; `None` if it does not."""
        nyquist, top = self._codec.settings.sample_rate / 2, rate / 2
        if not self.settings.above or top <= nyquist or not weights[:, -1].any():
            return None
        # A box that ends where the model does means all that is above.
        if self._region is None or self._region.high_hz <= nyquist:
            return top
        return min(self._region.high_hz, top)

    def _weights(
        self, heard: Heard, cells: NDArray[np.bool_], free: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """How much of each frame and bin counts."""
        settings, frames = self._codec.settings, heard.spectra.shape[1]
        ramp, bins = ramp_frames(settings), self._bins(cells, frames)
        whole = np.zeros(bins.shape, np.float32)
        if not bins.any():
            return whole
        # Nothing counts further away than a fade, which sees as far again.
        inside = touched_frames(bins)
        near = slice(max(0, inside.start - 2 * ramp), inside.stop + 2 * ramp)
        bins, weights = bins[near], whole[near]
        open_bins = self._bins(cells | free, frames)[near]
        weights[:] = fade_weights(open_bins, ramp, RAMP_BINS)
        # Beyond the box its cells fade out; other cells of it may stay as they are.
        weights[~(bins | ring_around(bins, ramp, RAMP_BINS))] = 0.0
        if self._region is not None:
            first = heard.first_cell * self._codec.bundle.time_stride + near.start
            numbers = range(first, first + len(weights))
            rows = frame_weights(self._region, settings, numbers, heard.duration)
            weights *= rows[:, np.newaxis] * bin_weights(self._region, settings)
        weights[:, ~audible_bins(settings)] = 0.0
        # A frame at the very end of a fade is outside, however its weight is rounded.
        weights[weights < _LEAST] = 0.0
        return whole

    def _around(self, mask: NDArray[np.bool_]) -> NDArray[np.float64]:
        """How much each frame and bin says about the level inside a mask."""
        if not mask.any():
            return np.zeros(mask.shape)
        settings = self._codec.settings
        fps = settings.frames_per_second
        ring = ring_around(mask, round(RING_S * fps), RING_BINS)
        ring &= audible_bins(settings)
        return ring * nearness(mask, fps)[:, np.newaxis]

    def _bins(self, cells: NDArray[np.bool_], frames: int) -> NDArray[np.bool_]:
        """Frames and bins of the transform that cells stand for."""
        bundle = self._codec.bundle
        return transform_mask(
            cells, bundle.settings, bundle.time_stride, bundle.freq_stride, frames
        )


def _from_first_to_last(places: NDArray[np.bool_]) -> slice:
    """Bins between which all places lie, `(frames, bins)`."""
    bins = np.flatnonzero(places.any(axis=0))
    return slice(int(bins[0]), int(bins[-1]) + 1) if len(bins) else slice(0, 0)


def _band(
    weights: NDArray[np.float32], settings: SpectrogramSettings
) -> tuple[float, float]:
    """Frequencies between which something counts, in Hz."""
    bins = np.flatnonzero(weights.any(axis=0))
    bin_hz = settings.sample_rate / settings.n_fft
    low, high = (float(bins[0]) - 0.5) * bin_hz, (float(bins[-1]) + 0.5) * bin_hz
    return max(LOWEST_HZ, low), min(settings.sample_rate / 2, high)


def _at_samples(
    per_frame: NDArray[np.float32], settings: SpectrogramSettings, heard: Heard
) -> NDArray[np.float32]:
    """Values of frames, interpolated at the samples of a part of a file."""
    step = settings.sample_rate / heard.sample_rate
    places = (np.arange(len(heard.audio)) * step - heard.lead) / settings.hop_length
    values = np.interp(places, np.arange(len(per_frame)), per_frame)
    return np.asarray(values, np.float32)
