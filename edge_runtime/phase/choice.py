"""The phase of a generated magnitude: one that goes on, was there, fits, or decoded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import UsageError
from edge_runtime.phase.continued import ITERATIONS, continued_phase
from edge_runtime.phase.forward_phase import ForwardPhase
from edge_runtime.phase.griffin_lim import ITERATIONS as FROM_RANDOM
from edge_runtime.phase.griffin_lim import griffin_lim
from edge_runtime.phase.phase_stream import PhaseStream, RandomPhase
from edge_runtime.spectrogram.instantaneous_frequency import PhaseSteps, phase_along
from edge_runtime.spectrogram.settings import SpectrogramSettings

PHASES = ("continued", "original", "griffin_lim", "instantaneous_frequency")
# Those that look at all frames of a sound, and so come from a `PhaseStream`.
STREAMED = ("continued", "griffin_lim")


def phases_of(settings: SpectrogramSettings) -> tuple[str, ...]:
    """The choices that a representation allows: of `PHASES`, those it has data for.

    Example:

    >>> phases_of(SpectrogramSettings())
    ('continued', 'original', 'griffin_lim')
    """
    has_steps = settings.shown_as.has_phase
    return tuple(
        phase for phase in PHASES if has_steps or phase != "instantaneous_frequency"
    )


def check_phase(phase: str, settings: SpectrogramSettings) -> None:
    """Refuse a phase that a model cannot give, before any long work.

    Args:
        phase: One of `PHASES`.
        settings: Spectrogram settings of the model.

    Raises:
        UsageError: If it is none of `phases_of(settings)`.
    """
    if phase not in PHASES:
        raise UsageError(
            f"phase must be one of {', '.join(PHASES)}. Received: {phase!r}."
        )
    if phase not in phases_of(settings):
        raise UsageError(
            f"phase {phase} needs a model of the representation magnitude_if. This "
            f"one has {settings.representation}: choose one of "
            f"{', '.join(phases_of(settings))}."
        )


def with_phase(
    magnitude: NDArray[np.float32],
    known: NDArray[np.complex64],
    mask: NDArray[np.bool_],
    *,
    phase: str,
    hop_length: int,
    seed: int,
    steps: PhaseSteps | None = None,
) -> NDArray[np.complex64]:
    """Give generated magnitudes a phase; outside the mask nothing changes.

    Args:
        magnitude: Float32 array of shape `(frames, n_fft // 2 + 1)`.
        known: Spectrum of the sound, complex64 of the same shape.
        mask: Bool array of the same shape, `True` = generated.
        phase: `"continued"` (goes on from `known`), `"original"` (that of `known`),
            `"griffin_lim"` (from a random start), or `"instantaneous_frequency"` (that
            of `steps`, which goes on from `known`).
        hop_length: Step between frames, in samples.
        seed: Start of Griffin-Lim.
        steps: Generated with the magnitudes, from `phase_steps_of`. Defaults to `None`:
            there are none.

    Returns:
        Complex array of the same shape.

    Raises:
        UsageError: If `phase` is none of these, or needs steps and there are none.

    Example:

    >>> known = np.array([[2.0, -3.0, 0.0]], np.complex64)
    >>> five = np.full((1, 3), 5.0, np.float32)
    >>> mask = np.array([[False, True, True]])
    >>> with_phase(five, known, mask, phase="original", hop_length=1, seed=0).real
    array([[ 2., -5.,  5.]], dtype=float32)
    """
    if phase == "continued":
        one = magnitude[np.newaxis], known[np.newaxis]
        found: NDArray[np.complex64] = continued_phase(
            *one, mask, hop_length=hop_length
        )[0]
        return found
    if phase == "griffin_lim":
        return griffin_lim(magnitude, known, mask, hop_length=hop_length, seed=seed)
    if phase == "original":
        size = np.abs(known)
        # Dividing by a subnormal number overflows on the way.
        heard = size >= np.finfo(np.float32).tiny
        direction = np.divide(known, size, out=np.ones_like(known), where=heard)
    elif phase == "instantaneous_frequency" and steps is not None:
        direction = phase_along(steps, known, mask, hop_length=hop_length)
    elif phase in PHASES:
        raise UsageError(f"phase {phase} needs a spectrogram that says how it goes on.")
    else:
        raise UsageError(
            f"phase must be one of {', '.join(PHASES)}. Received: {phase!r}."
        )
    return np.where(mask, magnitude * direction, known)


def with_phases(
    magnitudes: NDArray[np.float32],
    known: NDArray[np.complex64],
    mask: NDArray[np.bool_],
    *,
    phase: str,
    hop_length: int,
    seed: int,
    steps: PhaseSteps | None = None,
) -> NDArray[np.complex64]:
    """As `with_phase`, for all channels of a sound together.

    Args:
        magnitudes: Float32 array of shape `(channels, frames, n_fft // 2 + 1)`.
        known: Spectra of the sound, complex64 of the same shape.
        mask: Bool array of shape `(frames, n_fft // 2 + 1)`, one for all channels.
        phase: As for `with_phase`.
        hop_length: Step between frames, in samples.
        seed: As for `with_phase`.
        steps: As for `with_phase`, one for all channels.
    """
    if phase == "continued":  # channels share the peaks that are followed
        return continued_phase(magnitudes, known, mask, hop_length=hop_length)
    return np.stack(
        [
            with_phase(
                *pair, mask, phase=phase, hop_length=hop_length, seed=seed, steps=steps
            )
            for pair in zip(magnitudes, known, strict=True)
        ]
    )


def phase_stream(
    phase: str,
    channels: int,
    frames: int,
    settings: SpectrogramSettings,
    *,
    seed: int,
) -> PhaseStream:
    """What gives a whole sound such a phase, piece by piece.

    Args:
        phase: One of `STREAMED`.
        channels: Number of channels.
        frames: Frames there will be.
        settings: Spectrogram settings of the model.
        seed: Start of Griffin-Lim.
    """
    n_fft, hop_length = settings.n_fft, settings.hop_length
    if phase == "continued":
        return PhaseStream(
            *(channels, frames, n_fft, hop_length),
            start=ForwardPhase(n_fft, hop_length),
            iterations=ITERATIONS,
        )
    return PhaseStream(
        *(channels, frames, n_fft, hop_length),
        start=RandomPhase(seed),
        iterations=FROM_RANDOM,
    )
