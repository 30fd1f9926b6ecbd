"""Opus baseline: what a codec without learning makes of a sound, at a low rate."""

import io

import numpy as np
import soundfile
from numpy.typing import NDArray

from edge_runtime.audio.resample import resample

# Sample rates that Opus knows, in Hz; a sound of another goes through the last.
SAMPLE_RATES = (8000, 12000, 16000, 24000, 48000)
# Bits per second of one channel between which libsndfile lets choose.
LEAST_BPS, MOST_BPS = 6_000.0, 256_000.0


def opus_is_here() -> bool:
    """Whether the installed libsndfile was built with Opus."""
    return "OPUS" in soundfile.available_subtypes("OGG")


def through_opus(
    audio: NDArray[np.float32], sample_rate: int, *, wanted_bps: float = LEAST_BPS
) -> tuple[NDArray[np.float32], float]:
    """Encode and decode at a rate.

    Opus is asked for that rate and takes what it needs; the bits counted are those of
    the whole Ogg file.

    Args:
        audio: Mono samples.
        sample_rate: In Hz. What Opus does not know is resampled to 48 kHz and back.
        wanted_bps: Bits per second to ask for, at most `MOST_BPS`; less than
            `LEAST_BPS`, the default, counts as that.

    Returns:
        Decoded samples, as many, and bits per second.
    """
    rate = sample_rate if sample_rate in SAMPLE_RATES else SAMPLE_RATES[-1]
    level = (MOST_BPS - max(wanted_bps, LEAST_BPS)) / (MOST_BPS - LEAST_BPS)
    file = io.BytesIO()
    soundfile.write(
        file,
        resample(audio, sample_rate, rate),
        rate,
        format="OGG",
        subtype="OPUS",
        compression_level=level,
    )
    bits = 8.0 * len(file.getvalue())
    file.seek(0)
    decoded = resample(soundfile.read(file, dtype="float32")[0], rate, sample_rate)
    output = np.zeros_like(audio)
    output[: len(decoded)] = decoded[: len(audio)]
    return output, bits * sample_rate / len(audio)
