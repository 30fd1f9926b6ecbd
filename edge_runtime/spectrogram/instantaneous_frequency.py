"""Instantaneous frequency: how fast the phase of each bin turns, and the way back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Angles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PhaseSteps:
    """How the phase of generated bins goes on from frame to frame.

    Attributes:
        frequency: Float32 array of shape `(frames, n_fft // 2 + 1)`, as
            `instantaneous_frequency` gives it.
        has_phase: Bool array of the same shape: bins whose frequency means something.
        quiet: Magnitude, in the units of `stft`, up to which a bin that is not
            generated counts as silent.
    """

    frequency: NDArray[np.float32]
    has_phase: NDArray[np.bool_]
    quiet: float

    def padded(self, before: int, after: int) -> PhaseSteps:
        """The same with frames that have none, before and after."""
        margin = ((before, after), (0, 0))
        return PhaseSteps(
            np.pad(self.frequency, margin), np.pad(self.has_phase, margin), self.quiet
        )


def instantaneous_frequency(
    spectrum: NDArray[np.complexfloating],
    has_phase: NDArray[np.bool_],
    *,
    hop_length: int,
) -> NDArray[np.float32]:
    """Phase step of every bin from one frame to the next, counted from the bin's own.

    The centre of bin `k` turns by `2 * pi * hop_length * k / n_fft` per hop. What a
    partial turns more or less, in (-pi, pi], says how far beside the centre it lies:
    at a hop of a quarter of `n_fft`, up to two bins, which is as far as a Hann window
    spreads it. Engel et al. (2019), "GANSynth", https://arxiv.org/abs/1902.08710,
    unwrap the phase and take its differences, which count from 0 Hz: one partial then
    looks different in each of four neighbouring bins, and a network that slides along
    frequency has to learn them all.

    A bin that begins to sound, in the first frame or after silence, has no step yet.
    Its value there is its phase at the middle of the frame, so that nothing is lost and
    the bins of one partial agree. GANSynth's first frame holds the phase as well.

    Args:
        spectrum: Complex array of shape `(frames, n_fft // 2 + 1)`, from `stft`.
        has_phase: Bool array of the same shape: bins with energy. The others get 0, the
            frequency of their centre.
        hop_length: Step between frames, in samples.

    Returns:
        Float32 array of the same shape, in half turns per hop, in (-1, 1].

    Example:

    >>> spectrum = np.exp(0.25j * np.pi * np.arange(3))[:, np.newaxis] * [[1, 0, 0]]
    >>> instantaneous_frequency(spectrum, spectrum != 0, hop_length=1)[:, 0].tolist()
    [0.0, 0.25, 0.25]
    """
    before = np.zeros_like(spectrum)
    before[1:] = spectrum[:-1]
    went_on = np.zeros_like(has_phase)
    went_on[1:] = has_phase[:-1]
    advance, middle = _bin_angles(spectrum.shape[1], hop_length)
    # Products, not differences of angles: their angle is wrapped already.
    turned = before * np.exp(1j * advance).astype(np.complex64)
    reference = np.where(went_on, turned, np.exp(1j * middle).astype(np.complex64))
    steps = np.angle(spectrum * np.conj(reference)) / np.pi
    frequency: NDArray[np.float32] = np.where(has_phase, steps, 0.0).astype(np.float32)
    return frequency


def phase_along(
    steps: PhaseSteps,
    known: NDArray[np.complexfloating],
    mask: NDArray[np.bool_],
    *,
    hop_length: int,
) -> NDArray[np.complex64]:
    """Phase of generated bins: the sum of their steps, from the known phase before.

    Undoes `instantaneous_frequency`: a bin goes on from the frame before, generated or
    not, and starts anew where it was silent there.

    Args:
        steps: Of the generated bins. Read inside the mask only.
        known: Spectrum of the sound, `(frames, n_fft // 2 + 1)`. Read outside the mask
            only.
        mask: Bool array of the same shape, `True` = generated.
        hop_length: Step between frames, in samples.

    Returns:
        Complex64 array of the same shape: numbers of magnitude 1 inside the mask, 1
        outside.
    """
    direction = np.ones(known.shape, np.complex64)
    advance, middle = _bin_angles(known.shape[1], hop_length)
    angle = np.zeros(known.shape[1])
    for frame in np.flatnonzero(mask.any(axis=1)):
        start = middle
        if frame > 0:
            before = frame - 1
            generated, heard = mask[before], known[before]
            sounded = np.where(
                generated, steps.has_phase[before], np.abs(heard) > steps.quiet
            )
            last = np.where(generated, angle, np.angle(heard))
            start = np.where(sounded, last + advance, middle)
        angle = start + np.pi * steps.frequency[frame]
        inside = mask[frame]
        direction.real[frame, inside] = np.cos(angle[inside])
        direction.imag[frame, inside] = np.sin(angle[inside])
    return direction


def _bin_angles(bins: int, hop_length: int) -> tuple[_Angles, _Angles]:
    """What the centre of each bin turns per hop, and its phase if 0 in the middle."""
    n_fft = 2 * (bins - 1)
    numbers = np.arange(bins)
    # Whole turns taken off while the numbers are whole.
    advance: _Angles = 2.0 * np.pi * (numbers * hop_length % n_fft) / n_fft
    middle = np.pi * (numbers % 2).astype(np.float64)
    return advance, middle
