"""From the bytes of a WAV file somebody sent to a sound that is safe to work on."""

from __future__ import annotations

from math import gcd

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.audio.usable_samples import fault_of_samples
from edge_runtime.audio.wav import parse_wav
from edge_runtime.errors import AudioError
from edge_runtime.page.answer import Refusal
from edge_runtime.page.limits import Limits

MOST_CHANNELS = 2
RATES = (4000, 192_000)
# Weights of a resampler between rates without a simple ratio take long to compute. 1920
# lets every usual rate from 4 to 192 kHz pass.
_LARGEST_RATIO = 1920


def sound_from(
    content: bytes,
    name: str,
    *,
    sound_s: float,
    model_rate: int,
    most_samples: int = Limits.samples,
) -> AudioFile:
    """Parse and check a WAV file.

    The content alone counts: no name and no path in a request is ever opened. Formats
    other than WAV are decoded by the browser, so that no large native library reads
    what strangers send.

    Args:
        content: The file.
        name: What to call it in messages.
        sound_s: Longest duration, in s.
        model_rate: Sample rate of the model, in Hz.
        most_samples: Of all channels together. Defaults to that of `Limits`.

    Returns:
        The sound.

    Raises:
        Refusal: 422 if it is not WAV, damaged, empty, too long, or has a sample rate,
            number of channels or samples that nothing sensible can be done with.
    """
    try:
        stored = parse_wav(content)
    except AudioError as error:
        raise Refusal(422, f"Cannot read {name}: {error}.") from error
    samples, rate = stored.samples, stored.sample_rate
    if not samples.size:
        raise Refusal(422, f"Cannot use {name}: it contains no samples.")
    channels = samples.shape[1]
    if channels > MOST_CHANNELS:
        raise Refusal(
            422,
            f"Cannot use {name}: it has {channels} channels. Send mono or stereo.",
        )
    common = gcd(rate, model_rate)
    if not RATES[0] <= rate <= RATES[1] or max(rate, model_rate) > (
        _LARGEST_RATIO * common
    ):
        raise Refusal(
            422,
            f"Cannot use {name}: its sample rate is {rate} Hz. Send a usual one from "
            f"{RATES[0]} to {RATES[1]} Hz, such as 44100.",
        )
    if samples.size > most_samples:
        raise Refusal(
            422,
            f"Cannot use {name}: it has {samples.size} samples. Send at most "
            f"{most_samples}: a shorter sound, or one at 44100 Hz.",
        )
    if len(samples) > sound_s * rate:
        raise Refusal(
            422,
            f"Cannot use {name}: it lasts {len(samples) / rate:.1f} s. "
            f"Send at most {sound_s:g} s.",
        )
    fault = fault_of_samples(stored)
    if fault is not None:
        raise Refusal(422, f"Cannot use {name}: {fault}.")
    return AudioFile(samples, rate, stored.subtype, stored.attachments)
