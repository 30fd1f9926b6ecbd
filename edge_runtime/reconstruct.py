"""The whole sound through the codemap and back: what a model keeps of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio_file import AudioFile
from edge_runtime.bundle import Bundle
from edge_runtime.engines import load_engine
from edge_runtime.features import magnitude_db_of, magnitude_of, phase_steps_of
from edge_runtime.interpreter import Codec
from edge_runtime.phase_choice import check_phase
from edge_runtime.resample import resample
from edge_runtime.sound_codec import SoundCodec
from edge_runtime.stage_times import StageTimes
from edge_runtime.stft import istft


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """A sound made from its codes alone.

    Attributes:
        audio_file: The sound; like the input in rate, channels, subtype and length,
            without anything above the model's Nyquist frequency.
        original_db: What the model saw, float32 of shape `(channels, frames, bins)`,
            in dB re full scale.
        reconstruction_db: What it gave back, same shape.
        codemap: Int32 array of shape `(channels, map_frames, map_bins)`.
        seconds: Time spent in each stage, in s.
    """

    audio_file: AudioFile
    original_db: NDArray[np.float32]
    reconstruction_db: NDArray[np.float32]
    codemap: NDArray[np.int32]
    seconds: dict[str, float]


def reconstruct(
    audio_file: AudioFile,
    bundle: Bundle,
    *,
    codec: Codec | None = None,
    phase: str = "original",
    seed: int = 0,
) -> Reconstruction:
    """Encode a sound and decode it again.

    Args:
        audio_file: Sound of any rate and number of channels.
        bundle: Model of sounds.
        codec: What runs the model. Defaults to `load_engine(bundle)`.
        phase: One of `phases_of(bundle.settings)`. Defaults to `"original"`.
        seed: Start of Griffin-Lim. Defaults to `0`.

    Returns:
        The reconstruction.

    Raises:
        UsageError: If the model has no such phase.
        BundleError: If the bundle is a model of images or cannot be run.
        MissingDependencyError: If no interpreter is installed.
    """
    times = StageTimes()
    settings = bundle.settings
    check_phase(phase, settings)
    sound = SoundCodec(bundle, codec or load_engine(bundle), times)
    with times.stage("resample"):
        heard = resample(
            audio_file.to_float(), audio_file.sample_rate, settings.sample_rate
        )
    rebuilt = np.empty_like(heard)
    codemaps, originals, reconstructions = [], [], []
    for channel in range(heard.shape[1]):
        analysis = sound.analyse(heard[:, channel])
        decoded = sound.decode(analysis.codemap, len(analysis.spectrum))
        everywhere = np.ones(analysis.spectrum.shape, np.bool_)
        spectrum = sound.with_phase(
            magnitude_of(decoded, settings),
            analysis.spectrum,
            everywhere,
            phase=phase,
            seed=seed,
            steps=phase_steps_of(decoded, settings),
        )
        with times.stage("istft"):
            rebuilt[:, channel] = istft(
                spectrum, hop_length=settings.hop_length, length=len(heard)
            )
        codemaps.append(analysis.codemap)
        originals.append(magnitude_db_of(analysis.spectrogram, settings))
        reconstructions.append(magnitude_db_of(decoded, settings))
    samples = len(audio_file.samples)
    with times.stage("resample"):
        audio = resample(rebuilt, settings.sample_rate, audio_file.sample_rate)
    peak = max(1.0, float(np.abs(heard).max(initial=0.0)))
    return Reconstruction(
        audio_file=audio_file.with_float(
            np.clip(audio[:samples], -peak, peak), np.ones(samples, np.bool_)
        ),
        original_db=np.stack(originals),
        reconstruction_db=np.stack(reconstructions),
        codemap=np.stack(codemaps),
        seconds=times.seconds,
    )
