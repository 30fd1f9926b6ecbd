"""What is measured: one second of a four-second note regenerated, file to file."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge_runtime.audio.audio_file import AudioFile, read_audio, write_audio
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.engines.engine import Engine
from edge_runtime.priors.choice import make_prior
from edge_runtime.spectrogram.region import Region
from edge_runtime.stage_times import StageTimes

SECONDS = 4.0
START_S, END_S = 1.5, 2.5


@dataclass(frozen=True)
class EditCost:
    """What one edit took.

    Attributes:
        stages_ms: Time of each stage, in ms.
        wall_s: From the first byte read to the last written, in s.
        cpu_s: Processor time of all threads meanwhile, in s.
    """

    stages_ms: dict[str, float]
    wall_s: float
    cpu_s: float


def note(sample_rate: int) -> AudioFile:
    """Four seconds of a decaying note with a little noise, 16 bit mono.

    Args:
        sample_rate: In Hz; that of the model, so that no time goes into resampling.
    """
    times = np.arange(int(SECONDS * sample_rate)) / sample_rate
    audio = np.random.default_rng(0).normal(0.0, 0.001, len(times))
    for harmonic in range(1, 9):
        hz = 220.0 * harmonic
        if hz < sample_rate / 2:
            partial = np.sin(2 * np.pi * hz * times) * np.exp(-times * harmonic / 2)
            audio += 0.3 * partial / harmonic
    samples = np.rint(audio * 32767.0).astype(np.int16)
    return AudioFile(samples[:, np.newaxis], sample_rate, "PCM_16")


def edit_note(bundle: Bundle, engine: Engine, source: Path, result: Path) -> EditCost:
    """Read the note, regenerate a second of it as `inpaint` would, and write it.

    Args:
        bundle: Model of sounds.
        engine: What runs it.
        source: The note.
        result: File to write; replaced if it exists.
    """
    times = StageTimes()
    start_s, start_cpu_s = time.perf_counter(), time.process_time()
    with times.stage("read"):
        sound = read_audio(source)
    region = Region(START_S, END_S, 0.0, sound.sample_rate / 2)
    prior = make_prior(bundle, engine)
    edit = Inpainter(bundle, engine=engine).inpaint(sound, region, prior=prior)
    with times.stage("write"):
        write_audio(result, edit.audio_file, force=True)
    seconds = {"read": times.seconds["read"], **edit.seconds, **times.seconds}
    return EditCost(
        stages_ms={name: 1000.0 * value for name, value in seconds.items()},
        wall_s=time.perf_counter() - start_s,
        cpu_s=time.process_time() - start_cpu_s,
    )
