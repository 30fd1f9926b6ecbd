"""Phase for regenerated magnitudes: fast Griffin-Lim inside a mask."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from edge_runtime.spectrogram.stft import (
    BLOCK,
    check_lengths,
    inverse_window_sum,
    overlap_add,
    wide_hann_window,
)

PHASES = ("original", "griffin_lim", "instantaneous_frequency")
# Keeps a division by zero out of silent cells, and the quotient of any float32 finite.
_TINY = 1e-200


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
    out of the old one. Only the frames that the mask touches are transformed; what is
    known in them and in their `n_fft // hop_length - 1` neighbours on each side enters
    once, as fixed audio.

    Every iteration amplifies what the one before it has rounded. In float64 that stays
    far below the float32 numbers of the result, so that all processors agree on them.

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
    touched = np.flatnonzero(mask.any(axis=1))
    frames = slice(int(touched[0]), int(touched[-1]) + 1)
    region = _Region(result, frames, mask[frames], magnitude[frames], hop_length)
    region.iterate(np.random.default_rng(seed), iterations, momentum)
    put_silent(result, magnitude, mask)
    return result


def random_phase(rng: np.random.Generator, count: int) -> NDArray[np.complex128]:
    """Complex numbers of magnitude 1, from a table: sines in float64 take long."""
    circle = _circle()
    places = rng.random(count, dtype=np.float32) * np.float32(len(circle))
    return circle[places.astype(np.intp)]


@lru_cache(maxsize=1)
def _circle() -> NDArray[np.complex128]:
    """As many directions as a random start needs, and still in the L1 cache."""
    angle = np.arange(2048) * (2.0 * np.pi / 2048)
    circle = np.empty(len(angle), np.complex128)
    circle.real, circle.imag = np.cos(angle), np.sin(angle)
    circle.setflags(write=False)
    return circle


def momentum_share(momentum: float) -> float:
    """Share of the audio before that is taken off the audio now.

    Perraudin's c + momentum * (c - c_before), up to a scale that no phase sees. The
    transform is linear, so audio may carry the momentum: a quarter of the numbers.
    """
    return momentum / (1.0 + momentum)


def phase_of_windows(
    windows: NDArray[np.float64], magnitude: NDArray[np.float64]
) -> NDArray[np.complex128]:
    """Spectrum of some windows, brought to a magnitude.

    Args:
        windows: Samples, shape `(frames, n_fft)`.
        magnitude: Wanted, shape `(frames, n_fft // 2 + 1)`.
    """
    spectrum = np.fft.rfft(windows * wide_hann_window(windows.shape[1]))
    size = np.abs(spectrum)
    size += _TINY
    spectrum *= np.divide(magnitude, size, out=size)
    return spectrum


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
        spectrum: Complex64 array of shape `(frames, n_fft // 2 + 1)`. Read outside the
            mask only; `iterate` changes it inside.
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
        self.found = spectrum[frames]
        self.mask = mask
        self.magnitude = np.where(mask, magnitude, 0.0).astype(np.float64, copy=False)
        self.around, self.gain = _surroundings(spectrum, frames, mask, hop_length)

    def iterate(
        self, rng: np.random.Generator, iterations: int, momentum: float
    ) -> None:
        """From a random phase, go back and forth between audio and spectrum."""
        share, hop_length = momentum_share(momentum), self.hop_length
        n_fft = 2 * (self.found.shape[1] - 1)
        now, pushed, after = (np.zeros_like(self.around) for _ in range(3))
        for left in reversed(range(iterations + 1)):
            windows = sliding_window_view(pushed, n_fft)[::hop_length]
            np.copyto(after, self.around)
            for start in range(0, len(windows), BLOCK):
                block = slice(start, start + BLOCK)
                if left == iterations:
                    part = self._with_random_phase(block, rng)
                else:
                    part = phase_of_windows(windows[block], self.magnitude[block])
                if left == 0:
                    self._keep(block, part)
                    continue
                stop = (start + len(part) - 1) * hop_length + n_fft
                overlap_add(after[start * hop_length : stop], part, hop_length)
            after *= self.gain
            now *= -share
            now += after
            now, pushed, after = after, now, pushed

    def _with_random_phase(
        self, block: slice, rng: np.random.Generator
    ) -> NDArray[np.complex128]:
        part, inside = self.magnitude[block].astype(np.complex128), self.mask[block]
        part[inside] *= random_phase(rng, int(inside.sum()))
        return part

    def _keep(self, block: slice, part: NDArray[np.complex128]) -> None:
        """Round some frames into the result."""
        inside = self.mask[block]
        np.copyto(self.found[block], part, where=inside, casting="same_kind")


def _surroundings(
    spectrum: NDArray[np.complex64],
    frames: slice,
    mask: NDArray[np.bool_],
    hop_length: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Audio that all outside the mask adds under the windows of `frames`, and the gain.

    The gain undoes the overlap of the windows; it is 0 in the padding before and after
    the sound, where audio must be silent.
    """
    n_fft = 2 * (spectrum.shape[1] - 1)
    reach = n_fft // hop_length - 1
    first, last = max(0, frames.start - reach), min(len(spectrum), frames.stop + reach)
    known = spectrum[first:last].copy()
    known[frames.start - first : frames.stop - first][mask] = 0.0
    gain = inverse_window_sum(last - first, n_fft, hop_length).astype(np.float64)
    # Where the sound begins and where it can end at the latest, counted from `first`.
    begin = n_fft // 2 - first * hop_length
    end = begin + len(spectrum) * hop_length - 1
    gain[: max(0, begin)] = 0.0
    gain[end:] = 0.0
    start = (frames.start - first) * hop_length
    stop = start + (frames.stop - frames.start - 1) * hop_length + n_fft
    audio = np.zeros_like(gain)
    overlap_add(audio, known, hop_length)
    return audio[start:stop], gain[start:stop]
