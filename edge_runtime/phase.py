"""Phase for regenerated magnitudes: fast Griffin-Lim inside a mask."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from edge_runtime.stft import (
    BLOCK,
    check_lengths,
    hann_window,
    inverse_window_sum,
    overlap_add,
)

PHASES = ("original", "griffin_lim", "instantaneous_frequency")
# Keeps a division by zero out of silent cells; far below any real magnitude.
_TINY = np.float32(1e-30)


def griffin_lim(
    magnitude: NDArray[np.floating],
    spectrum: NDArray[np.complexfloating],
    mask: NDArray[np.bool_],
    *,
    hop_length: int,
    iterations: int = 32,
    momentum: float = 0.99,
    seed: int,
) -> NDArray[np.complex64]:
    """Find the phase that fits a magnitude inside a mask to the sound around it.

    Fast Griffin-Lim: from a random phase, go back and forth between audio and spectrum;
    each time keep the phase that comes back, pushed on by the momentum, and restore the
    magnitude. Outside the mask the spectrum is restored whole, so the new phase grows
    out of the old one. Only the frames that the mask touches are transformed; their
    `n_fft // hop_length - 1` neighbours on each side enter once, as fixed audio.

    Source: Perraudin, Balazs and Søndergaard (2013), "A fast Griffin-Lim algorithm",
    https://doi.org/10.1109/WASPAA.2013.6701851, algorithm 2.

    Args:
        magnitude: Float array of shape `(frames, n_fft // 2 + 1)`, in the units of
            `stft`. Read inside the mask only.
        spectrum: Complex array of the same shape. Read outside the mask only.
        mask: Bool array of the same shape, true where phase is wanted.
        hop_length: Step between frames, in samples. Must divide `n_fft`.
        iterations: How often to go back and forth. Defaults to `32`.
        momentum: Float, 0 or more; 0 is Griffin and Lim (1984). Defaults to `0.99`.
        seed: Seed of the random phase at the start.

    Returns:
        Complex64 array of the same shape: `spectrum` outside the mask, bit by bit, and
        a complex number of the asked magnitude inside.

    Raises:
        ValueError: If the shapes differ, `hop_length` does not divide `n_fft`, or a
            number is negative.

    Example:

    >>> magnitude = np.ones((9, 33), np.float32)
    >>> mask = np.ones((9, 33), bool)
    >>> spectrum = griffin_lim(magnitude, 0j * magnitude, mask, hop_length=16, seed=0)
    >>> bool(np.allclose(np.abs(spectrum), 1.0))
    True
    """
    if spectrum.ndim != 2 or not magnitude.shape == spectrum.shape == mask.shape:
        raise ValueError(
            "magnitude, spectrum and mask must have one shape (frames, bins). "
            f"Received: {magnitude.shape}, {spectrum.shape}, {mask.shape}."
        )
    check_lengths(2 * (spectrum.shape[1] - 1), hop_length)
    if iterations < 0 or momentum < 0:
        raise ValueError(
            "iterations and momentum must be 0 or more. "
            f"Received: {iterations}, {momentum}."
        )
    result = spectrum.astype(np.complex64)
    if not mask.any():
        return result
    result[mask] = magnitude[mask] * random_phase(
        np.random.default_rng(seed), int(mask.sum())
    )
    touched = np.flatnonzero(mask.any(axis=1))
    frames = slice(int(touched[0]), int(touched[-1]) + 1)
    region = _Region(result, frames, mask[frames], magnitude[frames], hop_length)
    region.iterate(iterations, momentum)
    put_silent(result, magnitude, mask)
    return result


def random_phase(rng: np.random.Generator, count: int) -> NDArray[np.complex64]:
    """Complex numbers of magnitude 1; a real sine is ten times as fast as `exp`."""
    turns = rng.random(count, dtype=np.float32)
    angle = turns * np.float32(2.0 * np.pi)
    phase = np.empty(count, np.complex64)
    phase.real, phase.imag = np.cos(angle), np.sin(angle)
    return phase


def momentum_share(momentum: float) -> np.float32:
    """Share of the audio before that is taken off the audio now.

    Perraudin's c + momentum * (c - c_before), up to a scale that no phase sees. The
    transform is linear, so audio may carry the momentum: a quarter of the numbers.
    """
    return np.float32(momentum / (1.0 + momentum))


def phase_of_windows(
    windows: NDArray[np.float32], magnitude: NDArray[np.float32], bins: slice
) -> tuple[NDArray[np.complexfloating], NDArray[np.floating]]:
    """Spectrum of some windows, and what brings it to a magnitude when multiplied.

    Args:
        windows: Samples, shape `(frames, n_fft)`.
        magnitude: Wanted, shape `(frames, bins)`.
        bins: Which bins those are.
    """
    window = hann_window(windows.shape[1])
    # Any scale will do; numpy computes this one in float32, twice as fast.
    rebuilt = np.fft.rfft(windows * window, norm="ortho")[:, bins]
    size = np.abs(rebuilt)
    size += _TINY
    return rebuilt, magnitude / size


def put_silent(
    result: NDArray[np.complex64],
    magnitude: NDArray[np.floating],
    mask: NDArray[np.bool_] | bool = True,
) -> None:
    """Where no phase has come back, because the estimate is silent, put phase 0."""
    silent = mask & (np.abs(result) < 0.5 * magnitude)
    result[silent] = magnitude[silent]


class _Region:
    """The frames between the first and the last that the mask touches.

    Args:
        spectrum: Complex64 array of shape `(frames, n_fft // 2 + 1)`. `iterate`
            changes it inside the mask.
        frames: The touched frames.
        mask: Mask of the touched frames.
        magnitude: Wanted magnitude of the touched frames.
        hop_length: Step between frames, in samples.
    """

    def __init__(
        self,
        spectrum: NDArray[np.complex64],
        frames: slice,
        mask: NDArray[np.bool_],
        magnitude: NDArray[np.floating],
        hop_length: int,
    ) -> None:
        self.hop_length = hop_length
        self.estimate = spectrum[frames]
        bins = np.flatnonzero(mask.any(axis=0))
        self.bins = slice(int(bins[0]), int(bins[-1]) + 1)
        self.mask = np.ascontiguousarray(mask[:, self.bins])
        self.partial = not bool(self.mask.all())
        self.magnitude = magnitude[:, self.bins].astype(np.float32)
        self.around, self.gain = _surroundings(spectrum, frames, hop_length)

    def iterate(self, iterations: int, momentum: float) -> None:
        """Go back and forth between audio and spectrum."""
        share = momentum_share(momentum)
        before = np.zeros_like(self.around)
        for _ in range(iterations):
            audio = self.around.copy()
            overlap_add(audio, self.estimate, self.hop_length)
            audio *= self.gain
            self._take_phase(audio - share * before)
            before = audio

    def _take_phase(self, audio: NDArray[np.float32]) -> None:
        """Give the estimate the phase of `audio`, inside the mask."""
        n_fft = 2 * (self.estimate.shape[1] - 1)
        windows = sliding_window_view(audio, n_fft)[:: self.hop_length]
        for start in range(0, len(windows), BLOCK):
            block = slice(start, start + BLOCK)
            rebuilt, scale = phase_of_windows(
                windows[block], self.magnitude[block], self.bins
            )
            inside = self.estimate[block, self.bins]
            np.multiply(
                rebuilt,
                scale,
                out=inside,
                where=self.mask[block] if self.partial else True,
                casting="same_kind",
            )


def _surroundings(
    spectrum: NDArray[np.complex64], frames: slice, hop_length: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Audio that the fixed neighbours add under the windows of `frames`, and the gain.

    The gain undoes the overlap of the windows; it is 0 in the padding before and after
    the sound, where audio must be silent.
    """
    n_fft = 2 * (spectrum.shape[1] - 1)
    reach = n_fft // hop_length - 1
    first, last = max(0, frames.start - reach), min(len(spectrum), frames.stop + reach)
    neighbours = spectrum[first:last].copy()
    neighbours[frames.start - first : frames.stop - first] = 0.0
    gain = inverse_window_sum(last - first, n_fft, hop_length)
    # Where the sound begins and where it can end at the latest, counted from `first`.
    begin = n_fft // 2 - first * hop_length
    end = begin + len(spectrum) * hop_length - 1
    gain[: max(0, begin)] = 0.0
    gain[end:] = 0.0
    start = (frames.start - first) * hop_length
    stop = start + (frames.stop - frames.start - 1) * hop_length + n_fft
    audio = np.zeros_like(gain)
    overlap_add(audio, neighbours, hop_length)
    return audio[start:stop], gain[start:stop]
