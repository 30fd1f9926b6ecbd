"""`POST /api/analyse`: what the model sees of a sound, for drawing."""

from __future__ import annotations

import base64

import numpy as np

from edge_runtime.audio.resample import resample
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.page.answer import Answer, Refusal, json_answer
from edge_runtime.page.limits import Limits
from edge_runtime.page.multipart import parse_multipart
from edge_runtime.page.sound_upload import sound_from
from edge_runtime.page.worker import Worker
from edge_runtime.spectrogram.frequency_scale import over_linear_frequency
from edge_runtime.stage_times import StageTimes


def answer_analysis(
    worker: Worker, content_type: str, body: bytes, limits: Limits
) -> Answer:
    """Spectrogram and codemap of a sound.

    Args:
        worker: Model to run.
        content_type: Header `Content-Type` of the request.
        body: Form with the part `sound` (WAV).
        limits: Bounds on the sound.

    Returns:
        JSON with `duration_s`, `sample_rate`, `channels`, `subtype`; `frames` and
        `bins`, equally spaced in Hz; `levels`, base64 of a byte per frame and bin
        (0 = the model's floor, 255 = full scale, the loudest channel); and `codemap`,
        per channel, map frame and map bin.

    Raises:
        Refusal: If the form or the sound cannot be used.
        BundleError: If the model does not fit its description.
    """
    parts = parse_multipart(content_type, body)
    if set(parts) != {"sound"}:
        raise Refusal(422, "The form must have one part, called 'sound'.")
    settings = worker.bundle.settings
    sound = sound_from(
        parts["sound"],
        "sound",
        sound_s=limits.sound_s,
        model_rate=settings.sample_rate,
        most_samples=limits.samples,
    )
    heard = resample(sound.to_float(), sound.sample_rate, settings.sample_rate)
    codec = SoundCodec(worker.bundle, worker.engine, StageTimes())
    channels = [codec.analyse(channel) for channel in heard.T]
    seen = np.max([channel.spectrogram[:, :, 0] for channel in channels], axis=0)
    shown = over_linear_frequency(seen, settings)
    levels = np.rint(shown * 255.0).astype(np.uint8)  # (frames, bins)
    return json_answer(
        {
            "duration_s": sound.duration,
            "sample_rate": sound.sample_rate,
            "channels": len(channels),
            "subtype": sound.subtype,
            "frames": levels.shape[0],
            "bins": levels.shape[1],
            "levels": base64.b64encode(levels.tobytes()).decode("ascii"),
            "codemap": [channel.codemap.tolist() for channel in channels],
        }
    )
