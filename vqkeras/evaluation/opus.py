"""Opus baseline: what a codec without learning makes of a sound, at its lowest rate."""

import io

import numpy as np
import soundfile
from numpy.typing import NDArray

# Sample rates that Opus knows, in Hz.
SAMPLE_RATES = (8000, 12000, 16000, 24000, 48000)


def opus_is_here() -> bool:
    """Whether the installed libsndfile was built with Opus."""
    return "OPUS" in soundfile.available_subtypes("OGG")


def through_opus(
    audio: NDArray[np.float32], sample_rate: int
) -> tuple[NDArray[np.float32], float]:
    """Encode and decode at 6 kbit/s, the least that Opus offers.

    It is asked for 6 kbit/s and takes what it needs; the bits counted are those of the
    whole Ogg file.

    Args:
        audio: Mono samples.
        sample_rate: In Hz, one of `SAMPLE_RATES`.

    Returns:
        Decoded samples, as many, and bits per second.
    """
    file = io.BytesIO()
    soundfile.write(
        file, audio, sample_rate, format="OGG", subtype="OPUS", compression_level=1.0
    )
    bits = 8.0 * len(file.getvalue())
    file.seek(0)
    decoded, _ = soundfile.read(file, dtype="float32")
    output = np.zeros_like(audio)
    output[: len(decoded)] = decoded[: len(audio)]
    return output, bits * sample_rate / len(audio)
